"""The figures of one week: what was planned and done, against the weeks before, and what follows from it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from uuid import UUID

from habit_coach.habits import statistics
from habit_coach.habits.figures import Checkpoint
from habit_coach.habits.outcomes import Occurrence, occurrences, outcome
from habit_coach.habits.plan import DAY, Marks, Plan
from habit_coach.habits.statistics import Stretch
from habit_coach.habits.streaks import Streaks
from habit_coach.reports.suggestions import Suggestion, is_weak, suggestion

WEEK = 7 * DAY
WEEKS_BEFORE = 4
WEEKS = 12
LOOKS_BACK = (WEEKS - 1) * WEEK
WORTH_MENTIONING = 3
MILESTONES = (7, 14, 30, 50, 100, 200, 365, 500, 1000)


@dataclass(frozen=True, slots=True)
class Known:
    """A habit as the report reads it, with its marks since `LOOKS_BACK` before the week and, without `folded`, all.

    `folded` is what came before the marks, as of a day before the week. `usual_time` finds out when the person checks
    in ("19:40"), as far as that shows. `at_risk` is whether the week to come is one in which it may slip.
    """

    id: UUID
    name: str
    icon: str
    color: str
    unit: str
    plan: Plan
    marks: Marks
    folded: Checkpoint | None
    reminded: bool
    usual_time: Callable[[], str | None]
    at_risk: bool


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


def report(habits: Sequence[Known], first: date, today: date, coming: Sequence[AtRisk]) -> Report:
    """The report of the week that begins on `first`, as seen on `today`, with the rates of the weeks up to it."""
    lived = [(habit, statistics.weeks(habit.plan, habit.marks, first, WEEKS, today)) for habit in habits]
    found = [habit_week(*one, first, today) for one in lived if one[0].plan.start <= min(first + 6 * DAY, today)]
    found = [habit for habit in found if habit.due or habit.amount or habit.days.count("paused") < 7]
    past = [Past(first - n * WEEK, _overall([weeks[n] for _, weeks in lived])) for n in reversed(range(WEEKS))]
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


def habit_week(habit: Known, weeks: Sequence[Stretch], first: date, today: date) -> HabitWeek:
    """One habit's part of the report."""
    plan, marks, last = habit.plan, habit.marks, min(first + 6 * DAY, today)
    days = [first + n * DAY for n in range(7)]
    rates = [week.rate for week in weeks[: WEEKS_BEFORE + 1]]
    streak, lost, record, milestone = _streak(habit, first, last, ended=last < today)
    return HabitWeek(
        habit.id,
        habit.name,
        habit.icon,
        habit.color,
        habit.unit,
        weeks[0].kept,
        weeks[0].due,
        statistics.total_between(plan, marks, first, last),
        rates[0],
        rates[1],
        mean(rates[1:]),
        [outcome(plan, day, marks.get(day), today).value for day in days],
        streak,
        lost,
        record,
        milestone,
        _advice(habit, rates, last),
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


def _overall(weeks: Sequence[Stretch]) -> float | None:
    """The rate of one week, over all habits."""
    due = sum(week.due for week in weeks)
    return sum(min(week.kept, week.due) for week in weeks) / due if due else None


def _streak(habit: Known, first: date, last: date, *, ended: bool) -> tuple[int, int, bool, int]:
    """The streak at the end of the week, the longest one lost in it, whether it holds a record, a milestone passed."""
    since = habit.folded.day + DAY if habit.folded else habit.plan.start
    before = habit.folded.streaks if habit.folded else Streaks()
    current, best = before.current, before.best
    lost = milestone = 0
    record = False
    for _, ends, verdict in _lived(habit, since, last) if ended else occurrences(habit.plan, habit.marks, since, last):
        this_week = ends >= first
        if verdict == "kept":
            current += 1
            if current > best:
                record = record or (this_week and best >= WORTH_MENTIONING)
                best = current
            milestone = current if this_week and current in MILESTONES else milestone
        elif verdict == "missed":
            lost = max(lost, current) if this_week and current >= WORTH_MENTIONING else lost
            record = record and not this_week
            current = 0
    return current, lost, record, milestone


def _lived(habit: Known, since: date, last: date) -> Iterator[Occurrence]:
    """Every occurrence up to `last`, a day that has ended; one that went on after it, as far as it had come."""
    over = (one for one in occurrences(habit.plan, habit.marks, since, last + DAY) if one.last <= last)
    running = (one for one in occurrences(habit.plan, habit.marks, last, last) if one.last > last)
    return chain(over, running)


def _day(habits: Sequence[HabitWeek], day: date, place: int) -> Day:
    shown = [habit.days[place] for habit in habits]
    kept = shown.count("kept")
    return Day(day, kept, kept + shown.count("missed") + shown.count("partial") + shown.count("open"))
