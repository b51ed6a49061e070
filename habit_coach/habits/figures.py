"""Where a habit stands today, from a checkpoint and the marks since, so that no page reads years.

The same rules over the whole history, without a checkpoint, are the truth that this is held against.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from pydantic import TypeAdapter

from habit_coach.habits import statistics, strength
from habit_coach.habits.outcomes import occurrences
from habit_coach.habits.plan import DAY, Marks, Plan
from habit_coach.habits.schedule import PerPeriod, period_of
from habit_coach.habits.statistics import Shares
from habit_coach.habits.streaks import Streaks, fold

WINDOWS = (7, 30, 90)
FOLD_AFTER = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything through the end of `day`, folded. `strength` is None before the first entry.

    An edit on or before `day`, or a rule, pause or start that changes a day on or before it, makes it void.
    """

    day: date
    strength: float | None
    streaks: Streaks
    total: float

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, from which `from_json` makes an equal checkpoint."""
        plain: dict[str, Any] = _CHECKPOINT.dump_python(self, mode="json")
        return plain

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "Checkpoint":
        """The checkpoint that `to_json` wrote."""
        return _CHECKPOINT.validate_python(plain)


@dataclass(frozen=True, slots=True)
class Eve:
    """Everything up to a day, so that its figures take one step: the fold, and the shares of each of `WINDOWS`.

    The windows end on the day itself, and are counted here through the day before. A change of any day before it, or
    any change of a rule, a pause or the start, makes it void.
    """

    before: Checkpoint
    shares: tuple[Shares, ...]

    @property
    def day(self) -> date:
        """The day whose eve this is."""
        return self.before.day + DAY

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, from which `from_json` makes an equal eve."""
        plain: dict[str, Any] = _EVE.dump_python(self, mode="json")
        return plain

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "Eve":
        """The eve that `to_json` wrote."""
        return _EVE.validate_python(plain)


_CHECKPOINT = TypeAdapter(Checkpoint)
_EVE = TypeAdapter(Eve)


@dataclass(frozen=True, slots=True)
class Figures:
    """Where a habit stands on the day `as_of`: streaks in occurrences, rates and strength from 0 to 1.

    A rate is None when nothing was due, and strength is None before the first entry.
    """

    as_of: date
    current_streak: int
    current_since: date | None
    best_streak: int
    best_first: date | None
    best_last: date | None
    rate_7d: float | None
    rate_30d: float | None
    rate_90d: float | None
    strength: float | None
    total: float


def figures(plan: Plan, marks: Marks, today: date, checkpoint: Checkpoint | None = None) -> Figures:
    """Where the habit stands on `today`.

    With a checkpoint of a day before `today`, only the marks of the last 90 days and those after
    `checkpoint.day - strength.lookback(plan)` are needed; without one, all of them.
    """
    return of_day(plan, marks, eve(plan, marks, today, checkpoint))


def eve(plan: Plan, marks: Marks, day: date, checkpoint: Checkpoint | None = None) -> Eve:
    """Everything up to `day`, from the marks that `figures` needs."""
    first = [day - (days - 1) * DAY for days in WINDOWS]
    parts = [
        statistics.shares(plan, marks, since, until, day)
        for since, until in zip(first, [day - DAY, *(later - DAY for later in first)], strict=False)
    ]
    return Eve(_fold(plan, marks, day - DAY, checkpoint, ended=True), tuple(accumulate(parts, statistics.together)))


def of_day(plan: Plan, marks: Marks, eve: Eve) -> Figures:
    """Where the habit stands on `eve.day`; needs its mark and those of the `strength.lookback(plan)` days before."""
    today = eve.day
    folded = _fold(plan, marks, today, eve.before)
    streaks = folded.streaks.as_of(today)
    shares = statistics.shares(plan, marks, today, today, today)
    rate_7d, rate_30d, rate_90d = (statistics.rate_of(plan, statistics.together(one, shares)) for one in eve.shares)
    return Figures(
        today,
        streaks.current,
        streaks.current_since,
        streaks.best,
        streaks.best_first,
        streaks.best_last,
        rate_7d,
        rate_30d,
        rate_90d,
        folded.strength,
        folded.total,
    )


def checkpoint(plan: Plan, marks: Marks, day: date, previous: Checkpoint | None = None) -> Checkpoint:
    """Everything through the end of `day`, a day that has ended; from `previous` on, when there is one.

    A period that `day` cuts is left to the next fold, which then needs its marks from its beginning.
    """
    return _fold(plan, marks, day, previous, ended=True)


def checkpoint_day(plan: Plan, today: date) -> date:
    """The day up to which it is wise to fold: some 100 days back, and the last of a period, so that none is cut."""
    day = today - FOLD_AFTER
    schedule = plan.rule_on(day).schedule
    if not isinstance(schedule, PerPeriod):
        return day
    return period_of(schedule.period, day + DAY, plan.week_start)[0] - DAY


def window(plan: Plan) -> int:
    """How many days before today must be at hand for figures from the checkpoint of today's `checkpoint_day`."""
    return FOLD_AFTER.days + 31 + strength.lookback(plan)


def _fold(plan: Plan, marks: Marks, last: date, previous: Checkpoint | None, *, ended: bool = False) -> Checkpoint:
    """`previous` carried on through `last`, a day that has `ended` or is today."""
    if previous is not None and previous.day > (last if ended else last - DAY):
        raise ValueError(f"A checkpoint of {previous.day} cannot be carried on to {last}.")
    first = plan.start if previous is None else max(plan.start, previous.day + DAY)
    found = occurrences(plan, marks, first, last + DAY if ended else last)
    if ended:
        found = (occurrence for occurrence in found if occurrence.last <= last)
    return Checkpoint(
        last,
        _strength(plan, marks, first, last, None if previous is None else previous.strength),
        fold(Streaks() if previous is None else previous.streaks, found),
        (0.0 if previous is None else previous.total) + statistics.total_between(plan, marks, first, last),
    )


def _strength(plan: Plan, marks: Marks, first: date, last: date, score: float | None) -> float | None:
    if score is None:
        entry = strength.first_entry(plan, marks, first, last)
        if entry is None:
            return None
        first, score = entry, strength.first_score(plan, entry)
    return strength.advance(plan, marks, score, first, last)
