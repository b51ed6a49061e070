"""The figures of one week: what was planned and done, against the weeks before, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from habit_coach.habits import statistics
from habit_coach.habits.outcomes import occurrences, outcome
from habit_coach.habits.plan import DAY, Marks, Plan
from habit_coach.reports.suggestions import Suggestion, is_weak, suggestion

WEEK = 7 * DAY
WEEKS_BEFORE = 4
WORTH_MENTIONING = 3
MILESTONES = (7, 14, 30, 50, 100, 200, 365, 500, 1000)


@dataclass(frozen=True, slots=True)
class Known:
    """A habit as the report reads it. `usual_time` ("19:40") is when the person checks in, as far as that shows.

    `at_risk` is whether the week to come is one in which it may slip.
    """

    id: UUID
    name: str
    icon: str
    color: str
    unit: str
    plan: Plan
    marks: Marks
    reminded: bool = False
    usual_time: str | None = None
    at_risk: bool = False


@dataclass(frozen=True, slots=True)
class HabitWeek:
    """One habit's week. Rates are from 0 to 1, None where nothing was due; `days` are the outcomes, first day first.

    `streak` is in occurrences at the end of the week, `lost` the longest that broke in it, `record` whether the
    running one became the best ever in it.
    """

    id: UUID
    name: str
    icon: str
    color: str
    unit: str
    kept: int
    due: int
    amount: float
    rate: float | None
    rate_before: float | None
    rate_mean: float | None
    days: list[str]
    streak: int
    lost: int
    record: bool
    milestone: int
    suggestion: Suggestion | None


@dataclass(frozen=True, slots=True)
class Day:
    """What was `kept` of what was `due` on one day, over all habits with fixed days or something logged."""

    day: date
    kept: int
    due: int


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier week's overall rate."""

    first: date
    rate: float | None


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A habit that may slip in the week to come: how likely in words, and what speaks most against it, if it shows."""

    id: UUID
    name: str
    icon: str
    color: str
    chance: str
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """One week of one person. Overall rates are what was kept of what was due, all habits together.

    `best` and `worst` name a habit by its place in `habits`, None where fewer than two could be compared. `at_risk` is
    of the week after, the least likely first.
    """

    first: date
    last: date
    kept: int
    due: int
    rate: float | None
    rate_before: float | None
    rate_mean: float | None
    habits: list[HabitWeek]
    days: list[Day]
    past: list[Past]
    best: int | None
    worst: int | None
    at_risk: list[AtRisk] = field(default_factory=list)


def report(habits: Sequence[Known], first: date, today: date, coming: Sequence[AtRisk] = (), weeks: int = 12) -> Report:
    """The report of the week that begins on `first`, as seen on `today`, with the rates of `weeks` weeks up to it."""
    found = [habit_week(habit, first, today) for habit in habits if habit.plan.start <= min(first + 6 * DAY, today)]
    found = [habit for habit in found if habit.due or habit.amount or habit.days.count("paused") < 7]
    past = [Past(first - n * WEEK, _overall(habits, first - n * WEEK, today)) for n in range(weeks - 1, -1, -1)]
    before = [one.rate for one in past[-1 - WEEKS_BEFORE : -1]]
    ranked = sorted((habit.rate, place) for place, habit in enumerate(found) if habit.rate is not None)
    compared = len(ranked) > 1 and ranked[0][0] < ranked[-1][0]
    return Report(
        first,
        first + 6 * DAY,
        sum(min(habit.kept, habit.due) for habit in found),
        sum(habit.due for habit in found),
        past[-1].rate,
        past[-2].rate,
        mean(before),
        found,
        [_day(found, first + n * DAY, n) for n in range(7)],
        past,
        ranked[-1][1] if compared else None,
        ranked[0][1] if compared else None,
        [_with_reason(one, found) for one in coming],
    )


def habit_week(habit: Known, first: date, today: date) -> HabitWeek:
    """One habit's part of the report."""
    plan, marks, last = habit.plan, habit.marks, first + 6 * DAY
    total = statistics.kept_between(plan, marks, max(first, plan.start), last, today)
    rates = [statistics.rate_between(plan, marks, first - n * WEEK, last - n * WEEK, today) for n in range(5)]
    streak, lost, record, milestone = _streak(plan, marks, first, min(last, today))
    return HabitWeek(
        habit.id,
        habit.name,
        habit.icon,
        habit.color,
        habit.unit,
        total.kept,
        total.due,
        total.amount,
        rates[0],
        rates[1],
        mean(rates[1:]),
        [outcome(plan, first + n * DAY, marks.get(first + n * DAY), today).value for n in range(7)],
        streak,
        lost,
        record,
        milestone,
        _advice(habit, rates, min(last, today)),
    )


def _with_reason(one: AtRisk, weeks: Sequence[HabitWeek]) -> AtRisk:
    """Where no reason stands out, what became of the week speaks for itself."""
    week = next((week for week in weeks if week.id == one.id and week.due), None)
    if one.why or week is None:
        return one
    return replace(one, why=f"It was {week.kept} of {week.due} in this week.")


def _advice(habit: Known, rates: Sequence[float | None], last: date) -> Suggestion | None:
    """One suggestion for a habit that was weak or may slip next."""
    if not habit.at_risk and not is_weak(rates[0]):
        return None
    return suggestion(habit.plan, habit.marks, rates, last, habit.reminded, habit.usual_time, habit.unit)


def mean(rates: Sequence[float | None]) -> float | None:
    """The mean of those that are there; None without any."""
    known = [rate for rate in rates if rate is not None]
    return sum(known) / len(known) if known else None


def _overall(habits: Sequence[Known], first: date, today: date) -> float | None:
    last = first + 6 * DAY
    totals = [statistics.kept_between(one.plan, one.marks, max(first, one.plan.start), last, today) for one in habits]
    due = sum(total.due for total in totals)
    return sum(min(total.kept, total.due) for total in totals) / due if due else None


def _streak(plan: Plan, marks: Marks, first: date, last: date) -> tuple[int, int, bool, int]:
    """The streak at the end of the week, the longest one lost in it, whether it holds a record, a milestone passed."""
    current = best = lost = milestone = 0
    record = False
    for _, ends, verdict in occurrences(plan, marks, plan.start, last):
        this_week = ends >= first
        if verdict == "kept":
            current += 1
            record = record or (this_week and best >= WORTH_MENTIONING and current > best)
            best = max(best, current)
            milestone = current if this_week and current in MILESTONES else milestone
        elif verdict == "missed":
            lost = max(lost, current) if this_week and current >= WORTH_MENTIONING else lost
            record = record and not this_week
            current = 0
    return current, lost, record, milestone


def _day(habits: Sequence[HabitWeek], day: date, place: int) -> Day:
    shown = [habit.days[place] for habit in habits]
    kept = shown.count("kept")
    return Day(day, kept, kept + shown.count("missed") + shown.count("partial") + shown.count("open"))
