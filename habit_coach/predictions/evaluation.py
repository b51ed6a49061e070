"""Judging: a model file on its own, or the whole way of training, on people never seen and on the same people later.

Figures are on due days at least 7 due days old, in habits that are active (see `examples.Examples`).
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from habit_coach.errors import Invalid
from habit_coach.predictions.examples import Examples, base_rate, before, examples_of, newest
from habit_coach.predictions.experts import fit_linear
from habit_coach.predictions.history import Bools, Floats, Ints
from habit_coach.predictions.mixture import log_loss_each, past_losses
from habit_coach.predictions.model import EXPERTS, Model, load
from habit_coach.predictions.report import Forecasts, report
from habit_coach.predictions.rule import WEEK, chance, rule, rule_week
from habit_coach.predictions.schema import COLUMN
from habit_coach.predictions.table import read_table
from habit_coach.predictions.training import fit, require_enough

FOLDS = 5


def evaluate(
    data: Path, model: Path | None = None, seed: int = 1, exclude_categories: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The report on the table in `data`: of the model file, or without one of training itself, cross-validated."""
    return evaluate_table(read_table(data, exclude_categories), load(model) if model else None, seed)


def evaluate_table(frame: pd.DataFrame, model: Model | None = None, seed: int = 1) -> dict[str, Any]:
    """See `evaluate`; without a model, people never seen, and the same people later by three lines.

    Where the line between earlier and later runs changes every figure, so that no single one is relied on.
    """
    sources = list(dict.fromkeys(frame["source"]))
    if model is not None:
        examples = examples_of(frame, model.prior)
        return {"protocol": "the given model"} | report(examples, forecasts_of(examples, model, None), sources)
    examples = examples_of(frame)
    require_enough(examples)
    later = {
        name: {"protocol": f"same people later, {words}"}
        | report(examples, same_people_later(examples, seed, share, within), sources)
        for name, words, share, within in (
            ("later", "newest 20 % of each source", 0.2, examples.group),
            ("later_quarter", "newest 25 % of each source", 0.25, examples.group),
            ("later_by_person", "newest 20 % of each person", 0.2, examples.person),
        )
    }
    if np.unique(examples.person).size < FOLDS:
        return later["later"] | {name: one for name, one in later.items() if name != "later"}
    unseen = report(examples, people_never_seen(examples, seed), sources)
    return {"protocol": "people never seen, five folds"} | unseen | later


def people_never_seen(examples: Examples, seed: int) -> Forecasts:
    """Five folds over persons, each forecast by a model of the others."""
    people = np.unique(examples.person)
    fold = np.zeros(int(people.max()) + 1, dtype=np.int64)
    fold[np.random.default_rng(seed).permutation(people)] = np.arange(people.size) % FOLDS
    home = fold[examples.person]
    return cross_validated(examples, seed, [(examples.take(home != k), home == k) for k in range(FOLDS)])


def same_people_later(examples: Examples, seed: int, share: float, within: Ints) -> Forecasts:
    """The newest `share` of each group's rows, by a model of what came before, without weeks across the line."""
    late = newest(examples, share, within)
    clear = before(examples, late, within)
    purged = replace(examples, week=np.where(clear, examples.week, np.nan))
    return cross_validated(examples, seed, [(purged.take(~late), late)])


def cross_validated(examples: Examples, seed: int, splits: list[tuple[Examples, Bools]]) -> Forecasts:
    """Each part forecast by what was learned from its own training rows only."""
    whole = {name: np.full(examples.size, np.nan) for name in ("model", "trees", "rule", "logistic", "personal")}
    whole |= {name: np.full((examples.size, WEEK), np.nan) for name in ("week", "rule_week")}
    for learn, judged in splits:
        model = learned(learn, seed)
        part = examples.take(judged).with_prior(model.prior)
        for name, column in vars(forecasts_of(part, model, learn)).items():
            whole[name][judged] = column
    return Forecasts(**whole)


def learned(learn: Examples, seed: int) -> Model:
    """A model of these rows, or the rule where they are too few."""
    try:
        return fit(learn, seed)
    except Invalid:
        return Model(base_rate(learn.done))


def forecasts_of(examples: Examples, model: Model, learn: Examples | None) -> Forecasts:
    """Every forecaster on these rows; the experts' weights follow each person's earlier rows among them."""
    opinions = model.opinions(examples.matrix)
    losses = log_loss_each(opinions, examples.done)
    settled = past_losses(examples.person, examples.rows.target, examples.rows.as_of, losses)
    return Forecasts(
        model=chance(model.next_log_odds(examples.matrix, settled)),
        trees=chance(opinions[:, EXPERTS.index("trees")]),
        rule=rule(examples.matrix),
        logistic=logistic(examples.matrix, model, learn),
        personal=examples.matrix[:, COLUMN["own_rate"]],
        week=model.week_chances(examples.matrix),
        rule_week=rule_week(examples.matrix),
    )


def logistic(matrix: Floats, model: Model, learn: Examples | None) -> Floats:
    """Logistic regression on the same features and rows as the model; nan where there is nothing to learn it from."""
    if learn is None:
        return chance(model.next.linear.log_odds(matrix)) if model.next.linear else np.full(matrix.shape[0], np.nan)
    rows = learn.take(learn.active).with_prior(model.prior)
    if rows.done.min(initial=1) == rows.done.max(initial=0):
        return np.full(matrix.shape[0], model.prior)
    return chance(fit_linear(rows.matrix, rows.done).log_odds(matrix))
