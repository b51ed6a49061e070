"""The ways to a person outside the app: what is handed to each, and who carries it."""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from sqlmodel import Session

from habit_coach import clock
from habit_coach.accounts.models import User
from habit_coach.notifications import credentials, reminders
from habit_coach.notifications.channels import apprise, email, push, webhook
from habit_coach.notifications.models import Channel, Kind, Notification
from habit_coach.notifications.parcel import Parcel

# Each carries one parcel, takes its time, and raises Undelivered when it could not.
SENDERS: dict[str, Callable[[Parcel], None]] = {
    "email": email.send,
    "push": push.send,
    "apprise": apprise.send,
    "webhook": webhook.send,
}


class Planned(Protocol):
    """A delivery as far as it says what is to be carried where."""

    @property
    def user_id(self) -> UUID: ...
    @property
    def id(self) -> UUID: ...
    @property
    def notification_id(self) -> UUID | None: ...
    @property
    def channel_id(self) -> UUID | None: ...
    @property
    def payload(self) -> dict[str, Any] | None: ...


def wrap(session: Session, delivery: Planned) -> Parcel | None:
    """What a delivery carries, or None when nobody waits for it any more."""
    user = session.get(User, delivery.user_id)
    if user is None or user.deactivated_at:
        return None
    secrets = {}
    if delivery.channel_id is not None:
        channel = session.get(Channel, (user.id, delivery.channel_id))
        if channel is None:
            return None
        secrets = credentials.unseal(channel.sealed)
    notification = event_only(user)
    if delivery.notification_id is not None:
        found = session.get(Notification, (user.id, delivery.notification_id))
        if found is None or found.dismissed_at or not reminders.is_wanted(session, user, found):
            return None
        notification = found
    return Parcel(delivery.id, user, notification, secrets, delivery.payload or {})


def event_only(user: User) -> Notification:
    """What stands in a webhook's parcel for the notification that an event has not."""
    now = clock.now()
    return Notification(user_id=user.id, kind=Kind.note, subject="event", due_at=now, title="", created_at=now)
