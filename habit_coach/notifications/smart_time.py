"""A reminder at the hour it helps: offered from the hours at which the person really checks in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from habit_coach import clock
from habit_coach.accounts.models import User
from habit_coach.habits.models import Entry, Habit, State

ENOUGH = 10
WINDOW = timedelta(days=90)
AHEAD = 30
STEP = 5
NEAR = 15
DAY_MINUTES = 24 * 60


class Suggestion(NamedTuple):
    """`time` ("07:10") is half an hour before the `usual` time of `n` check-ins."""

    time: str
    usual: str
    n: int


def suggest(session: Session, user: User, habit: Habit) -> Suggestion | None:
    """A reminder time for one of the user's habits, from the check-ins of 90 days that were made on their own day.

    None with fewer than 10 of them, and when a reminder stands within 15 minutes of it already.
    """
    query = select(col(Entry.created_at), col(Entry.day)).where(
        col(Entry.user_id) == user.id,
        col(Entry.habit_id) == habit.id,
        col(Entry.state) == State.done,
        col(Entry.day) > clock.today(user) - WINDOW,
    )
    made = [at for at, day in session.execute(query) if clock.local_day(at, user) == day]
    found = suggestion([_minute(at, user) for at in made], user.day_start)
    if found is None or any(_apart(found.time, wall) <= NEAR for wall in habit.reminders):
        return None
    return found


def suggestion(minutes: Sequence[int], day_start: int = 0) -> Suggestion | None:
    """The median of the minutes of the day less 30, to 5 minutes; a day that begins at 3 has 01:00 near its end."""
    if len(minutes) < ENOUGH:
        return None
    usual = round(median((minute - 60 * day_start) % DAY_MINUTES for minute in minutes))
    early = max(0, usual - AHEAD) // STEP * STEP
    return Suggestion(_wall(early + 60 * day_start), _wall(usual + 60 * day_start), len(minutes))


def _minute(at: datetime, user: User) -> int:
    local = at.astimezone(ZoneInfo(user.timezone))
    return 60 * local.hour + local.minute


def _wall(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _apart(one: str, other: str) -> int:
    minutes = [60 * int(wall[:2]) + int(wall[3:]) for wall in (one, other)]
    apart = abs(minutes[0] - minutes[1])
    return min(apart, DAY_MINUTES - apart)
