"""How the background work is doing, as the database tells it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from habit_coach import clock
from habit_coach.notifications.models import Delivery, DeliveryState
from habit_coach.operations import queue
from habit_coach.predictions import nightly, registry
from habit_coach.runs import Heartbeat


@dataclass(frozen=True, slots=True)
class Vitals:
    """`lag`, `unpredicted_for` and `model_age` are in seconds; `model_age` is None while the rule answers.

    `queued` is None while Redis does not answer.
    """

    due: int
    lag: float
    failed: int
    model_age: float | None
    unpredicted: int
    unpredicted_for: float
    queued: int | None
    succeeded: dict[str, datetime]


def read(session: Session) -> Vitals:
    """What waits in outbox, queue and predictions and for how long, what failed, and when each job last succeeded."""
    now = clock.now()
    waiting = (col(Delivery.state) == DeliveryState.scheduled) & (col(Delivery.next_at) <= now)
    due, oldest = session.execute(select(func.count(), func.min(col(Delivery.next_at))).where(waiting)).one()
    failed = select(func.count()).where(col(Delivery.state) == DeliveryState.failed)
    champion = registry.current_row(session)
    unpredicted, unpredicted_for = nightly.waiting(session)
    return Vitals(
        due=due,
        lag=(now - oldest).total_seconds() if oldest else 0.0,
        failed=session.execute(failed).scalar_one(),
        model_age=(now - champion.created_at).total_seconds() if champion else None,
        unpredicted=unpredicted,
        unpredicted_for=unpredicted_for,
        queued=queue.depth(),
        succeeded={one.name: one.at for one in session.scalars(select(Heartbeat))},
    )
