"""Training: what the data supports and no more, down to the rule itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from habit_coach.errors import Invalid
from habit_coach.predictions import risk
from habit_coach.predictions.calibration import NONE, Platt, fit_platt, platt_if_due, surely_better
from habit_coach.predictions.examples import Examples, base_rate, before, examples_of, newest, strangers
from habit_coach.predictions.experts import best_rounds, fit_linear, fit_trees, parameters, parameters_of_a_week
from habit_coach.predictions.history import Bools, Floats, Ints
from habit_coach.predictions.mixture import log_loss_each, past_losses, pooled_start, weights
from habit_coach.predictions.model import EXPERTS, ONLY_RULE, WEEK_LEVELS, Head, Model, save
from habit_coach.predictions.rule import WEEK, chance, log_odds, recent, rule, rule_week
from habit_coach.predictions.schema import FEATURES, NAMES
from habit_coach.predictions.table import read_table

LEAST_ROWS = 100
HELD_BACK = 0.2
SIGNS = [feature.sign for feature in FEATURES]
INCLINATION = {"rule": 0.1, "recent": 0.05, "linear": 0.3, "trees": 0.55, "starter": 0.2}


def train(data: Path, out: Path, seed: int = 1, exclude_categories: tuple[str, ...] = ()) -> Model:
    """Train on the table in `data` and write the model file `out`; Invalid where the data cannot carry a model."""
    model = fit_table(read_table(data, exclude_categories), seed)
    save(model, out)
    return model


def fit_table(frame: pd.DataFrame, seed: int = 1) -> Model:
    """A model of a checked table, with what it was made of in `about`."""
    judged = frame[frame["due"] & frame["done"].notna()]
    model = fit(examples_of(frame), seed)
    about = {
        "rows": len(judged),
        "persons": int(judged["person"].nunique()),
        "sources": sorted(set(judged["source"]) - {""}),
        "first_day": f"{judged['date'].min():%Y-%m-%d}",
        "last_day": f"{judged['date'].max():%Y-%m-%d}",
        "features": list(NAMES),
    }
    return Model(model.prior, model.next, model.week, about | dict(model.about))


def require_enough(examples: Examples) -> None:
    """Invalid under 100 rows or with one outcome: then the rule answers."""
    done = examples.done[examples.active]
    if done.size < LEAST_ROWS:
        raise Invalid(f"Training needs at least {LEAST_ROWS} judged due days of active habits; there are {done.size}.")
    if done.min() == done.max():
        raise Invalid(f"Training needs kept and missed days; here every day was {'kept' if done[0] else 'missed'}.")


def fit(examples: Examples, seed: int = 1, starter: Model | None = None) -> Model:
    """All heads, learned from the active rows; what does not surely beat the rule on rows held back is left out.

    Held back are the newest fifth, which shows drift, and all of a fifth of the people, which shows who is to come.
    """
    require_enough(examples)
    prior = base_rate(examples.done[examples.active])
    learn = (examples if prior == examples.prior else examples.with_prior(prior)).take(examples.active)
    end = newest(learn, HELD_BACK)
    late = end | strangers(learn, HELD_BACK, seed)
    settings = parameters(seed, SIGNS, learn.size)
    task = Task(learn, learn.done, log_odds(rule(learn.matrix)), log_odds(recent(learn.matrix)), settings)
    if starter:
        task = replace(task, starter=starter.next_log_odds(learn.matrix))
    first, trial, stated = fit_head(task, ~late, late)
    known = np.isfinite(learn.week)
    by_rule = log_odds(rule_week(learn.matrix))
    week = [
        fit_head(
            Task(learn, (learn.week >= k).astype(np.float64), by_rule[:, k - 1], None, parameters_of_a_week(settings)),
            known & before(learn, end) & ~late,
            known & late,
        )
        for k in WEEK_LEVELS
    ]
    about: dict[str, Any] = {
        "seed": seed,
        "parameters": {name: value for name, value in settings.items() if name != "monotone_constraints"},
        "held_back": {"next": trial} | {f"at_least_{k}": found[1] for k, found in zip(WEEK_LEVELS, week, strict=True)},
        "risk": risk.levels(stated, learn.done[late]),
    }
    return Model(prior, first, tuple(found[0] for found in week), about)


@dataclass(frozen=True)
class Task:
    """What a head is to learn: rows, outcomes, and the experts that exist already; `recent` is for the next day."""

    rows: Examples
    done: Floats
    by_rule: Floats
    recent: Floats | None
    settings: Mapping[str, Any]
    starter: Floats | None = None

    @property
    def is_next(self) -> bool:
        return self.recent is not None


def fit_head(task: Task, early: Bools, late: Bools) -> tuple[Head, dict[str, Any], Floats]:
    """The head, how its experts did on the held-back rows when learned from the early ones, and what it said there."""
    seed = task.settings["seed"]
    rounds, trial = candidate(task, early, late)
    held, done = task.rows.take(late), task.done[late]
    opinions = trial.opinions(held.matrix, task.by_rule[late], part(task.recent, late), part(task.starter, late))
    if not task.is_next:
        opinions = levelled(opinions, done)
    losses = log_loss_each(opinions, done)
    block = blocks(held.rows.series, held.rows.target)
    trusted = trusted_experts(losses, block, is_next=task.is_next)
    inclination = np.array([INCLINATION[name] * (name in trusted) for name in EXPERTS])
    start = pooled_start(opinions, done, inclination / inclination.sum())
    settled = (
        past_losses(held.person, held.rows.target, held.rows.as_of, losses) if task.is_next else np.zeros_like(losses)
    )
    pooled = (opinions * weights(start, settled)).sum(axis=1)
    platt = platt_if_due(pooled, done, block, halves(held, task.rows.take(early)), seed) if task.is_next else NONE
    everything = early | late if task.is_next else np.isfinite(task.rows.week)
    final = learned(task, everything, rounds if "trees" in trusted else 0, linear="linear" in trusted)
    report = {"rows": held.size, "rounds": rounds, "trusted": trusted, "log_loss": by_expert(losses)}
    return replace(final, start=start, platt=platt), report, chance(platt(pooled))


def levelled(opinions: Floats, done: Floats) -> Floats:
    """Every expert put on its own best line, so that they are compared by what they tell apart and not by drift."""
    return np.stack([fit_platt(column, done)(column) for column in opinions.T], axis=1) if done.size else opinions


def candidate(task: Task, early: Bools, late: Bools) -> tuple[int, Head]:
    """The number of rounds that did best on the held-back rows, and a head learned from the early ones."""
    done = task.done[early]
    line = start_line(task, early)
    if done.size < LEAST_ROWS // 2 or not late.any() or done.min() == done.max():
        return 0, replace(ONLY_RULE, line=line)
    rounds = best_rounds(labelled(task, early, line), labelled(task, late, line), task.settings)
    return rounds, learned(task, early, rounds, linear=True)


def learned(task: Task, rows: Bools, rounds: int, *, linear: bool) -> Head:
    """A head of these rows, as yet without weights."""
    line = start_line(task, rows)
    return Head(
        linear=fit_linear(task.rows.matrix[rows], task.done[rows]) if linear else None,
        trees=fit_trees(*labelled(task, rows, line), task.settings, rounds),
        start=ONLY_RULE.start,
        line=line,
    )


def start_line(task: Task, rows: Bools) -> Platt:
    """Where trees start: at the rule itself for the next day; its word on a whole week is put on a line first."""
    return NONE if task.is_next or not rows.any() else fit_platt(task.by_rule[rows], task.done[rows])


def labelled(task: Task, rows: Bools, line: Platt) -> tuple[Floats, Floats, Floats]:
    """Features, outcomes and the log-odds to start from."""
    return task.rows.matrix[rows], task.done[rows], line(task.by_rule[rows])


def part(column: Floats | None, rows: Bools) -> Floats | None:
    return None if column is None else column[rows]


def trusted_experts(losses: Floats, block: Ints, *, is_next: bool) -> list[str]:
    """The rule, for the next day the recent rate, and every expert that surely had a lower log-loss than the rule."""
    always = ("rule", "recent") if is_next else ("rule",)
    return [
        name
        for column, name in enumerate(EXPERTS)
        if name in always or surely_better(losses[:, column], losses[:, 0], block)
    ]


def halves(held: Examples, early: Examples) -> Bools:
    """True for the rows of strangers, false for later rows of people known; without strangers every second habit."""
    strange = ~np.isin(held.person, early.person)
    return strange if strange.any() else blocks(held.rows.series, held.rows.target) % 2 == 1


def blocks(series: Ints, day: Ints) -> Ints:
    """Rows that belong together: those of one habit; with fewer than 8 habits, of one week."""
    code = np.unique(series, return_inverse=True)[1].reshape(-1)
    if code.max(initial=0) + 1 >= 8:
        return code.astype(np.int64)
    return np.unique(day // WEEK, return_inverse=True)[1].reshape(-1).astype(np.int64)


def by_expert(losses: Floats) -> dict[str, float]:
    """Mean log-loss of each expert."""
    return (
        {name: round(float(loss), 5) for name, loss in zip(EXPERTS, losses.mean(axis=0), strict=True)}
        if len(losses)
        else {}
    )
