"""What became of every day that many habits asked for, at once, as flat arrays.

The verdicts are those of `habits.outcomes.settled`, which a test holds them against, but for two things: a day of a
quota that was full already asked nothing, and so does not count as missed; a budget is judged by its periods.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from habit_coach.habits.outcomes import SLACK
from habit_coach.habits.plan import Plan, Rule
from habit_coach.habits.schedule import WEEKDAYS, Daily, Every, PerPeriod, Weekdays, due_days
from habit_coach.predictions.history import Bools, Floats, Ints

EPOCH = date(1970, 1, 1).toordinal()
STATES = {"missed": 0, "done": 1, "skipped": 2}
DONE, SKIPPED = STATES["done"], STATES["skipped"]


class Marked(NamedTuple):
    """Entries, sorted by series and day: state (see `STATES`), amount (nan without one), hour of the check-in."""

    series: Ints
    day: Ints
    state: Ints
    value: Floats
    hour: Floats


class Asked(NamedTuple):
    """Every day that a habit asks for, by the rule of that day, sorted by series and day.

    `times` is 0 but for a quota of days, whose period begins on `begins` and ends on `ends`.
    """

    series: Ints
    day: Ints
    numeric: Bools
    limit: Bools
    budget: Bools
    target: Floats
    times: Ints
    begins: Ints
    ends: Ints


def number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH


def day_of(number: int) -> date:
    """The calendar day of `number` days since 1970-01-01."""
    return date.fromordinal(int(number) + EPOCH)


def asked(plans: Sequence[Plan], today: Ints, back: int) -> Asked:
    """The days that each plan asks for in the `back` days up to its `today`, that day included, without pauses."""
    parts: list[Ints] = []
    about: list[tuple[int, bool, bool, bool, float, int, bool, int]] = []
    for place, plan in enumerate(plans):
        last = day_of(today[place])
        for rule, since, until in plan.spans(max(plan.start, last - timedelta(days=back)), last):
            parts.append(_due(plan, rule, since, until))
            about.append((place, *_traits(plan, rule), plan.week_start))
    kinds = (np.int64, bool, bool, bool, float, np.int64, bool, np.int64)
    columns: list[tuple[object, ...]] = list(zip(*about, strict=True)) if about else [()] * len(kinds)
    sizes = np.array([part.size for part in parts], dtype=np.int64)
    series, numeric, limit, budget, target, times, month, week_start = (
        np.repeat(np.array(column, dtype=kind), sizes) for column, kind in zip(columns, kinds, strict=True)
    )
    day = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
    begins, ends = periods(day, month, week_start)
    return Asked(series, day, numeric, limit, budget, target, times, begins, ends)


def _traits(plan: Plan, rule: Rule) -> tuple[bool, bool, bool, float, int, bool]:
    """Numeric, limit, budget, target, times, monthly."""
    quota = rule.schedule if isinstance(rule.schedule, PerPeriod) else None
    budget = plan.is_budget(rule)
    times = quota.times if quota and not budget else 0
    monthly = quota is not None and quota.period == "month"
    return plan.kind == "numeric", plan.is_limit(rule), budget, rule.target or 0.0, times, monthly


def _due(plan: Plan, rule: Rule, first: date, last: date) -> Ints:
    low, high = number(first), number(last) + 1
    schedule = rule.schedule
    match schedule:
        case Daily() | PerPeriod():
            days = np.arange(low, high)
        case Weekdays():
            days = np.arange(low, high)
            days = days[np.array([name in schedule.days for name in WEEKDAYS])[(days + 3) % 7]]
        case Every():
            days = np.arange(low + (number(plan.start) - low) % schedule.step, high, schedule.step)
        case _:
            days = np.array([number(day) for day in due_days(schedule, first, last, plan.start)], dtype=np.int64)
    for pause in plan.pauses:
        days = days[(days < number(pause.first)) | (days > number(pause.last or date.max))]
    return days.astype(np.int64)


def periods(day: Ints, month: Bools, week_start: Ints) -> tuple[Ints, Ints]:
    """First and last day of the calendar week or month of each day; 1970-01-01 was a Thursday."""
    begins = day - (day + 3 - week_start) % 7
    months = day.astype("datetime64[D]").astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    last = (months + 1).astype("datetime64[D]").astype(np.int64) - 1
    return np.where(month, first, begins), np.where(month, last, begins + 6)


def verdicts(cells: Asked, state: Ints, value: Floats, running: Bools) -> Floats:
    """1 kept, 0 missed, nan where nothing is settled; `state` is -1 where nothing was said of the day."""
    amount_known = cells.numeric & np.isfinite(value)
    enough = np.where(cells.limit, value <= cells.target + SLACK, value >= cells.target - SLACK)
    kept = np.where(amount_known, enough, state == DONE)
    kept = np.where(state < 0, cells.limit, kept)
    still_open = amount_known & ~cells.limit & ~enough & ((value > 0) | (state == DONE))
    unsettled = (state == SKIPPED) | (running & ((state < 0) | still_open))
    by_day = np.where(unsettled, np.nan, kept.astype(float))
    return np.where(cells.budget, np.nan, by_day)


def budgets(cells: Asked, state: Ints, value: Floats, today: Ints) -> Floats:
    """1 kept, 0 missed on the last day of each period of a budget that is settled, nan everywhere else.

    A period is settled when it has ended, when its limit is passed, or when its amount is reached.
    """
    found = np.full(cells.day.size, np.nan)
    rows = np.flatnonzero(cells.budget)
    if not rows.size:
        return found
    series, begins = cells.series[rows], cells.begins[rows]
    new = np.concatenate([[True], (series[1:] != series[:-1]) | (begins[1:] != begins[:-1])])
    first = np.flatnonzero(new)
    last = rows[np.concatenate([first[1:], [rows.size]]) - 1]
    asked_for = state[rows] != SKIPPED
    total = np.add.reduceat(np.where(asked_for, _amounts(cells, state, value)[rows], 0.0), first)
    active = np.add.reduceat(asked_for.astype(float), first)
    allowed = cells.target[last] * active / (cells.ends[last] - cells.begins[last] + 1)
    within, limit = total <= allowed + SLACK, cells.limit[last]
    reached = total >= allowed - SLACK
    ended = cells.ends[last] < today[cells.series[last]]
    settled = (active > 0) & (ended | np.where(limit, ~within, reached))
    found[last[settled]] = np.where(limit, within, reached)[settled]
    return found


def _amounts(cells: Asked, state: Ints, value: Floats) -> Floats:
    """What each mark comes to, as `habits.plan.amount` has it; nought where nothing was said."""
    missed = np.where(cells.limit, np.where(cells.target > 0, 2 * cells.target, 1.0), 0.0)
    without_number = np.where(state == DONE, cells.target, missed)
    return np.where(state < 0, 0.0, np.where(np.isfinite(value), value, without_number))


def kept_before(cells: Asked, kept: Floats) -> Floats:
    """Days kept earlier in the same period of each day's quota."""
    if not cells.day.size:
        return np.zeros(0)
    total = np.concatenate([[0.0], np.cumsum(np.nan_to_num(kept))])
    new = np.concatenate([[True], (cells.series[1:] != cells.series[:-1]) | (cells.begins[1:] != cells.begins[:-1])])
    first = np.maximum.accumulate(np.where(new, np.arange(new.size), 0))
    return np.asarray(total[:-1] - total[first])
