"""A reminder settles when its habit is done elsewhere: it leaves the inbox, and comes back when that is undone."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select, true, update
from sqlmodel import Session

from habit_coach import clock, feed, prepared
from habit_coach.accounts.models import User
from habit_coach.feed import Told
from habit_coach.habits import reminding
from habit_coach.habits.models import Habit
from habit_coach.notifications.inbox import TABLE
from habit_coach.notifications.models import Kind

OF_HABIT = (
    (TABLE.c.user_id == bindparam("user"))
    & (TABLE.c.habit_id == bindparam("habit"))
    & TABLE.c.dismissed_at.is_(None)
    & ((TABLE.c.kind == Kind.reminder) | (TABLE.c.kind == Kind.nudge))
)
OPEN_DAYS = select(TABLE.c.day).where(OF_HABIT, TABLE.c.day >= bindparam("since")).distinct()


def hear(session: Session, event: str, told: Sequence[Told]) -> None:
    """Settle, or open again, what was said of the day or the habit that changed."""
    if event == "entry.changed":
        for user_id, details in told:
            _day_changed(session, user_id, UUID(details["habit_id"]), date.fromisoformat(details["day"]))
    elif event == "habit.changed":
        for user_id, details in told:
            _habit_changed(session, user_id, details)


def _day_changed(session: Session, user_id: UUID, habit_id: UUID, day: date) -> None:
    """Of a quota, later days hang on this one too."""
    which = {"user": user_id, "habit": habit_id}
    days = [open_day for (open_day,) in prepared.run(session, OPEN_DAYS, user=user_id, habit=habit_id, since=day)]
    if not days:
        return
    user, habit = session.get_one(User, user_id), session.get_one(Habit, (user_id, habit_id))
    for open_day in days:
        asks = reminding.is_still_asked(session, user, habit, open_day)
        _settle(session, which, TABLE.c.day == open_day, None if asks else clock.now())


def _habit_changed(session: Session, user_id: UUID, details: dict[str, Any]) -> None:
    """What is put away asks nothing; taken up again, it begins to ask with its next reminder."""
    if details["archived"] or details["deleted"]:
        _settle(session, {"user": user_id, "habit": UUID(details["habit_id"])}, true(), clock.now())


def _settle(session: Session, whose: dict[str, UUID], which: ColumnElement[bool], at: datetime | None) -> None:
    """Set when it settled; None opens it again."""
    differs = TABLE.c.settled_at.is_not(None) if at is None else TABLE.c.settled_at.is_(None)
    change = update(TABLE).where(OF_HABIT, which, differs).values(settled_at=at).returning(TABLE.c.id)
    if session.connection().execute(change, whose).all():
        feed.changed(session, whose["user"])
