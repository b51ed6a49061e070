"""The features of a prediction, computed the same way for training and for serving.

Every number describes the end of the day `as_of`: nothing later is looked at, nor anything more than `HORIZON` days or
`WINDOW` due occurrences before it, so that serving may read a bounded stretch of days and get the very same row.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from habit_coach.predictions.history import Bools, DayTotals, Floats, History, Ints
from habit_coach.predictions.schema import COLUMN, HORIZON, NAMES, WINDOW

CHUNK = 20_000
HALF_LIVES = (2, 5, 13, 30)


@dataclass(frozen=True)
class Rows:
    """The predictions to make: habit `series` on the due day `target`, known up to the end of the day `as_of`."""

    series: Ints
    target: Ints
    as_of: Ints
    quota_left: Floats
    days_left: Floats

    @classmethod
    def plain(cls, series: Ints, target: Ints, as_of: Ints) -> "Rows":
        """Rows of habits without a quota."""
        unknown = np.full(series.size, np.nan)
        return cls(series, target, as_of, unknown, unknown)

    def take(self, chosen: slice | Ints | Bools) -> "Rows":
        return Rows(
            self.series[chosen],
            self.target[chosen],
            self.as_of[chosen],
            self.quota_left[chosen],
            self.days_left[chosen],
        )


@dataclass(frozen=True)
class Window:
    """The last judged occurrences of each row, newest first; `seen` marks the cells that exist."""

    seen: Bools
    done: Floats
    value: Floats
    hour: Floats
    day: Ints

    @property
    def count(self) -> Floats:
        return np.asarray(self.seen.sum(axis=1), dtype=float)


def features(history: History, rows: Rows, prior: float) -> Floats:
    """One row of features for each of `rows`, columns as in `schema.NAMES`; `prior` is the rate of a new habit."""
    totals = DayTotals.of(history)
    matrix = np.full((rows.series.size, len(NAMES)), np.nan)
    for first in range(0, rows.series.size, CHUNK):
        part = rows.take(slice(first, first + CHUNK))
        window = window_of(history, part)
        for name, column in columns(history, totals, part, window, prior):
            matrix[first : first + CHUNK, COLUMN[name]] = column
    # Sums of floats depend on their order in the last digit; rounding makes serving equal training to the bit.
    return matrix.round(9)


def window_of(history: History, rows: Rows) -> Window:
    """What was known of each habit at the end of `as_of`."""
    days = history.judged
    end = days.up_to(rows.series, rows.as_of)
    start = np.maximum(days.up_to(rows.series, rows.as_of - HORIZON), end - WINDOW)
    width = max(1, int((end - start).max(initial=1)))
    position = end[:, None] - 1 - np.arange(width)
    seen = position >= start[:, None]
    position = np.where(seen, position, -1)
    if not days.done.size:
        blank = np.full(seen.shape, np.nan)
        return Window(seen, np.zeros(seen.shape), blank, blank, np.zeros(seen.shape, dtype=np.int64))
    return Window(
        seen=seen,
        done=np.where(seen, days.done[position], 0.0),
        value=np.where(seen, days.value[position], np.nan),
        hour=np.where(seen, days.hour[position], np.nan),
        day=np.where(seen, days.day[position], 0),
    )


def columns(
    history: History, totals: DayTotals, rows: Rows, window: Window, prior: float
) -> Iterator[tuple[str, Floats]]:
    """All features by name."""
    own = shrunk(window.done.sum(axis=1), window.count, prior)
    yield "own_rate", own
    yield "age", np.log1p(window.count)
    yield from rates(window, own)
    yield from weekday(rows, window, own)
    yield from sequence(rows, window, own)
    yield from density(rows, window)
    yield from other_habits(history, totals, rows, own)
    yield from logging(history, rows)
    yield from amounts(rows, window)
    yield "hour", mean_where(window.hour[:, :28], np.isfinite(window.hour[:, :28]))
    yield "quota_left", rows.quota_left
    yield "days_left", rows.days_left


def shrunk(kept: Floats, due: Floats, towards: Floats | float, strength: float = 4.0) -> Floats:
    """Mean of the Beta posterior, `(kept + strength * towards) / (due + strength)`."""
    return np.asarray((kept + strength * towards) / (due + strength))


def rates(window: Window, own: Floats) -> Iterator[tuple[str, Floats]]:
    """Rates over the last k due days, exponentially weighted rates, and trends between them, all shrunk to `own`."""
    rate = {
        k: shrunk(window.done[:, :k].sum(axis=1), window.seen[:, :k].sum(axis=1).astype(float), own, 2.0)
        for k in (3, 7, 14, 28, 56)
    }
    yield from ((f"rate_{k}", column) for k, column in rate.items())
    recent = {}
    for half_life in HALF_LIVES:
        weight = 0.5 ** (np.arange(window.done.shape[1]) / half_life)
        recent[half_life] = shrunk(window.done @ weight, window.seen @ weight, own, 1.0)
    yield from ((f"recent_{half_life}", column) for half_life, column in recent.items())
    yield "trend_short", recent[2] - recent[13]
    yield "trend_long", rate[14] - rate[56]


def weekday(rows: Rows, window: Window, own: Floats) -> Iterator[tuple[str, Floats]]:
    """The rate on the target's weekday, shrunk to the habit's own rate, and how far it lies above it."""
    same = window.seen & ((window.day - rows.target[:, None]) % 7 == 0)
    rate = shrunk((window.done * same).sum(axis=1), same.sum(axis=1).astype(float), own)
    yield "weekday_rate", rate
    yield "weekday_lift", rate - own
    alike = window.seen & (weekend(window.day) == weekend(rows.target)[:, None])
    yield "weekend_lift", shrunk((window.done * alike).sum(axis=1), alike.sum(axis=1).astype(float), own) - own
    yield "weekday_number", ((rows.target + 3) % 7).astype(float)


def weekend(day: Ints) -> Bools:
    """Saturdays and Sundays; 1970-01-01 was a Thursday."""
    return np.isin(day % 7, (2, 3))


def sequence(rows: Rows, window: Window, own: Floats) -> Iterator[tuple[str, Floats]]:
    """How the last occurrences followed one another."""
    done, seen = window.done, window.seen
    for lag in (1, 2, 3):
        column = np.full(own.size, np.nan)
        if done.shape[1] >= lag:
            column = np.where(seen[:, lag - 1], done[:, lag - 1], np.nan)
        yield f"lag_{lag}", column
    alike = seen[:, 1:] & (done[:, 1:] == done[:, :1])
    yield "same_after", shrunk((done[:, :-1] * alike).sum(axis=1), alike.sum(axis=1).astype(float), own)
    yield "streak", run_length(seen & (done == 1))
    misses = run_length(seen & (done == 0))
    yield "miss_streak", misses
    last_kept = window.day[np.arange(own.size), np.minimum(misses.astype(int), done.shape[1] - 1)]
    ever = done.any(axis=1)
    yield "since_kept", np.where(ever, np.minimum(rows.as_of - last_kept, HORIZON), np.nan)
    flips = (done[:, :14][:, 1:] != done[:, :14][:, :-1]) & seen[:, :14][:, 1:]
    turns = (seen[:, 1:] & (done[:, 1:] != done[:, :-1])).sum(axis=1)
    yield "run_length", window.count / (turns + 1)
    yield "flips", flips.sum(axis=1) / np.maximum(1.0, seen[:, :14].sum(axis=1) - 1.0)


def density(rows: Rows, window: Window) -> Iterator[tuple[str, Floats]]:
    """Share of the last days that were due, and days since the last due one."""
    seen = window.seen
    for name, stretch in (("density", 28), ("density_week", 7)):
        near = seen & (window.day > rows.as_of[:, None] - stretch)
        known = np.minimum(stretch, rows.as_of + 1 - oldest(window))
        yield name, np.where(seen[:, 0], near.sum(axis=1) / np.maximum(1, known), np.nan)
    yield "gap", np.where(seen[:, 0], rows.target - window.day[:, 0], np.nan)


def oldest(window: Window) -> Ints:
    """Day of the oldest occurrence of each window; 0 where it is empty."""
    return np.asarray(window.day[np.arange(window.day.shape[0]), np.maximum(window.seen.sum(axis=1) - 1, 0)])


def run_length(hit: Bools) -> Floats:
    """How many cells from the newest on are hits without a break."""
    return np.asarray(np.where(hit.all(axis=1), hit.shape[1], (~hit).argmax(axis=1)), dtype=float)


def other_habits(history: History, totals: DayTotals, rows: Rows, own: Floats) -> Iterator[tuple[str, Floats]]:
    """How the person's other habits went on the last day, week, month and quarter, and on the target's weekday."""
    rate = {}
    for length in (1, 7, 28, WINDOW):
        kept, due = without_own(history, totals, rows, rows.as_of - length + 1, rows.as_of)
        rate[length] = np.where(due > 0, kept / np.maximum(1, due), np.nan)
    yield "others_yesterday", rate[1]
    yield "others_week", rate[7]
    yield "others_month", rate[28]
    yield "others_lift", rate[7] - rate[28]
    yield "others_lead", rate[WINDOW] - own
    weeks = [
        without_own(history, totals, rows, rows.target - 7 * week, rows.target - 7 * week, rows.as_of)
        for week in range(1, 9)
    ]
    kept, due = (np.sum(part, axis=0) for part in zip(*weeks, strict=True))
    yield "others_weekday_lift", shrunk(kept, due, rate[WINDOW]) - rate[WINDOW]
    yield "habits_judged", totals.between(history.owner[rows.series], rows.as_of, rows.as_of)[1]


def without_own(
    history: History, totals: DayTotals, rows: Rows, first: Ints, last: Ints, until: Ints | None = None
) -> tuple[Floats, Floats]:
    """Kept and due of the person's other habits from `first` to `last`; nothing after `until` counts."""
    days = history.judged
    last = last if until is None else np.where(last > until, first - 1, last)
    kept, due = totals.between(history.owner[rows.series], first, last)
    low, high = days.up_to(rows.series, first - 1), days.up_to(rows.series, last)
    return kept - (days.kept_before[high] - days.kept_before[low]), due - (high - low)


