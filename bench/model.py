"""How good the predictions are: the measures that the model card quotes, row by row.

    python bench/model.py DATA [--exclude-category wear] [--quick]

Prints one Markdown table a question. The data file is yours; nothing is written.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import lightgbm
import numpy as np
import pandas as pd

from habit_coach.predictions import metrics
from habit_coach.predictions.evaluation import (
    evaluate_table,
    forecasts_of,
    learned,
    people_never_seen,
    same_people_later,
)
from habit_coach.predictions.examples import Examples, examples_of
from habit_coach.predictions.explanation import contributions
from habit_coach.predictions.features import features
from habit_coach.predictions.history import Bools
from habit_coach.predictions.report import OLD_ENOUGH, Forecasts
from habit_coach.predictions.table import read_table

SIZES = (100, 500, 2_000, 10_000)
DRAWS = 10
ASIDE = 20240607
INSIDE = "inside a habit: mean, mean of those with five of either outcome, weighted by pairs"
LATER = ("later", "later_quarter", "later_by_person")


@click.command()
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--exclude-category", "exclude", multiple=True)
@click.option("--seed", default=1)
@click.option("--quick", is_flag=True, help="Two draws instead of ten in the learning curve.")
def main(data: Path, exclude: tuple[str, ...], seed: int, quick: bool) -> None:
    """Print every table."""
    frame = read_table(data, exclude)
    unseen = evaluate_table(frame, seed=seed)
    protocols = [unseen, *(unseen[name] for name in LATER if name in unseen)]
    show(f"Brier score, lower is better (AUC; {INSIDE})", [main_row(one) for one in protocols])
    show("Model less the other, 95 % interval over persons", [row for one in protocols for row in paired_rows(one)])
    show("The coming seven due days", [row for one in protocols for row in week_rows(one)])
    show("By age in due days, people never seen", [age_row(one) for one in unseen["by_age"]])
    examples = examples_of(frame)
    show("An onset, habit by habit: AUC", onsets_by_habit(frame, examples, seed))
    show("A tenth of the people, by a model of the others", kept_aside(examples, seed))
    show("What leaks would fake, and the library's own settings (Brier, people never seen)", fakes(examples, seed))
    show("Speed", speed(examples, seed))
    show("Learning curve, people never seen", learning_curve(examples, 2 if quick else DRAWS, seed))
    show("One source left out", left_out(examples, list(dict.fromkeys(frame["source"])), seed))


def show(title: str, rows: list[dict[str, Any]]) -> None:
    """A Markdown table, followed by nothing where there are no rows."""
    if rows:
        head = list(rows[0])
        lines = ["| " + " | ".join(str(row[name]) for name in head) + " |" for row in rows]
        click.echo("\n".join([f"\n**{title}**\n", "| " + " | ".join(head) + " |", "|---" * len(head) + "|", *lines]))


def main_row(one: dict[str, Any]) -> dict[str, Any]:
    names = ("rule", "personal", "logistic", "trees", "model")
    areas = ("auc", *metrics.INSIDE)
    figures = {
        name: f"{one[name]['brier']:.4f} (" + "; ".join(f"{one[name][inside] or 0:.3f}" for inside in areas) + ")"
        for name in names
    }
    return {"protocol": one["protocol"], "rows": one["rows"]} | figures | {"error of calibration": one["model"]["ece"]}


def paired_rows(one: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"protocol": one["protocol"], "against": name} | found for name, found in one["paired"].items()]


def week_rows(one: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "protocol": one["protocol"],
            "question": question,
            "base": one["week"]["model"][question]["base"],
            **{
                f"{name} {figure}": one["week"][name][question][figure]
                for name in ("rule", "model")
                for figure in ("brier", "auc")
            },
        }
        for question in ("goal", "lapse", "onset", "onset_steady")
    ]


def age_row(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "age": f"{one['from']} to {one['to']}" if one["to"] is not None else f"{one['from']} on",
        "rows": one["rows"],
        "rule": one["rule"]["brier"],
        "model": one["model"]["brier"],
        "error of calibration": one["model"]["ece"],
    }


def onsets_by_habit(frame: pd.DataFrame, examples: Examples, seed: int) -> list[dict[str, Any]]:
    """Rule and model on the weeks of one habit, and on those of all others: one habit may carry the whole figure."""
    habit = frame.drop_duplicates(["person", "habit"])["habit"].to_numpy()[examples.rows.series]
    protocols = {
        "people never seen": people_never_seen(examples, seed),
        "later": same_people_later(examples, seed, 0.2, examples.group),
        "later, by person": same_people_later(examples, seed, 0.2, examples.person),
    }
    return [
        {"protocol": protocol, "habit": name}
        | onsets(examples, said, habit == name, "")
        | onsets(examples, said, habit != name, " on all others")
        for protocol, said in protocols.items()
        for name in np.unique(habit)
    ]


def onsets(examples: Examples, said: Forecasts, chosen: Bools, where: str) -> dict[str, Any]:
    rows = chosen & examples.active & examples.alive & (examples.age >= OLD_ENOUGH)
    rows &= np.isfinite(examples.week) & np.isfinite(said.model)
    lapsed = (examples.week[rows] == 0).astype(float)
    return {
        f"{name}{where}": metrics.rounded(metrics.auc(1 - week[rows, 0], lapsed))
        for name, week in (("rule", said.rule_week), ("model", said.week))
    }


def kept_aside(examples: Examples, seed: int) -> list[dict[str, Any]]:
    """A fixed tenth of the people, to leave aside while features and settings are chosen."""
    people = np.unique(examples.person)
    if people.size < 20:
        return []
    aside = np.random.default_rng(ASIDE).permutation(people)[: people.size // 10]
    away = np.isin(examples.person, aside)
    rule, trees, model = judged(examples, ~away, away, seed)
    return [{"people": aside.size, "rule": f"{rule:.4f}", "trees": f"{trees:.4f}", "model": f"{model:.4f}"}]


def fakes(examples: Examples, seed: int) -> list[dict[str, Any]]:
    """LightGBM as it comes, and the same with a column that nobody could know on the evening before."""
    due = np.bincount(examples.rows.series)
    ever = (np.bincount(examples.rows.series, examples.done) / np.maximum(1, due))[examples.rows.series]
    day = np.unique(np.stack([examples.person, examples.rows.target]), axis=1, return_inverse=True)[1].reshape(-1)
    others = np.bincount(day)[day] - 1
    same_day = np.where(others > 0, (np.bincount(day, examples.done)[day] - examples.done) / np.maximum(1, others), 0.5)
    home = examples.person % 5
    return [
        {"features": name, "brier": f"{plain(examples, column, home, seed):.4f}"}
        for name, column in (
            ("ours, honest", None),
            ("with the rate over the full history", ever),
            ("with the other habits on the same day", same_day),
        )
    ]


def plain(examples: Examples, column: Any, home: Any, seed: int) -> float:
    """Brier score of LightGBM's defaults, each fifth of the people by a model of the others."""
    matrix = examples.matrix if column is None else np.column_stack([examples.matrix, column])
    counts, stated = examples.active & (examples.age >= OLD_ENOUGH), np.zeros(examples.size)
    for k in np.unique(home):
        learn, test = examples.active & (home != k), home == k
        settings = {"objective": "binary", "verbose": -1, "seed": seed, "num_threads": 1}
        booster = lightgbm.train(settings, lightgbm.Dataset(matrix[learn], examples.done[learn]))
        stated[test] = booster.predict(matrix[test])
    return float(metrics.brier(stated[counts], examples.done[counts]).mean())


