"""All of a person's habits side by side: against an earlier week, month or year, and against one another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from habit_coach import clock
from habit_coach.accounts.models import User
from habit_coach.habits import habit as habits
from habit_coach.habits import insights, rows, statistics
from habit_coach.habits.insights import Correlation
from habit_coach.habits.models import Entry, Habit, State
from habit_coach.habits.outcomes import Outcome, outcome, settled
from habit_coach.habits.plan import DAY, Marks, Plan
from habit_coach.habits.schedule import WEEKDAYS, period_of
from habit_coach.habits.statistics import Total, WeekdayRate

Period = Literal["week", "month", "year"]
RECENT = timedelta(days=365)
CONNECTED_WITHIN = timedelta(days=180)
LONGEST_PERIOD = timedelta(days=31)
MOST_CONNECTED = 25  # habits that are held against one another: their pairs grow with the square
MOST_CONNECTIONS = 6


class Lived(NamedTuple):
    """A habit in use, with its marks since last year began."""

    habit: Habit
    plan: Plan
    marks: Marks


@dataclass(frozen=True, slots=True)
class Overview:
    """What a person does, in their own order. `hours` are the local hours of the last year's check-ins, each made on
    its own day."""

    lived: Sequence[Lived]
    hours: tuple[int, ...]
    week_start: int
    today: date


class Comparison(NamedTuple):
    """One habit now and before, over as many days of both periods."""

    habit: Habit
    now: Total
    before: Total


class Connection(NamedTuple):
    """Two habits that go together or against one another, `correlation.lag` days apart.

    `with_first` and `without_first` are the shares of days on which the second was kept, by whether the first was.
    """

    first: Habit
    second: Habit
    correlation: Correlation
    with_first: float
    without_first: float


def of(session: Session, user: User) -> Overview:
    """The user's habits in use, with their last two calendar years, in a fixed number of queries."""
    today = clock.today(user)
    listed = habits.listed(session, user)
    plans = rows.plans_of(session, user, listed)
    since = date(today.year - 1, 1, 1) - LONGEST_PERIOD
    marks = rows.marks_of(session, user, [habit.id for habit in listed], since)
    lived = [Lived(habit, plans[habit.id], marks.get(habit.id, {})) for habit in listed]
    return Overview(lived, tuple(_hours(session, user, today)), user.week_start, today)


def spans(overview: Overview, period: Period) -> tuple[tuple[date, date], tuple[date, date]]:
    """The running period so far, and as many days of the one before."""
    today = overview.today
    if period == "year":
        first, earlier = today.replace(month=1, day=1), today.replace(year=today.year - 1, month=1, day=1)
    else:
        first = period_of(period, today, overview.week_start)[0]
        earlier = period_of(period, first - DAY, overview.week_start)[0]
    return (first, today), (earlier, min(earlier + (today - first), first - DAY))


def compared(overview: Overview, period: Period) -> list[Comparison]:
    """Each habit of which something was due in either period. While today is open, both are compared without it."""
    found = [_compared(one, overview.today, *spans(overview, period)) for one in overview.lived]
    return [one for one in found if one.now.due or one.before.due]


def _compared(one: Lived, today: date, now: tuple[date, date], before: tuple[date, date]) -> Comparison:
    is_open = outcome(one.plan, today, one.marks.get(today), today) is Outcome.open
    days = now[1] - now[0] - is_open * DAY
    totals = (
        statistics.kept_between(one.plan, one.marks, first, min(last, first + days), today)
        for first, last in (now, before)
    )
    return Comparison(one.habit, *totals)


def weekday_profile(overview: Overview) -> list[WeekdayRate]:
    """The rate of each weekday over all habits and the last year, Monday first."""
    kept, due = [0.0] * 7, [0] * 7
    for one in overview.lived:
        for place, day in enumerate(statistics.weekday_profile(one.plan, one.marks, _recent(overview), overview.today)):
            kept[place] += (day.rate or 0.0) * day.n
            due[place] += day.n
    return [WeekdayRate(name, hits / n if n else None, n) for name, hits, n in zip(WEEKDAYS, kept, due, strict=True)]


def connections(overview: Overview) -> list[Connection]:
    """The pairs of habits that go together more, or less, than chance explains; the surest first.

    Of the last 180 days, among the 25 habits with the most days that count. Silent where nothing stands out.
    """
    first = overview.today - CONNECTED_WITHIN + DAY
    days = [(one.habit, dict(settled(one.plan, one.marks, first, overview.today))) for one in overview.lived]
    busiest = sorted(days, key=lambda pair: len(pair[1]), reverse=True)[:MOST_CONNECTED]
    looks = 3 * len(busiest) * (len(busiest) - 1) // 2
    found = [one for pair in combinations(busiest, 2) for one in _between(*pair)]
    surest = sorted(found, key=lambda one: abs(one.correlation.r) * one.correlation.n**0.5, reverse=True)
    return [one for one in surest if insights.stands_out(one.correlation, looks)][:MOST_CONNECTIONS]


def _between(one: tuple[Habit, dict[date, bool]], other: tuple[Habit, dict[date, bool]]) -> Iterator[Connection]:
    """On the same day, and each after the other."""
    for (first, kept), (second, then), lag in ((one, other, 0), (one, other, 1), (other, one, 1)):
        correlation = insights.correlation(kept, then, lag)
        if correlation is None:
            continue
        pairs = [(was, then[day + lag * DAY]) for day, was in kept.items() if day + lag * DAY in then]
        yield Connection(first, second, correlation, _share(pairs, True), _share(pairs, False))


def _share(pairs: list[tuple[bool, bool]], was: bool) -> float:
    """How often the second was kept when the first was, or was not; both happened, else there is no correlation."""
    thens = [then for first, then in pairs if first is was]
    return sum(thens) / len(thens)


def _recent(overview: Overview) -> date:
    return overview.today - RECENT + DAY


def _hours(session: Session, user: User, today: date) -> Iterator[int]:
    kept = select(col(Habit.id)).where(col(Habit.user_id) == user.id, col(Habit.deleted_at).is_(None))
    query = select(col(Entry.day), col(Entry.created_at)).where(
        col(Entry.user_id) == user.id,
        col(Entry.habit_id).in_(kept),
        col(Entry.day) > today - RECENT,
        col(Entry.state) == State.done,
    )
    zone = ZoneInfo(user.timezone)
    for day, created_at in session.execute(query):
        if clock.local_day(created_at, user) == day:
            yield created_at.astimezone(zone).hour