def logging(history: History, rows: Rows) -> Iterator[tuple[str, Floats]]:
    """Days since this habit, and anything at all, was logged; days with a log in the last week."""
    person = history.owner[rows.series]
    for name, code, keys in (
        ("own_silence", rows.series, history.key(history.series, history.day)[history.logged]),
        ("silence", person, np.unique(history.key(history.owner[history.series], history.day)[history.logged])),
    ):
        now = np.searchsorted(keys, history.key(code, rows.as_of), side="right")
        last = keys[now - 1] if keys.size else np.zeros(code.size, dtype=np.int64)
        known = (now > 0) & (last // history.span == code)
        days = rows.as_of - (last % history.span + history.first_day - 1)
        yield name, np.where(known & (days < HORIZON), days, np.nan)
    week_ago = np.searchsorted(keys, history.key(person, rows.as_of - 7), side="right")
    yield "logged_week", (now - week_ago).astype(float)


def amounts(rows: Rows, window: Window) -> Iterator[tuple[str, Floats]]:
    """Amounts against the habit's own mean, and their distance from the limit that its kept and missed days suggest.

    In units of the habit's own standard deviation, positive on the side of keeping it.
    """
    known = np.isfinite(window.value)
    value = np.where(known, window.value, 0.0)
    mean = mean_where(value, known)
    spread = np.sqrt(mean_where((value - mean[:, None]) ** 2, known))
    unit = np.where(spread > 0, spread, np.nan)
    kept, missed = known & (window.done == 1), known & window.seen & (window.done == 0)
    side = np.where(mean_where(value, kept) < mean_where(value, missed), -1.0, 1.0)
    signed = value * side[:, None]
    limit = (extreme(signed, kept, np.minimum) + extreme(signed, missed, np.maximum)) / 2
    weight = 0.5 ** (np.arange(value.shape[1]) / 5)
    level = (signed * known) @ weight / np.where(known.any(axis=1), known @ weight, np.nan)
    newest = np.take_along_axis(signed, known.argmax(axis=1)[:, None], axis=1)[:, 0]
    yield "value_last", np.where(known.any(axis=1), (newest - side * mean) / unit, np.nan)
    yield "value_level", (level - side * mean) / unit
    yield "value_margin", np.clip((level - limit) / unit, -5, 5)
    yield "value_room", np.clip((side * mean - limit) / unit, -5, 5)
    same = known & ((window.day - rows.target[:, None]) % 7 == 0)
    yield "weekday_level", ((signed - (side * mean)[:, None]) * same).sum(axis=1) / unit / (same.sum(axis=1) + 3.0)
    yield "value_spread", spread / np.where(mean != 0, np.abs(mean), np.nan)


def mean_where(numbers: Floats, chosen: Bools) -> Floats:
    """Mean of the chosen cells of each row; nan where there are none."""
    count = chosen.sum(axis=1)
    return np.where(count > 0, np.where(chosen, numbers, 0.0).sum(axis=1) / np.maximum(1, count), np.nan)


def extreme(numbers: Floats, chosen: Bools, pick: np.ufunc) -> Floats:
    """Least or largest of the chosen cells of each row; nan where there are none."""
    worst = np.inf if pick is np.minimum else -np.inf
    found = pick.reduce(np.where(chosen, numbers, worst), axis=1)
    return np.where(np.isfinite(found), found, np.nan)
