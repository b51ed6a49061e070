"""The inbox: what a person is told inside the app, and where every notification begins."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, insert, select, tuple_, update
from sqlmodel import Session, col

from habit_coach import clock, db, feed
from habit_coach.accounts.models import User
from habit_coach.columns import new_id
from habit_coach.errors import NotFound
from habit_coach.notifications import preferences
from habit_coach.notifications.models import Channel, Delivery, DeliveryState, Kind, Notification

TABLE = cast(Table, Notification.__table__)  # type: ignore[attr-defined]
DELIVERIES = cast(Table, Delivery.__table__)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said. `subject` is what it is about, and with kind and due time what makes it the same message.

    `details`, plain JSON values, are for webhooks alone.
    """

    kind: Kind
    subject: str
    title: str
    body: str = ""
    link: str = "/notifications"
    habit_id: UUID | None = None
    day: date | None = None
    details: dict[str, Any] = field(default_factory=dict)


def plan(session: Session, user: User, message: Message, due_at: datetime) -> UUID | None:
    """Put a message in the outbox, to arrive at `due_at` on every channel; None when it is there already."""
    key = {"user_id": user.id, "kind": message.kind, "subject": message.subject, "due_at": due_at}
    values = {
        "id": new_id(),
        "title": message.title[:200],
        "body": message.body,
        "link": message.link,
        "habit_id": message.habit_id,
        "day": message.day,
        "created_at": clock.now(),
    }
    statement = db.insert(session, TABLE).values(**key, **values).on_conflict_do_nothing(index_elements=list(key))
    new: UUID | None = session.scalar(statement.returning(TABLE.c.id))
    if new is not None:
        _plan_deliveries(session, user, message, new, due_at)
    return new


def some_wait(session: Session) -> bool:
    """Whether `arrive` has something to do; it reads only, and so waits for nobody."""
    return session.execute(select(TABLE.c.id).where(_waiting()).limit(1)).first() is not None


def arrive(session: Session, limit: int = 500) -> int:
    """Let up to `limit` notifications that are due appear in their inboxes; gives how many."""
    now, waiting = clock.now(), _waiting()
    query = select(TABLE.c.user_id, TABLE.c.id).where(waiting).order_by(TABLE.c.due_at).limit(limit)
    chosen = [tuple(row) for row in session.execute(query.with_for_update(skip_locked=True))]
    if not chosen:
        return 0
    here = update(TABLE).where(waiting, tuple_(TABLE.c.user_id, TABLE.c.id).in_(chosen)).values(arrived_at=now)
    arrived = list(session.scalars(here.returning(TABLE.c.user_id)))
    for user_id in set(arrived):
        feed.changed(session, user_id)
    return len(arrived)


def owned(session: Session, user: User, notification_id: UUID) -> Notification:
    """The user's notification. Raises NotFound for one that is not theirs."""
    found = session.get(Notification, (user.id, notification_id))
    if found is None:
        raise NotFound("There is no such notification.")
    return found


def listed(
    session: Session, user: User, limit: int = 50, before: UUID | None = None, *, dismissed: bool = False
) -> Sequence[Notification]:
    """What has arrived, newest first, from before the notification `before` on; with `dismissed`, what was put away
    or has settled."""
    here = col(Notification.dismissed_at).is_(None) & col(Notification.settled_at).is_(None)
    query = select(Notification).where(
        col(Notification.user_id) == user.id, col(Notification.arrived_at).is_not(None), ~here if dismissed else here
    )
    if before is not None:
        last = owned(session, user, before)
        query = query.where(tuple_(col(Notification.due_at), col(Notification.id)) < (last.due_at, last.id))
    newest_first = (col(Notification.due_at).desc(), col(Notification.id).desc())
    return session.scalars(query.order_by(*newest_first).limit(limit)).all()


def deliveries(session: Session, user: User, notifications: Sequence[Notification]) -> dict[UUID, list[Delivery]]:
    """The ways of each notification to its person, by notification id, in one query."""
    found: dict[UUID, list[Delivery]] = {one.id: [] for one in notifications}
    query = select(Delivery).where(col(Delivery.user_id) == user.id, col(Delivery.notification_id).in_(found))
    for delivery in session.scalars(query.order_by(col(Delivery.id))):
        if delivery.notification_id is not None:
            found[delivery.notification_id].append(delivery)
    return found


