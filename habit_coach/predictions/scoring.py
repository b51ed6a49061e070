"""From lives to predictions: the next day of each habit, what every expert says of it, and why."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, partial

import numpy as np

from habit_coach.habits.plan import DAY, Plan
from habit_coach.habits.schedule import PerPeriod, period_of
from habit_coach.predictions import risk
from habit_coach.predictions.boosting import lightgbm
from habit_coach.predictions.days import Lives
from habit_coach.predictions.explanation import Reason, contributions, reasons
from habit_coach.predictions.features import Rows, features
from habit_coach.predictions.history import Bools, Floats, Ints
from habit_coach.predictions.judging import day_of, number
from habit_coach.predictions.registry import THE_RULE, Served
from habit_coach.predictions.rule import at_least, chance, log_odds, rule
from habit_coach.predictions.schema import HORIZON
from habit_coach.predictions.targets import Target, target_of

log = logging.getLogger(__name__)
LEARNING = 3
MOST_PERIODS = 8
LOOK_BACK = timedelta(days=HORIZON)


@dataclass(frozen=True)
class Scored:
    """Predictions: row i is for habit `rows.series[i]` of `lives`; `targets` has every habit, predicted or not.

    `chance` is of the day, `probability` of what the person cares about: the day, or the quota of its period.
    """

    lives: Lives
    targets: Sequence[Target]
    served: Served
    rows: Rows
    matrix: Floats
    losses: Floats
    opinions: Floats
    age: Ints
    chance: Floats
    probability: Floats

    @cached_property
    def learning(self) -> Bools:
        """Habits with too few days to say more than the rule does."""
        return self.age < LEARNING

    def source(self, row: int) -> str:
        return "rule" if self.served.is_rule or self.learning[row] else "model"

    @cached_property
    def risks(self) -> list[str]:
        """`low`, `medium` or `high` for each row; nothing is at risk that is hardly known yet."""
        cuts = self.served.model.about.get("risk", risk.OF_THE_RULE)
        found: list[str] = np.where(self.learning, "low", risk.risk_of(self.probability, cuts)).tolist()
        return found


def score(lives: Lives, served: Served, losses: Floats) -> Scored:
    """Predict every habit that has a next day; a model that breaks is replaced by the rule."""
    try:
        return _score(lives, served, losses)
    except (lightgbm.basic.LightGBMError, ValueError):
        if served.is_rule:
            raise
        log.exception("The model %s failed, the rule answers instead.", served.version)
        return _score(lives, THE_RULE, losses)


def _score(lives: Lives, served: Served, losses: Floats) -> Scored:
    targets = [_target(lives, series) for series in range(len(lives.habits))]
    rows = _rows(lives, targets)
    matrix = features(lives.history, rows, served.model.prior)
    opinions = served.model.opinions(matrix, served.starter)
    own = losses[lives.owner[rows.series]]
    days = lives.history.judged
    age = days.up_to(rows.series, rows.as_of) - days.start(rows.series)
    by_model = chance(served.model.next.pooled(opinions, own))
    day = np.where(age < LEARNING, chance(log_odds(rule(matrix))), by_model)
    return Scored(lives, targets, served, rows, matrix, own, opinions, age, day, _met(day, rows))


def _target(lives: Lives, series: int) -> Target:
    plan, today = lives.plans[series], day_of(lives.today[series])
    return target_of(plan, today, bool(lives.answered[series]), partial(_kept_since, lives, series))


def _kept_since(lives: Lives, series: int, first: date) -> int:
    days = lives.history.judged
    here, since = np.array([series]), np.array([number(first) - 1])
    last = np.array([lives.today[series]])
    return int((days.kept_before[days.up_to(here, last)] - days.kept_before[days.up_to(here, since)])[0])


def _rows(lives: Lives, targets: Sequence[Target]) -> Rows:
    """What is known at the end of yesterday, or of today where today is answered."""
    series = np.array([place for place, target in enumerate(targets) if target.day], dtype=np.int64)
    chosen = [target for target in targets if target.day]
    return Rows(
        series,
        np.array([number(target.day) for target in chosen if target.day], dtype=np.int64),
        lives.today[series] - np.where(lives.answered[series], 0, 1),
        np.array([target.quota_left for target in chosen], dtype=float),
        np.array([target.days_left for target in chosen], dtype=float),
    )


def _met(day: Floats, rows: Rows) -> Floats:
    """The chance of the day or, of a quota, that what is left of it is met in the days left: a beta-binomial.

    The daily chance is as doubtful as the rule's week.
    """
    quota = np.isfinite(rows.quota_left)
    if not quota.any():
        return day
    p = np.clip(day[quota], 0.001, 0.999)
    met = day.copy()
    met[quota] = at_least(rows.quota_left[quota], rows.days_left[quota], p)
    return met


def explain(scored: Scored, chosen: Ints) -> list[list[Reason]]:
    """The reasons of the chosen rows, for and against, strongest first, those that are true of this kind of habit."""
    if not chosen.size:
        return []
    rows, matrix = scored.rows.take(chosen), scored.matrix[chosen]
    shares = contributions(scored.served.model, matrix, scored.losses[chosen], scored.served.starter)
    found = reasons(scored.lives.history, rows, matrix, shares)
    return [
        _fitting(scored.lives, int(series), [*for_it, *against])
        for series, (for_it, against) in zip(rows.series, found, strict=True)
    ]


def _fitting(lives: Lives, series: int, found: Sequence[Reason]) -> list[Reason]:
    """Without what would be untrue: a day of a quota that was left out was not missed, a limit is kept in silence."""
    person = np.flatnonzero(lives.owner == lives.owner[series]).tolist()
    plan = lives.plans[series]
    quota, budget = is_quota(plan), plan.is_budget(plan.rules[-1])
    untrue = {"weekday"} if budget else {"streak", "recent", "long_run"} if quota else set()
    if any(is_limit(lives.plans[one]) for one in person):
        untrue.add("logging")
    if any(is_quota(lives.plans[one]) for one in person if one != series):
        untrue.add("others")
    said = [_of_periods(plan, one) if budget else one for one in found if one.family not in untrue]
    if quota and not budget:
        said += _quotas_met(lives, series)
    return sorted(said, key=lambda one: -abs(one.effect))


def _of_periods(plan: Plan, reason: Reason) -> Reason:
    """A sentence on due days, said of a budget's weeks or months."""
    schedule = plan.rules[-1].schedule
    text = reason.text.replace("due days", f"{schedule.period}s" if isinstance(schedule, PerPeriod) else "days")
    return replace(reason, text=text.replace("kept it on", "kept it in").replace("on the last", "in the last"))


