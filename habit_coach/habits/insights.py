"""What a person's own history suggests, and silence where it suggests nothing."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import atanh, sqrt, tanh
from statistics import NormalDist
from typing import NamedTuple

from habit_coach.habits.plan import DAY
from habit_coach.habits.schedule import Weekday
from habit_coach.habits.statistics import WeekdayRate

ENOUGH_ON_A_WEEKDAY = 4
ENOUGH_DAYS = 28
ENOUGH_CHECK_INS = 10
ENOUGH_IN_COMMON = 30
LAGS = (0, 1)
Z95 = 1.959964


class BestWeekday(NamedTuple):
    """The weekday that is kept most often: its `rate` on `n` days, and the rate on the `others`, from 0 to 1."""

    weekday: Weekday
    rate: float
    n: int
    others: float


class BestHour(NamedTuple):
    """The local hour with the most check-ins: `check_ins` of `n`."""

    hour: int
    check_ins: int
    n: int


class Correlation(NamedTuple):
    """How one habit goes with another `lag` days later: r from -1 to 1, its 95 % interval, and `n` common days."""

    lag: int
    r: float
    low: float
    high: float
    n: int


def best_weekday(profile: Sequence[WeekdayRate]) -> BestWeekday | None:
    """The weekday with the highest rate, when it stands out from the others taken together.

    Silent under 28 days in all or 4 on that weekday, and unless z = (p1 - p2) / sqrt(p (1 - p) (1/n1 + 1/n2)) is over
    1.96, p being the pooled rate (two-proportion z-test; Agresti, Categorical Data Analysis, section 3.2). It is the
    best of seven looks: a hint, not a proof.
    """
    days = sum(day.n for day in profile)
    rated = [(day.rate, day) for day in profile if day.rate is not None and day.n >= ENOUGH_ON_A_WEEKDAY]
    if days < ENOUGH_DAYS or not rated:
        return None
    rate, best = max(rated)
    rest = days - best.n
    pooled = sum((day.rate or 0.0) * day.n for day in profile) / days
    if rest == 0 or not 0 < pooled < 1:
        return None
    others = (pooled * days - rate * best.n) / rest
    z = (rate - others) / sqrt(pooled * (1 - pooled) * (1 / best.n + 1 / rest))
    return BestWeekday(best.weekday, rate, best.n, others) if z > Z95 else None


def best_hour(profile: Sequence[int]) -> BestHour | None:
    """The hour with the most check-ins, from counts for the hours 0 to 23; silent under 10 and when two are level."""
    n, count = sum(profile), max(profile)
    if n < ENOUGH_CHECK_INS or profile.count(count) > 1:
        return None
    return BestHour(profile.index(count), count, n)


def correlations(first: Mapping[date, bool], second: Mapping[date, bool]) -> list[Correlation]:
    """Where `first` goes with `second` on the same day or the day after: those that are not None."""
    return [found for lag in LAGS if (found := correlation(first, second, lag)) is not None]


def correlation(first: Mapping[date, bool], second: Mapping[date, bool], lag: int) -> Correlation | None:
    """Pearson's r of `first` on a day with `second` `lag` days later, over the days on which both were due.

    For kept or not it equals phi = (n11 n00 - n10 n01) / sqrt(n1. n0. n.1 n.0). The 95 % interval is
    tanh(atanh(r) +- 1.96 / sqrt(n - 3)) (Fisher 1921, "On the probable error of a coefficient of correlation"). Days in
    a row resemble one another, so the truth is less certain than the interval says. None under 30 common days, when
    either never varied, and when the interval covers 0.
    """
    pairs = [(kept, second[day + lag * DAY]) for day, kept in first.items() if day + lag * DAY in second]
    n = len(pairs)
    if n < ENOUGH_IN_COMMON:
        return None
    ones, others = sum(one for one, _ in pairs), sum(other for _, other in pairs)
    spread = ones * (n - ones) * others * (n - others)
    if spread == 0:
        return None
    both = sum(one and other for one, other in pairs)
    r = (n * both - ones * others) / sqrt(spread)
    z, margin = atanh(max(-1 + 1e-12, min(1 - 1e-12, r))), Z95 / sqrt(n - 3)
    low, high = tanh(z - margin), tanh(z + margin)
    return None if low <= 0 <= high else Correlation(lag, r, low, high, n)


def stands_out(found: Correlation, looks: int) -> bool:
    """Whether `found` would still differ from 0 had `looks` pairs been tried, as most of many look related by chance.

    |atanh(r)| sqrt(n - 3) must exceed the normal quantile at 1 - 0.025 / looks (Bonferroni's correction).
    """
    bound = max(-1 + 1e-12, min(1 - 1e-12, found.r))
    return abs(atanh(bound)) * sqrt(found.n - 3) > NormalDist().inv_cdf(1 - 0.025 / max(1, looks))