def unread(session: Session, user: User) -> int:
    """How many notifications have arrived, were neither read nor dismissed, and have not settled."""
    query = select(func.count()).where(
        TABLE.c.user_id == user.id,
        TABLE.c.arrived_at.is_not(None),
        TABLE.c.read_at.is_(None),
        TABLE.c.dismissed_at.is_(None),
        TABLE.c.settled_at.is_(None),
    )
    return session.scalar(query) or 0


def read_all(session: Session, user: User) -> None:
    """Take everything that has arrived as read."""
    unread = TABLE.c.arrived_at.is_not(None) & TABLE.c.read_at.is_(None)
    session.execute(update(TABLE).where(TABLE.c.user_id == user.id, unread).values(read_at=clock.now()))
    feed.changed(session, user.id)


def dismiss(session: Session, user: User, notification_id: UUID) -> Notification:
    """Put a notification away, and take back what of it has not been sent yet. Raises NotFound."""
    notification = owned(session, user, notification_id)
    notification.dismissed_at = notification.dismissed_at or clock.now()
    session.add(notification)
    session.flush()
    unsent = (
        update(DELIVERIES)
        .where(DELIVERIES.c.user_id == user.id, DELIVERIES.c.notification_id == notification_id)
        .where(DELIVERIES.c.state == DeliveryState.scheduled)
        .values(state=DeliveryState.dismissed, next_at=None, ended_at=clock.now())
    )
    session.execute(unsent)
    feed.changed(session, user.id)
    return notification


def state(notification: Notification, ways: Sequence[Delivery]) -> DeliveryState:
    """How the whole stands: failed as soon as one way was given up, sent when it has arrived on all of them."""
    states = {way.state for way in ways}
    if notification.dismissed_at or notification.settled_at:
        return DeliveryState.dismissed
    if DeliveryState.failed in states:
        return DeliveryState.failed
    if notification.arrived_at is None:
        return DeliveryState.scheduled
    return DeliveryState.sending if states & {DeliveryState.scheduled, DeliveryState.sending} else DeliveryState.sent


def _plan_deliveries(session: Session, user: User, message: Message, notification_id: UUID, due_at: datetime) -> None:
    """The inbox takes it in at once; what would sound or glow waits for the end of the quiet hours, late ones too."""
    wanted = preferences.of(session, user)
    ways: list[tuple[str, UUID | None]] = [("email", None)] if message.kind in wanted.by_email else []
    mine = select(Channel).where(col(Channel.user_id) == user.id)
    ways += [(one.kind, one.id) for one in session.scalars(mine) if message.kind in one.wants]
    if not ways:
        return
    common = {
        "user_id": user.id,
        "notification_id": notification_id,
        "state": DeliveryState.scheduled,
        "claims": 0,
        "failures": 0,
        "error": "",
        "next_at": preferences.after_quiet(wanted, user, max(due_at, clock.now())),
        "payload": payload(message.kind, _told(message, notification_id, due_at)),
    }
    new = [{**common, "id": new_id(), "channel": kind, "channel_id": channel_id} for kind, channel_id in ways]
    session.execute(
        insert(DELIVERIES), [one if one["channel"] == "webhook" else {**one, "payload": None} for one in new]
    )


def payload(event: str, details: dict[str, Any]) -> dict[str, Any]:
    """What a webhook gets."""
    return {"type": event, "timestamp": clock.now().isoformat(), "data": details}


def _told(message: Message, notification_id: UUID, due_at: datetime) -> dict[str, Any]:
    return {
        "id": str(notification_id),
        "title": message.title,
        "body": message.body,
        "link": message.link,
        "habit_id": str(message.habit_id) if message.habit_id else None,
        "day": message.day.isoformat() if message.day else None,
        "due_at": due_at.isoformat(),
        **message.details,
    }


def _waiting() -> ColumnElement[bool]:
    still = TABLE.c.arrived_at.is_(None) & TABLE.c.dismissed_at.is_(None) & TABLE.c.settled_at.is_(None)
    return still & (TABLE.c.due_at <= clock.now())
