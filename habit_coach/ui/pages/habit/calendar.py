"""The year of a habit: one cell a day in columns of weeks, and the list of a month's days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from habit_coach.habits.entry import Written
from habit_coach.habits.history import Day, History, days
from habit_coach.habits.outcomes import Outcome
from habit_coach.habits.plan import DAY
from habit_coach.habits.schedule import WEEKDAYS, period_of
from habit_coach.ui import formats, telling
from habit_coach.ui.words import counted

LAST_12_MONTHS = "last"
FUTURE = "future"


@dataclass(frozen=True)
class Cell:
    """One day. `outcome` is an Outcome's name or "future"; `level`, 1 to 5, shades it by its amount."""

    day: str
    outcome: str
    level: int
    says: str


@dataclass(frozen=True)
class Label:
    """A word above the column (counted from 1) of the week in which its month begins."""

    text: str
    column: int


@dataclass(frozen=True)
class Year:
    """What the grid shows. `first_row` is the place of its first day in the week, from 1."""

    cells: list[Cell]
    months: list[Label]
    weekdays: list[str]
    first_row: int = 1
    weeks: int = 53
    last_day: str = ""
    says: str = ""


@dataclass(frozen=True)
class DayRow:
    """A day of the list: what became of it, how much, and its note."""

    day: str
    date: str
    outcome: str
    outcome_words: str
    value: str
    note: str


def choices(of: History) -> list[tuple[str, str]]:
    """The spans that the grid can show: the last 12 months, and each year since the start, newest first."""
    years = range(of.today.year, min(of.plan.start, of.today).year - 1, -1)
    return [(LAST_12_MONTHS, "Last 12 months"), *((str(year), str(year)) for year in years)]


def span(of: History, choice: str) -> tuple[date, date]:
    """First and last day of one of the `choices`; anything else is the last 12 months."""
    if choice in dict(choices(of)) and choice != LAST_12_MONTHS:
        return date(int(choice), 1, 1), date(int(choice), 12, 31)
    first = of.today - timedelta(days=364)
    return period_of("week", first, of.plan.week_start)[0], of.today


def year(of: History, choice: str) -> Year:
    first, last = span(of, choice)
    week_start = of.plan.week_start
    shown = list(days(of, first, min(last, of.today)))
    future = ((last - max(first - DAY, of.today)).days) if last > of.today else 0
    cells = [_cell(of, day) for day in shown]
    cells += [_future(of.today + DAY * ahead) for ahead in range(1, future + 1)]
    grid_start = period_of("week", first, week_start)[0]
    return Year(
        cells,
        _month_labels(first, last, grid_start),
        [WEEKDAYS[(week_start + place) % 7].capitalize() for place in range(7)],
        (first - grid_start).days + 1,
        (last - grid_start).days // 7 + 1,
        min(last, of.today).isoformat(),
        _summary(shown),
    )


def month_rows(of: History, first: date, entries: Iterable[Written]) -> list[DayRow]:
    """The days of the month that begins on `first`, newest first, from the start of the habit to today.

    A month before the start has only the days that are asked for one by one.
    """
    last = min(period_of("month", first, 0)[1], of.today)
    notes = {entry.day: entry.note for entry in entries}
    begin = max(first, of.plan.start)
    return [day_row(of, day, notes.get(day.day, "")) for day in reversed(list(days(of, begin, last)))]


def day_row(of: History, day: Day, note: str) -> DayRow:
    return DayRow(
        day.day.isoformat(),
        formats.this_year(day.day),
        day.outcome.value,
        telling.OUTCOMES[day.outcome],
        telling.amount(day.value, of.habit.unit) if day.value is not None else "",
        note,
    )


def _cell(of: History, day: Day) -> Cell:
    words = f"{formats.on_weekday(day.day)}: {telling.OUTCOMES[day.outcome]}"
    if day.value is not None:
        words += f", {telling.amount(day.value, of.habit.unit)}"
    return Cell(day.day.isoformat(), day.outcome.value, _level(day), words)


def _level(day: Day) -> int:
    """How deep the colour is: part of a target is paler, and so is much of a limit."""
    if day.outcome is Outcome.partial:
        return 1 + round(3 * min(1.0, day.fill or 0))
    if day.outcome is Outcome.kept and day.fill is not None and day.fill < 1:
        return 5 - round(2 * day.fill)
    return 5


def _future(day: date) -> Cell:
    return Cell(day.isoformat(), FUTURE, 0, formats.on_weekday(day))


def _month_labels(first: date, last: date, grid_start: date) -> list[Label]:
    starts = [first] if first.day == 1 else []
    month = first.replace(day=1)
    while (month := period_of("month", month, 0)[1] + DAY) <= last:
        starts.append(month)
    return [Label(formats.month(start), (start - grid_start).days // 7 + 1) for start in starts]


def _summary(shown: list[Day]) -> str:
    """The grid in a sentence."""
    counts = {outcome: sum(day.outcome is outcome for day in shown) for outcome in Outcome}
    named = (Outcome.kept, Outcome.extra, Outcome.partial, Outcome.missed, Outcome.skipped, Outcome.paused)
    words = telling.OUTCOMES | {Outcome.extra: "extra"}
    parts = [f"{counted(counts[one], 'day')} {words[one]}" for one in named if counts[one]]
    return f"{', '.join(parts)}." if parts else "Nothing was due or done in this time."
