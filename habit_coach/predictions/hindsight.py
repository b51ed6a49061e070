"""How one habit's predictions did on the days that have passed."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from habit_coach.accounts.models import User
from habit_coach.habits.habit import owned
from habit_coach.predictions.models import PredictionRow
from habit_coach.predictions.scoring import LEARNING

NEWEST = 60


@dataclass(frozen=True, slots=True)
class Hindsight:
    """`days` that were foretold and judged: `stated` on average, `kept` in fact (both 0 to 1).

    On `right` of them, what was called more likely than not is what happened.
    """

    days: int
    stated: float
    kept: float
    right: int


def of(session: Session, user: User, habit_id: UUID) -> Hindsight | None:
    """The newest judged days of a habit; None without any. Raises NotFound for a habit that is not theirs."""
    habit = owned(session, user, habit_id)
    query = select(col(PredictionRow.chance), col(PredictionRow.kept)).where(
        col(PredictionRow.user_id) == user.id,
        col(PredictionRow.habit_id) == habit.id,
        col(PredictionRow.age) >= LEARNING,
        col(PredictionRow.kept).is_not(None),
    )
    judged = session.execute(query.order_by(col(PredictionRow.for_day).desc()).limit(NEWEST)).all()
    if not judged:
        return None
    days = len(judged)
    return Hindsight(
        days,
        sum(row.chance for row in judged) / days,
        sum(row.kept for row in judged) / days,
        sum((row.chance >= 0.5) == row.kept for row in judged),
    )
