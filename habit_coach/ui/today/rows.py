"""What Today shows of each habit: words and numbers, ready to be drawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, log10

from habit_coach.habits.outcomes import Outcome
from habit_coach.habits.plan import DAY, amount
from habit_coach.habits.schedule import Daily, Weekdays, describe
from habit_coach.habits.today import WEEK, Day, Line
from habit_coach.predictions.today import Slipping
from habit_coach.ui import formats
from habit_coach.ui.components.colors import readable_on
from habit_coach.ui.words import counted, percent, streak_unit

SAID = {
    Outcome.kept: "done",
    Outcome.partial: "begun",
    Outcome.missed: "missed",
    Outcome.skipped: "skipped",
    Outcome.paused: "paused",
    Outcome.off: "not due",
    Outcome.extra: "done, though not due",
    Outcome.open: "still open",
}
MILESTONES = frozenset({7, 14, 21, 30, 50, 75, 100, 150, 200, 250, 300, 365, 500, 750, 1000})
NAMED = 3


@dataclass(frozen=True)
class Row:
    """One habit. Of one that is counted, `value` is today's number and `step` what + and - add.

    `week` holds the outcomes of the head's `weekdays`. `can_slip` says that today decides: a quota with days to spare
    cannot slip yet.
    """

    id: str
    name: str
    icon: str
    color: str
    on_color: str
    numeric: bool
    limit: bool
    outcome: str
    done: bool
    value: float
    target: float
    goal: str
    step: float
    quick: list[float]
    streak_says: str
    says: str
    note: str
    week: list[str]
    can_slip: bool


@dataclass(frozen=True)
class Risk:
    """What the row of a habit that may slip says of it."""

    level: str
    says: str
    chance: str
    why: str


@dataclass(frozen=True)
class Group:
    """Habits that stand together, by id."""

    name: str
    ids: list[str]


@dataclass(frozen=True)
class Head:
    """The top of the page: the day, where it leads, and the `weekdays` that end there.

    `unsaid` names what yesterday asked for and heard nothing of; of a past day it is empty.
    """

    title: str
    date: str
    day: str
    today: str
    before: str
    after: str
    past: bool
    weekdays: list[str]
    unsaid: str


@dataclass(frozen=True)
class Score:
    """How much of the day is done."""

    kept: int
    total: int
    percent: int
    says: str


def head(day: Day, name: str, hour: int) -> Head:
    past = day.day < day.today
    return Head(
        title=_past(day) if past else _greeting(name, hour),
        date=formats.spoken(day.day),
        day=day.day.isoformat(),
        today=day.today.isoformat(),
        before=(day.day - DAY).isoformat(),
        after=(day.day + DAY).isoformat() if past else "",
        past=past,
        weekdays=[f"{day.day - back * DAY:%a}" for back in reversed(range(WEEK))],
        unsaid="" if past else _named([line.habit.name for line in day.lines if line.unsaid]),
    )


def score(day: Day) -> Score:
    share = round(100 * day.kept / day.total) if day.total else 0
    return Score(day.kept, day.total, share, _how_far(day, past=day.day < day.today))


def groups(lines: Iterable[Line]) -> list[Group]:
    """The habits in the order in which the person keeps them; those without a group come first."""
    by_name: dict[str, list[str]] = {"": []}
    for line in lines:
        by_name.setdefault(line.habit.group, []).append(str(line.habit.id))
    return [Group(name, ids) for name, ids in by_name.items() if ids]


def row(line: Line, past: bool) -> Row:
    habit, rule = line.habit, line.rule
    numeric, target = habit.kind == "numeric", rule.target or 0.0
    step = step_of(target)
    most = "at most " if line.limit else "of "
    return Row(
        id=str(habit.id),
        name=habit.name,
        icon=habit.icon,
        color=habit.color,
        on_color=readable_on(habit.color),
        numeric=numeric,
        limit=line.limit,
        outcome=line.outcome.value,
        done=line.outcome in (Outcome.kept, Outcome.extra),
        value=amount(rule, line.mark) if numeric else 0.0,
        target=target,
        goal=f"{most}{formats.number(target)} {habit.unit}".strip() if numeric else "",
        step=step,
        quick=[] if line.limit else [more for more in (5 * step, 10 * step) if more < target],
        streak_says=streak_says(line),
        says=_says(line, past),
        note=line.note,
        week=[outcome.value for _, outcome in line.week],
        can_slip=not past and line.outcome is Outcome.open and (line.counts or line.limit),
    )


def risk(found: Slipping) -> Risk:
    words = "Likely to slip" if found.risk == "high" else "Could slip"
    return Risk(found.risk, words, f"{percent(found.probability)} likely to be kept", found.why)


def step_of(target: float) -> float:
    """A step that reaches the target in ten to twenty-five taps, and never less than a whole one for whole targets."""
    if target <= 0:
        return 1.0
    rough = target / 25
    power = 10.0 ** floor(log10(rough))
    nice = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    return max(nice, 1.0) if target >= 2 else nice


def streak_says(line: Line) -> str:
    """ "12 days", "3 weeks", "8 in a row"; nothing below two."""
    count, unit = line.figures.current_streak, streak_unit(line.rule.schedule)
    if count < 2:
        return ""
    return f"{count} in a row" if unit == "time" else counted(count, unit)


def milestone(before: Line, after: Line) -> str:
    """A quiet word when a check-in brought the streak to a round number."""
    count = after.figures.current_streak
    if count <= before.figures.current_streak or count not in MILESTONES:
        return ""
    return f"{after.habit.name}: {streak_says(after)}. Well kept."


def _says(line: Line, past: bool) -> str:
    """The second line of a row: the quota, or when it is due."""
    schedule, progress = line.rule.schedule, line.progress
    if line.outcome is Outcome.paused:
        return "Paused"
    if line.outcome is Outcome.skipped:
        return "Skipped"
    if progress is not None:
        which = "that" if past else "this"
        unit = f" {line.habit.unit}" if line.habit.kind == "numeric" and schedule.times == 1 else ""
        return f"{formats.number(progress.done)} of {formats.number(progress.wanted)}{unit} {which} {progress.period}"
    if isinstance(schedule, Daily):
        return ""
    words = "Weekdays" if schedule == Weekdays(days=("mon", "tue", "wed", "thu", "fri")) else describe(schedule)
    return words[0].upper() + words[1:]


def _greeting(name: str, hour: int) -> str:
    part = "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    return f"Good {part}, {name}" if name else f"Good {part}"


def _named(names: list[str]) -> str:
    """ "Read", "Read and Run", "Read, Run and 2 more"."""
    if len(names) > NAMED:
        names = [*names[: NAMED - 1], f"{len(names) - NAMED + 1} more"]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _past(day: Day) -> str:
    days = (day.today - day.day).days
    return "Yesterday" if days == 1 else f"{days} days ago"


def _how_far(day: Day, past: bool) -> str:
    if day.total == 0:
        return "Nothing was due." if past else "Nothing has to be done today."
    left = day.total - day.kept
    if left == 0:
        return "Everything was kept." if past else "All done for today."
    if past:
        return f"{day.kept} of {day.total} kept."
    return "One to go." if left == 1 else f"{left} to go."
