"""What the inbox shows of each notification."""

from collections.abc import Sequence
from dataclasses import dataclass

from habit_coach.accounts.models import User
from habit_coach.notifications.models import Delivery, DeliveryState, Notification
from habit_coach.ui.words import moment_in_words

CHANNELS = {"email": "e-mail", "push": "push", "apprise": "Apprise", "webhook": "the webhook"}


@dataclass(frozen=True)
class Row:
    """`failed` is a sentence about the ways on which it did not get through, empty when there are none."""

    id: str
    kind: str
    title: str
    body: str
    link: str
    when: str
    unread: bool
    answerable: bool
    failed: str


@dataclass(frozen=True)
class Sent:
    """One line of a channel's log; what is over can be sent again."""

    id: str
    what: str
    when: str
    error: str
    is_over: bool


STATES = {
    DeliveryState.scheduled: "to be tried again",
    DeliveryState.sending: "on its way",
    DeliveryState.sent: "delivered",
    DeliveryState.failed: "given up",
    DeliveryState.dismissed: "not needed any more",
}


def sent(user: User, delivery: Delivery) -> Sent:
    """A webhook's line names its event; another channel has no payload, and is told by its state alone."""
    event = str((delivery.payload or {}).get("type", "message"))
    waits = delivery.state == DeliveryState.scheduled and not delivery.failures
    state = "waiting" if waits else STATES[DeliveryState(delivery.state)]
    moment = delivery.ended_at or delivery.next_at
    return Sent(
        str(delivery.id),
        f"{event}: {state}",
        moment_in_words(moment, user) if moment else "",
        delivery.error,
        delivery.next_at is None,
    )


def row(user: User, notification: Notification, ways: Sequence[Delivery]) -> Row:
    lost = [way for way in ways if way.state == DeliveryState.failed]
    names = " and ".join(dict.fromkeys(CHANNELS[way.channel] for way in lost))
    return Row(
        str(notification.id),
        notification.kind,
        notification.title,
        notification.body,
        notification.link if notification.link != "/notifications" else "",
        moment_in_words(notification.due_at, user),
        notification.read_at is None,
        notification.habit_id is not None and notification.day is not None,
        f"It did not get through by {names}: {lost[0].error}" if lost else "",
    )
