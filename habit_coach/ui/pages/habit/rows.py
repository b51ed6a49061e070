"""What the habit's page shows, made from its history: small frozen rows and no database."""

from dataclasses import dataclass, field
from datetime import date

from habit_coach.habits import statistics, streaks
from habit_coach.habits.history import History
from habit_coach.habits.outcomes import Outcome, outcome
from habit_coach.habits.plan import amount
from habit_coach.habits.statistics import Total
from habit_coach.ui import formats, telling
from habit_coach.ui.components.bars import Bar, Profile, weekday_bars
from habit_coach.ui.components.colors import readable_on
from habit_coach.ui.today.rows import step_of
from habit_coach.ui.words import NOTHING_YET, asks, counted, percent, streak_unit

MOST_STREAKS = 8


@dataclass(frozen=True)
class Head:
    """Who the habit is. `pause` and `archived` (the day) are empty unless it is."""

    id: str = ""
    name: str = ""
    icon: str = ""
    color: str = "#0090ff"
    on_color: str = "#ffffff"
    description: str = ""
    asks: str = ""
    since: str = ""
    pause: str = ""
    archived: str = ""
    numeric: bool = False
    unit: str = ""
    has_entries: bool = False


@dataclass(frozen=True)
class CheckIn:
    """Today's tap; of a habit that is counted, `value` is today's number and `step` what + and - add."""

    id: str = ""
    name: str = ""
    numeric: bool = False
    limit: bool = False
    outcome: str = "open"
    done: bool = False
    value: float = 0.0
    target: float = 0.0
    goal: str = ""
    step: float = 1.0
    quick: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Tile:
    label: str
    value: str
    note: str


def head(history: History) -> Head:
    habit, plan, today = history.habit, history.plan, history.today
    return Head(
        str(habit.id),
        habit.name,
        habit.icon,
        habit.color,
        readable_on(habit.color),
        habit.description,
        asks(habit, plan.rule_on(today)),
        f"{'Starts' if plan.start > today else 'Since'} {formats.on_day(plan.start)}",
        _pause_words(history),
        formats.on_day(history.today) if habit.archived_at else "",
        habit.kind == "numeric",
        habit.unit,
        bool(history.marks),
    )


def check_in(history: History) -> CheckIn:
    habit, plan, today = history.habit, history.plan, history.today
    rule, mark = plan.rule_on(today), history.marks.get(today)
    said = outcome(plan, today, mark, today)
    numeric, limit, target = habit.kind == "numeric", plan.is_limit(rule), rule.target or 0.0
    step = step_of(target)
    return CheckIn(
        id=str(habit.id),
        name=habit.name,
        numeric=numeric,
        limit=limit,
        outcome=said.value,
        done=said in (Outcome.kept, Outcome.extra),
        value=amount(rule, mark) if numeric else 0.0,
        target=target,
        goal=f"{'at most' if limit else 'of'} {telling.amount(target, habit.unit)}" if numeric else "",
        step=step,
        quick=[] if limit else [more for more in (5 * step, 10 * step) if more < target],
    )


def tiles(history: History) -> list[Tile]:
    """Streaks, rates, strength and total, with a dash where there is no number yet."""
    figures, habit = history.figures, history.habit
    unit = streak_unit(history.plan.rule_on(history.today).schedule)
    since = f"since {formats.on_day(figures.current_since)}" if figures.current_since else "starts with the next one"
    best = formats.days(figures.best_first, figures.best_last) if figures.best_first and figures.best_last else ""
    total = (
        telling.amount(figures.total, habit.unit)
        if habit.kind == "numeric"
        else f"{formats.number(figures.total)} {'time' if figures.total == 1 else 'times'}"
    )
    rates = ((7, figures.rate_7d), (30, figures.rate_30d), (90, figures.rate_90d))
    return [
        Tile("Current streak", counted(figures.current_streak, unit), since),
        Tile("Best streak", counted(figures.best_streak, unit) if best else NOTHING_YET, best),
        Tile("Strength", percent(figures.strength), "grows each time you keep it, fades slowly when you do not"),
        *(Tile(f"Last {days} days", percent(rate), "" if rate is not None else "nothing due") for days, rate in rates),
        Tile("In all", total, f"on {counted(_days_done(history), 'day')}" if habit.kind == "numeric" else ""),
    ]


def streak_bars(history: History) -> list[Bar]:
    """The longest streaks, newest first."""
    unit = streak_unit(history.plan.rule_on(history.today).schedule)
    runs = streaks.runs(history.plan, history.marks, history.today)
    longest = sorted(runs, key=lambda run: (run.length, run.last), reverse=True)[:MOST_STREAKS]
    most = longest[0].length if longest else 1
    running = history.figures.current_since
    return [
        Bar(
            formats.days(run.first, run.last),
            round(100 * run.length / most),
            counted(run.length, unit),
            "running" if run.first == running else "",
            run.length == most,
        )
        for run in sorted(longest, reverse=True)
    ]


def totals(history: History, first: date) -> tuple[list[Bar], list[Bar]]:
    """Months from the one that holds `first`, and years since the start; both newest first."""
    months = statistics.month_totals(history.plan, history.marks, first, history.today)
    years = statistics.year_totals(history.plan, history.marks, history.plan.start, history.today)
    return (
        [_total_bar(history, month, f"{month.first:%B} {month.first.year}") for month in reversed(months)],
        [_total_bar(history, year, str(year.first.year)) for year in reversed(years)],
    )


def weekday_profile(history: History) -> Profile:
    """How often the habit was kept on each weekday of the last year."""
    profile = statistics.weekday_profile(history.plan, history.marks, history.recent, history.today)
    return weekday_bars(profile, history.plan.week_start)


def _total_bar(history: History, total: Total, label: str) -> Bar:
    much = telling.amount(total.amount, history.habit.unit) if history.habit.kind == "numeric" else ""
    if not total.due:
        return Bar(label, 0, formats.number(total.amount) if total.amount and not much else NOTHING_YET, much)
    return Bar(label, min(100, round(100 * total.kept / total.due)), f"{total.kept}/{total.due}", much)


def _days_done(history: History) -> int:
    return sum(mark.state == "done" and mark.value != 0 for mark in history.marks.values())


def _pause_words(history: History) -> str:
    today = history.today
    running = [
        pause for pause in history.plan.pauses if pause.first <= today and (not pause.last or today <= pause.last)
    ]
    if not running:
        return ""
    if any(pause.last is None for pause in running):
        return "Paused until you take it up again"
    return f"Paused until {formats.on_day(max(pause.last for pause in running if pause.last))}"
