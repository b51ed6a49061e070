"""The whole life of one habit, read in a few queries for the page that shows years of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from habit_coach import clock
from habit_coach.accounts.models import User
from habit_coach.habits import figures, rows, standing
from habit_coach.habits import habit as habits
from habit_coach.habits.figures import Figures
from habit_coach.habits.models import Entry, Habit
from habit_coach.habits.outcomes import Outcome, outcome
from habit_coach.habits.plan import DAY, Mark, Marks, Plan

RECENT = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class History:
    """Everything that is known of a habit up to `today` or, of one that is archived, to the day that it was.

    `hours` are the local hours of the last year's check-ins, each made on its own day: what was filled in afterwards
    says nothing about the hour.
    """

    habit: Habit
    plan: Plan
    marks: Marks
    figures: Figures
    hours: tuple[int, ...]
    today: date

    @property
    def recent(self) -> date:
        """The first day of the last year, or of the habit if that is younger."""
        return max(self.plan.start, self.today - RECENT + DAY)


class Day(NamedTuple):
    """What became of one day. `fill` is its value against its target, 1 being all of it; None without a number."""

    day: date
    outcome: Outcome
    value: float | None
    fill: float | None


class Note(NamedTuple):
    day: date
    text: str


def of(session: Session, user: User, habit_id: UUID) -> History:
    """The history of one of the user's habits, archived or not. Raises NotFound for one that is not theirs."""
    habit = habits.owned(session, user, habit_id)
    today = clock.today(user)
    query = select(col(Entry.day), col(Entry.state), col(Entry.value), col(Entry.created_at)).where(
        col(Entry.user_id) == user.id, col(Entry.habit_id) == habit.id
    )
    zone = ZoneInfo(user.timezone)
    marks: dict[date, Mark] = {}
    hours: list[int] = []
    for day, state, value, created_at in session.execute(query):
        marks[day] = Mark(state, value)
        if state == "done" and today - day < RECENT and clock.local_day(created_at, user) == day:
            hours.append(created_at.astimezone(zone).hour)
    plan = rows.plan_of(session, user, habit)
    if habit.archived_at is None:
        return History(habit, plan, marks, standing.of(session, user, habit), tuple(hours), today)
    put_away = min(today, clock.local_day(habit.archived_at, user))
    return History(habit, plan, marks, figures.figures(plan, marks, put_away), tuple(hours), put_away)


def days(history: History, first: date, last: date) -> Iterator[Day]:
    """Each day from `first` to `last`, ascending, as it is seen today."""
    plan, today = history.plan, history.today
    for day in map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1)):
        mark = history.marks.get(day)
        value = mark.value if mark else None
        target = plan.rule_on(day).target
        yield Day(day, outcome(plan, day, mark, today), value, value / target if value is not None and target else None)


def notes(session: Session, user: User, habit_id: UUID, limit: int) -> Sequence[Note]:
    """The newest `limit` notes on one of the user's habits, newest first."""
    query = (
        select(col(Entry.day), col(Entry.note))
        .where(col(Entry.user_id) == user.id, col(Entry.habit_id) == habit_id, col(Entry.note) != "")
        .order_by(col(Entry.day).desc())
        .limit(limit)
    )
    return [Note(day, note) for day, note in session.execute(query)]
