"""The channels that a person adds: which there are, what goes through each, and whether it works."""

import base64
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlmodel import Session, col

from habit_coach import clock, feed, outbound
from habit_coach.accounts.models import User
from habit_coach.errors import Conflict, Invalid, NotFound
from habit_coach.mail import Undelivered
from habit_coach.notifications import channels, credentials, inbox
from habit_coach.notifications.channels import apprise, webhook
from habit_coach.notifications.models import Channel, Delivery, DeliveryState, Kind, Notification
from habit_coach.notifications.parcel import Parcel

MOST_CHANNELS = 20
EVENTS = ("entry", "habit", "prediction")
ChannelKind = Literal["push", "apprise", "webhook"]


@dataclass(frozen=True, slots=True)
class NewChannel:
    """What a person says of a channel: a `url`, or a browser's push subscription with its two keys."""

    kind: ChannelKind
    url: str
    label: str
    wants: Iterable[str]
    p256dh: str = ""
    auth: str = ""


def require_reachable(new: NewChannel) -> None:
    """Raise Invalid for a URL that cannot be used. It looks up names: before the write lock, off the event loop."""
    if new.kind == "apprise":
        apprise.require_known(new.url)
    else:
        outbound.require_public(new.url)


def add(session: Session, user: User, new: NewChannel) -> tuple[Channel, str]:
    """Add a channel; gives it with the signing secret of a webhook, which is shown this once.

    A browser that subscribes again replaces its old subscription. Raises Invalid for what is not whole, Conflict for
    more than 20.
    """
    _require_whole(new)
    for known in listed(session, user):
        if known.kind == new.kind == "push" and credentials.unseal(known.sealed)["endpoint"] == new.url:
            session.delete(known)
    count = session.scalar(select(func.count()).select_from(Channel).where(col(Channel.user_id) == user.id)) or 0
    if count >= MOST_CHANNELS:
        raise Conflict(f"There is room for {MOST_CHANNELS} channels. Remove one that you no longer use.")
    plain: dict[str, Any] = {"url": new.url}
    if new.kind == "webhook":
        plain["secret"] = webhook.PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()
    if new.kind == "push":
        plain = {"endpoint": new.url, "p256dh": new.p256dh, "auth": new.auth}
    channel = Channel(
        user_id=user.id,
        kind=new.kind,
        label=new.label.strip()[:80] or new.kind,
        sealed=credentials.seal(plain),
        wants=_known_wants(new.kind, new.wants),
        created_at=clock.now(),
    )
    session.add(channel)
    session.flush()
    feed.changed(session, user.id)
    return channel, plain.get("secret", "")


def listed(session: Session, user: User) -> Sequence[Channel]:
    """The user's channels, oldest first."""
    return session.scalars(select(Channel).where(col(Channel.user_id) == user.id).order_by(col(Channel.id))).all()


def owned(session: Session, user: User, channel_id: UUID) -> Channel:
    """The user's channel. Raises NotFound for one that is not theirs."""
    channel = session.get(Channel, (user.id, channel_id))
    if channel is None:
        raise NotFound("There is no such channel.")
    return channel


def change(session: Session, user: User, channel_id: UUID, wants: Iterable[str]) -> Channel:
    """Choose anew what goes through a channel."""
    channel = owned(session, user, channel_id)
    channel.wants = _known_wants(channel.kind, wants)
    session.add(channel)
    session.flush()
    feed.changed(session, user.id)
    return channel


def remove(session: Session, user: User, channel_id: UUID) -> None:
    """Remove a channel with its log; what was still to go through it does not go."""
    session.delete(owned(session, user, channel_id))
    session.flush()
    feed.changed(session, user.id)


def test_parcel(session: Session, user: User, channel_id: UUID | None) -> tuple[str, Parcel]:
    """A channel's kind and a message for it that says that it works; without an id, for the user's e-mail."""
    kind, plain = "email", {}
    if channel_id is not None:
        channel = owned(session, user, channel_id)
        kind, plain = channel.kind, credentials.unseal(channel.sealed)
    now = clock.now()
    said = Notification(
        user_id=user.id,
        kind=Kind.note,
        subject="test",
        due_at=now,
        title="It works",
        body="Your reminders will reach you here.",
        link="/notifications",
        created_at=now,
    )
    return kind, Parcel(uuid4(), user, said, plain, inbox.payload("test", {"title": said.title}))


def try_out(kind: str, parcel: Parcel) -> None:
    """Send it now. Takes as long as the channel does: outside a session, off the event loop. Raises Conflict."""
    try:
        channels.SENDERS[kind](parcel)
    except Undelivered as failure:
        raise Conflict(f"It did not get through: {failure}") from None


def log(session: Session, user: User, channel_id: UUID, limit: int, before: UUID | None = None) -> Sequence[Delivery]:
    """What went through a channel, newest first, from behind the delivery `before`."""
    query = select(Delivery).where(col(Delivery.user_id) == user.id, col(Delivery.channel_id) == channel_id)
    if before is not None:
        query = query.where(col(Delivery.id) < before)
    owned(session, user, channel_id)
    return session.scalars(query.order_by(col(Delivery.id).desc()).limit(limit)).all()


def replay(session: Session, user: User, channel_id: UUID, delivery_id: UUID) -> Delivery:
    """Send a delivery again, with the same id, by which a receiver knows it.

    Raises NotFound, and Conflict while it is still to be sent.
    """
    delivery = session.get(Delivery, (user.id, delivery_id), with_for_update=True)
    if delivery is None or delivery.channel_id != channel_id:
        raise NotFound("There is no such delivery.")
    if delivery.next_at is not None:
        raise Conflict("It is still to be sent; wait for it to end.")
    delivery.state, delivery.next_at, delivery.ended_at = DeliveryState.scheduled, clock.now(), None
    delivery.failures, delivery.claims, delivery.error = 0, 0, ""
    session.add(delivery)
    session.flush()
    return delivery


def _require_whole(new: NewChannel) -> None:
    if new.kind == "push" and not (new.p256dh and new.auth):
        sentence = "A push subscription needs its keys p256dh and auth."
        raise Invalid(sentence, {"p256dh": sentence})


def choices(kind: str) -> list[str]:
    """What may go through a channel of this kind."""
    return [*Kind, *EVENTS] if kind == "webhook" else list(Kind)


def _known_wants(kind: str, wants: Iterable[str]) -> list[str]:
    allowed = choices(kind)
    chosen = list(dict.fromkeys(wants))
    unknown = sorted(set(chosen) - set(allowed))
    if unknown:
        sentence = f"{unknown[0]!r} does not go through this channel. Choose from {', '.join(allowed)}."
        raise Invalid(sentence, {"wants": sentence})
    return chosen
