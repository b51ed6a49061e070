"""Which habits are about to slip today: what the night has said, looked at anew where an earlier day changed since."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session, col

from habit_coach import clock
from habit_coach.accounts.models import User
from habit_coach.habits.models import Entry, Habit
from habit_coach.predictions import serving
from habit_coach.predictions.models import PredictionRow

LOOK_BACK = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Slipping:
    """A habit at `medium` or `high` risk today, with what speaks most against it."""

    habit_id: UUID
    risk: str
    probability: float
    why: str


def slipping(session: Session, user: User) -> tuple[list[Slipping], list[dict[str, Any]]]:
    """The habits at risk today, and the rows of the log that are new and still to be recorded."""
    today = clock.today(user)
    stored = session.execute(
        select(
            col(PredictionRow.habit_id),
            col(PredictionRow.risk),
            col(PredictionRow.probability),
            col(PredictionRow.reasons),
            col(PredictionRow.made_at),
        ).where(col(PredictionRow.user_id) == user.id, col(PredictionRow.for_day) == today)
    ).all()
    in_use = select(col(Habit.id)).where(
        col(Habit.user_id) == user.id, col(Habit.deleted_at).is_(None), col(Habit.archived_at).is_(None)
    )
    changed = session.scalar(
        select(func.max(col(Entry.updated_at))).where(
            col(Entry.user_id) == user.id,
            col(Entry.habit_id).in_(in_use),
            col(Entry.day) >= today - LOOK_BACK,
            col(Entry.day) < today,
        )
    )
    if stored and (changed is None or changed <= min(row.made_at for row in stored)):
        return [_of(row.habit_id, row.risk, row.probability, row.reasons) for row in stored if row.risk != "low"], []
    log = [row for row in serving.of_all(session, user).log if row["for_day"] == today]
    risky = [row for row in log if row["risk"] != "low"]
    return [_of(row["habit_id"], row["risk"], row["probability"], row["reasons"]) for row in risky], log


def _of(habit_id: UUID, risk: str, probability: float, reasons: list[dict[str, Any]]) -> Slipping:
    against = [one["text"] for one in reasons if one["effect"] < 0]
    return Slipping(habit_id, risk, probability, against[0] if against else "")
