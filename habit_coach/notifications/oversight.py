"""What an admin may know of the outbox: numbers, kinds and errors, never what a person was told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session, col

from habit_coach import clock
from habit_coach.accounts.models import User
from habit_coach.notifications.models import Delivery, DeliveryState, Notification

LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What is under way. `late` deliveries were due more than five minutes ago and have not been tried since."""

    waiting: int
    late: int
    failed: int
    sent_today: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A delivery that was given up, and whose it is."""

    user_id: UUID
    email: str
    notification_id: UUID
    delivery_id: UUID
    kind: str
    channel: str
    error: str
    tries: int
    ended_at: datetime | None


def traffic(session: Session) -> Traffic:
    """The outbox in four numbers; the last is of the past 24 hours."""
    now = clock.now()
    state, due = col(Delivery.state), col(Delivery.next_at)
    waiting = select(func.count(), func.count().filter(due < now - LATE)).select_from(Delivery).where(due.is_not(None))
    over = select(
        func.count().filter(state == DeliveryState.failed),
        func.count().filter((state == DeliveryState.sent) & (col(Delivery.ended_at) > now - timedelta(days=1))),
    ).select_from(Delivery)
    return Traffic(*session.execute(waiting).one(), *session.execute(over).one())


def failures(session: Session, limit: int = 50) -> list[Failure]:
    """The deliveries that were given up, newest first."""
    query = (
        select(Delivery, col(Notification.kind), col(User.email))
        .join(
            Notification,
            (col(Notification.user_id) == col(Delivery.user_id))
            & (col(Notification.id) == col(Delivery.notification_id)),
        )
        .join(User, col(User.id) == col(Delivery.user_id))
        .where(col(Delivery.state) == DeliveryState.failed)
        .order_by(col(Delivery.ended_at).desc(), col(Delivery.id).desc())
        .limit(limit)
    )
    return [
        Failure(
            one.user_id, email, one.notification_id, one.id, kind, one.channel, one.error, one.failures, one.ended_at
        )
        for one, kind, email in session.execute(query)
    ]
