"""What Insights shows, made from the overview: words and numbers, ready to be drawn."""

from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter

from habit_coach.habits import insights, overview, statistics
from habit_coach.habits.models import Habit
from habit_coach.habits.overview import RECENT, Comparison, Connection, Lived, Overview, Period
from habit_coach.habits.plan import DAY
from habit_coach.habits.schedule import period_of
from habit_coach.habits.statistics import Total
from habit_coach.ui import formats, telling
from habit_coach.ui.components.bars import Profile, hour_bars, weekday_bars
from habit_coach.ui.components.colors import readable_on
from habit_coach.ui.words import NOTHING_YET, counted, percent

MONTHS = 6
MOST_HINTS = 5
BEFORE = {"week": "last week", "month": "last month", "year": "last year"}


@dataclass(frozen=True)
class Mark:
    """Which habit a row is about."""

    id: str
    name: str
    icon: str
    color: str
    on_color: str


@dataclass(frozen=True)
class Compared:
    """One habit now and before; `trend` is up, down or same."""

    mark: Mark
    now: str
    before: str
    now_percent: int
    before_percent: int
    change: str
    trend: str


@dataclass(frozen=True)
class Summary:
    """All habits together, in a sentence."""

    title: str = ""
    says: str = ""
    about: str = ""
    trend: str = "same"


@dataclass(frozen=True)
class Cell:
    """One month or year of a habit; `percent` shades it."""

    says: str
    amount: str
    percent: int


@dataclass(frozen=True)
class Row:
    mark: Mark
    cells: list[Cell]


@dataclass(frozen=True)
class Table:
    """Months and this year and last, one row a habit."""

    heads: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Tie:
    """Two habits that go together, or not, in words."""

    first: Mark
    second: Mark
    says: str
    detail: str
    together: bool


@dataclass(frozen=True)
class Hint:
    """When one habit goes best."""

    mark: Mark
    says: str


def compared(of: Overview, period: Period) -> tuple[Summary, list[Compared]]:
    found = overview.compared(of, period)
    return _summary(of, period, found), [_compared(one) for one in found]


def table(of: Overview) -> Table:
    """The last six months, this year and last of each habit: kept of what was due."""
    firsts = [of.today.replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.append(period_of("month", firsts[-1] - DAY, 0)[0])
    heads = [formats.month(first) for first in firsts] + [str(of.today.year), str(of.today.year - 1)]
    return Table(heads, [Row(mark(one.habit), _cells(of, one, firsts)) for one in of.lived])


def ties(of: Overview) -> list[Tie]:
    return [_tie(one) for one in overview.connections(of)]


def weekdays(of: Overview) -> Profile:
    return weekday_bars(overview.weekday_profile(of), of.week_start)


def hours(of: Overview) -> Profile:
    return hour_bars(of.hours)


def hints(of: Overview) -> list[Hint]:
    """The habits of which one weekday stands out, the widest apart first."""
    since = of.today - RECENT + DAY
    profiles = ((one, statistics.weekday_profile(one.plan, one.marks, since, of.today)) for one in of.lived)
    best = ((one, insights.best_weekday(profile)) for one, profile in profiles)
    apart = sorted(((found.rate - found.others, one, found) for one, found in best if found), key=itemgetter(0))
    return [Hint(mark(one.habit), telling.best_weekday(found)) for _, one, found in apart[::-1][:MOST_HINTS]]


def mark(habit: Habit) -> Mark:
    return Mark(str(habit.id), habit.name, habit.icon, habit.color, readable_on(habit.color))


def _summary(of: Overview, period: Period, found: list[Comparison]) -> Summary:
    (first, last), (earlier, until) = overview.spans(of, period)
    now, before = _share([one.now for one in found]), _share([one.before for one in found])
    about = f"{formats.days(first, last)}, beside {formats.days(earlier, until)}."
    if now is None:
        return Summary(f"This {period}", "Nothing was due yet.", about)
    says = f"{percent(now)} kept"
    if before is None:
        return Summary(f"This {period}", f"{says}. Nothing was due {BEFORE[period]}.", about)
    points = round(100 * now) - round(100 * before)
    trend = "up" if points > 0 else "down" if points < 0 else "same"
    change = f"{counted(abs(points), 'point')} {'more' if points > 0 else 'less'}" if points else "as much"
    return Summary(f"This {period}", f"{says}, {change} {'than' if points else 'as'} {BEFORE[period]}.", about, trend)


def _compared(one: Comparison) -> Compared:
    now, before = _share([one.now]), _share([one.before])
    points = 0 if now is None or before is None else round(100 * now) - round(100 * before)
    return Compared(
        mark(one.habit),
        _said(one.now),
        _said(one.before),
        round(100 * (now or 0)),
        round(100 * (before or 0)),
        "" if now is None or before is None else f"{points:+d}" if points else "same",
        "up" if points > 0 else "down" if points < 0 else "same",
    )


def _cells(of: Overview, one: Lived, firsts: list[date]) -> list[Cell]:
    last_year = date(of.today.year - 1, 1, 1)
    months = [(first, period_of("month", first, 0)[1]) for first in firsts]
    years = [(of.today.replace(month=1, day=1), of.today), (last_year, last_year.replace(month=12, day=31))]
    return [_cell(one, first, last, of.today) for first, last in [*months, *years]]


def _cell(one: Lived, first: date, last: date, today: date) -> Cell:
    total = statistics.kept_between(one.plan, one.marks, first, last, today)
    amount = telling.amount(total.amount, one.habit.unit) if one.habit.kind == "numeric" and total.amount else ""
    said = f"{total.kept}/{total.due}" if total.due else NOTHING_YET
    return Cell(said, amount, round(100 * (_share([total]) or 0)))


def _tie(one: Connection) -> Tie:
    together, lag = one.correlation.r > 0, one.correlation.lag
    when = "The day after" if lag else "On days when"
    more = "more often" if together else "less often"
    says = f"{when} you keep {one.first.name}, you keep {one.second.name} {more}."
    detail = (
        f"{percent(one.with_first)} of the time, against {percent(one.without_first)} otherwise "
        f"({counted(one.correlation.n, 'day')} in common)."
    )
    return Tie(mark(one.first), mark(one.second), says, detail, together)


def _said(total: Total) -> str:
    """ "2/3"; "3" where more was done than was due, as in the first days of a week with a quota."""
    if not total.due:
        return NOTHING_YET
    return f"{total.kept}/{total.due}" if total.kept <= total.due else str(total.kept)


def _share(totals: list[Total]) -> float | None:
    """Kept of what was due, no habit making up for another."""
    due = sum(total.due for total in totals)
    return sum(min(total.kept, total.due) for total in totals) / due if due else None