def speed(examples: Examples, seed: int) -> list[dict[str, Any]]:
    """Rows a second, from days to chances, and with every feature's share in them."""
    model = learned(examples, seed)
    few = examples.matrix[:2_000]
    return [
        {"step": name, "rows a second": f"{count / seconds:,.0f}"}
        for name, count, seconds in (
            ("features", examples.size, timed(lambda: features(examples.history, examples.rows, model.prior))),
            ("next day", examples.size, timed(lambda: model.next_log_odds(examples.matrix))),
            ("week", examples.size, timed(lambda: model.week_chances(examples.matrix))),
            ("contributions", len(few), timed(lambda: contributions(model, few))),
        )
    ]


def timed(work: Callable[[], Any]) -> float:
    """Seconds of the second run."""
    work()
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def learning_curve(examples: Examples, draws: int, seed: int) -> list[dict[str, Any]]:
    """Trained on a number of rows of some people, judged on a fifth of the people that training never sees."""
    rows = []
    for size in SIZES:
        scores = [curve_draw(examples, size, seed * 1000 + draw) for draw in range(draws)]
        mean = np.mean(scores, axis=0)
        worst = max(model - rule for rule, _, model in scores)
        rows.append(
            {"rows": size, "rule": f"{mean[0]:.4f}", "trees": f"{mean[1]:.4f}", "model": f"{mean[2]:.4f}"}
            | {"model less rule": f"{mean[2] - mean[0]:+.4f}", "worst draw": f"{worst:+.4f}"}
        )
    return rows


def curve_draw(examples: Examples, size: int, seed: int) -> tuple[float, float, float]:
    """Brier score of rule, trees and model for one draw of people."""
    people = np.random.default_rng(seed).permutation(np.unique(examples.person))
    fifth = max(1, people.size // 5)
    allowed: list[int] = []
    count = 0
    for person in people[fifth:]:
        allowed.append(int(person))
        count += int((examples.active & (examples.person == person)).sum())
        if count >= size:
            break
    chosen = np.isin(examples.person, allowed) & examples.active
    chosen[np.flatnonzero(chosen)[size:]] = False
    return judged(examples, chosen, np.isin(examples.person, people[:fifth]), seed)


def left_out(examples: Examples, sources: list[str], seed: int) -> list[dict[str, Any]]:
    """Trained on all sources but one, judged on that one."""
    if len(sources) < 2:
        return []
    rows = []
    for group, source in enumerate(sources):
        rule, trees, model = judged(examples, examples.group != group, examples.group == group, seed)
        rows.append({"judged on": source, "rule": f"{rule:.4f}", "trees": f"{trees:.4f}", "model": f"{model:.4f}"})
    return rows


def judged(examples: Examples, learn: Any, test: Any, seed: int) -> tuple[float, float, float]:
    """Brier score of rule, trees and model on the test rows that count."""
    rows = examples.take(learn)
    model = learned(rows, seed)
    part = examples.take(test).with_prior(model.prior)
    said = forecasts_of(part, model, None)
    counts = part.active & (part.age >= OLD_ENOUGH)
    return tuple(
        float(metrics.brier(said_by[counts], part.done[counts]).mean())
        for said_by in (said.rule, said.trees, said.model)
    )  # type: ignore[return-value]


if __name__ == "__main__":
    main()