def _quotas_met(lives: Lives, series: int) -> list[Reason]:
    """How often the quota was met in the last periods; the effect is the log-odds of that share, drawn to one half."""
    plan, today = lives.plans[series], day_of(lives.today[series])
    schedule = plan.rules[-1].schedule
    if not isinstance(schedule, PerPeriod):
        return []
    since = max(plan.start, plan.rules[-1].since, today - LOOK_BACK)
    begins, _ = period_of(schedule.period, today, plan.week_start)
    met: list[bool] = []
    while True:
        begins, ends = period_of(schedule.period, begins - DAY, plan.week_start)
        if begins < since or len(met) == MOST_PERIODS:
            break
        met.append(_kept_since(lives, series, begins) - _kept_since(lives, series, ends + DAY) >= schedule.times)
    if len(met) < 2:
        return []
    effect = float(log_odds(np.array([(sum(met) + 1) / (len(met) + 2)]))[0])
    return [Reason("quota", round(effect, 3), f"You met it in {sum(met)} of the last {len(met)} {schedule.period}s.")]


def is_quota(plan: Plan) -> bool:
    """Whether it asks for a number of days or an amount in each period."""
    return isinstance(plan.rules[-1].schedule, PerPeriod)


def is_limit(plan: Plan) -> bool:
    """Whether it is kept by doing less."""
    return plan.is_limit(plan.rules[-1])
