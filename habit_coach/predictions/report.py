"""The evaluation report: figures of every forecaster side by side, over ages, sources and weeks.

Judged are due days at least 7 due days old in active habits (see `examples.Examples`); by age, also the younger ones.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from habit_coach.predictions import metrics
from habit_coach.predictions.examples import Examples
from habit_coach.predictions.history import Bools, Floats
from habit_coach.predictions.rule import WEEK
from habit_coach.predictions.schema import AGES

OLD_ENOUGH = 7
GOAL = 5
FORECASTERS = ("model", "rule", "logistic", "personal", "trees")


@dataclass(frozen=True)
class Forecasts:
    """What each forecaster said of every example; nan where it was not asked. Week columns are "at least k kept"."""

    model: Floats
    trees: Floats
    rule: Floats
    logistic: Floats
    personal: Floats
    week: Floats
    rule_week: Floats


def report(examples: Examples, said: Forecasts, sources: list[str]) -> dict[str, Any]:
    """The whole report, ready for JSON."""
    asked = np.isfinite(said.model) & examples.active
    judged = asked & (examples.age >= OLD_ENOUGH)
    whole: dict[str, Any] = {"rows": int(judged.sum()), "persons": int(np.unique(examples.person[judged]).size)}
    for name in FORECASTERS:
        stated = getattr(said, name)
        whole[name] = figures(examples, said, stated, judged & np.isfinite(stated))
    whole["by_age"] = [by_age(examples, said, asked, first, last) for first, last in AGES]
    whole["by_source"] = [
        {"source": source} | compared(examples, said, judged & (examples.group == group))
        for group, source in enumerate(sources)
        if source and (judged & (examples.group == group)).any()
    ]
    whole["week"] = week(examples, said, judged)
    whole["paired"] = paired(examples, said, judged)
    return whole


def figures(examples: Examples, said: Forecasts, stated: Floats, rows: Bools) -> dict[str, Any]:
    return metrics.scores(stated[rows], examples.done[rows], examples.rows.series[rows], said.personal[rows])


def compared(examples: Examples, said: Forecasts, rows: Bools) -> dict[str, Any]:
    """Model and rule on some of the rows."""
    return {
        "rows": int(rows.sum()),
        "model": figures(examples, said, said.model, rows),
        "rule": figures(examples, said, said.rule, rows),
    }


def by_age(examples: Examples, said: Forecasts, asked: Bools, first: int, last: int | None) -> dict[str, Any]:
    """Model and rule on habits of `first` to `last` earlier due days."""
    rows = (
        asked & (examples.age >= first) & (examples.age <= (last if last is not None else examples.age.max(initial=0)))
    )
    return {"from": first, "to": last} | compared(examples, said, rows)


def week(examples: Examples, said: Forecasts, judged: Bools) -> dict[str, Any]:
    """The coming 7 due days: the goal of 5, a lapse (none kept), and its onset in habits `alive` and `steady`."""
    rows = judged & np.isfinite(examples.week) & np.isfinite(said.week).all(axis=1)
    kept = examples.week
    found: dict[str, Any] = {"rows": int(rows.sum())}
    for name, stated in (("model", said.week), ("rule", said.rule_week)):
        onset, steady = rows & examples.alive, rows & examples.steady
        error = np.abs(stated.sum(axis=1) - kept)[rows]
        found[name] = {
            "goal": metrics.binary(stated[rows, GOAL - 1], (kept[rows] >= GOAL).astype(float)),
            "lapse": metrics.binary(1 - stated[rows, 0], (kept[rows] == 0).astype(float)),
            "onset": metrics.binary(1 - stated[onset, 0], (kept[onset] == 0).astype(float)),
            "onset_steady": metrics.binary(1 - stated[steady, 0], (kept[steady] == 0).astype(float)),
            "count_error": metrics.rounded(float(error.mean())) if rows.any() else None,
            "days": WEEK,
        }
    return found


def paired(examples: Examples, said: Forecasts, judged: Bools) -> dict[str, Any]:
    """The model's Brier score less that of each other forecaster, with intervals over persons."""
    found = {}
    for name in FORECASTERS[1:]:
        stated = getattr(said, name)
        rows = judged & np.isfinite(stated)
        done = examples.done[rows]
        found[name] = metrics.paired(
            metrics.brier(said.model[rows], done), metrics.brier(stated[rows], done), examples.person[rows]
        )
    return found
