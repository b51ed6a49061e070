"""A trained model: two heads, served as log-odds, kept as one JSON file that says what it is."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from habit_coach.errors import Invalid
from habit_coach.predictions.boosting import lightgbm
from habit_coach.predictions.calibration import NONE, Platt
from habit_coach.predictions.experts import Linear, boosted
from habit_coach.predictions.history import Floats
from habit_coach.predictions.mixture import weights
from habit_coach.predictions.rule import WEEK, chance, log_odds, recent, rule, rule_week
from habit_coach.predictions.schema import schema_hash

FORMAT = "habit-coach-model/1"
EXPERTS = ("rule", "recent", "linear", "trees", "starter")
WEEK_LEVELS = (1, 3, 5, 7)


@dataclass(frozen=True)
class Head:
    """One question, answered by `EXPERTS` that are pooled in log-odds.

    `start` holds their pooled weights; `line` tempers the rule's word on a whole week, which is too
    sure of itself; the trees add to that; `platt` corrects the pool.
    """

    linear: Linear | None
    trees: lightgbm.Booster | None
    start: Floats
    line: Platt = NONE
    platt: Platt = NONE

    def opinions(
        self, matrix: Floats, by_rule: Floats, recent: Floats | None = None, starter: Floats | None = None
    ) -> Floats:
        """Log-odds of every expert (rows x `EXPERTS`); one that is missing repeats the rule and carries no weight."""
        by_rule = self.line(by_rule)
        linear = self.linear.log_odds(matrix) if self.linear else by_rule
        trees = boosted(self.trees, matrix, by_rule)
        return np.stack(
            [by_rule, by_rule if recent is None else recent, linear, trees, by_rule if starter is None else starter],
            axis=1,
        )

    def pooled(self, opinions: Floats, losses: Floats | None = None) -> Floats:
        """Log-odds of the pool; `losses` are the experts' past losses for each row's person."""
        return self.platt((opinions * self.shares(opinions.shape[0], losses)).sum(axis=1))

    def shares(self, rows: int, losses: Floats | None = None) -> Floats:
        """Each row's weights of the experts."""
        return weights(self.start, np.zeros((rows, len(EXPERTS))) if losses is None else losses)


ONLY_RULE = Head(None, None, np.eye(len(EXPERTS))[0])


@dataclass(frozen=True)
class Model:
    """The heads, the base rate their features were computed with, and `about`: data, parameters, metrics, risk levels.

    `next`: will the next due day be kept? `week[i]`: will at least `WEEK_LEVELS[i]` of the next 7 be kept?
    """

    prior: float
    next: Head = ONLY_RULE
    week: tuple[Head, ...] = (ONLY_RULE,) * len(WEEK_LEVELS)
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """The first part of the checksum."""
        return checksum(contents(self))[:12]

    def opinions(self, matrix: Floats, starter: "Model | None" = None) -> Floats:
        """What every expert says of the next due day, as log-odds."""
        other = starter.next_log_odds(matrix) if starter else None
        return self.next.opinions(matrix, log_odds(rule(matrix)), log_odds(recent(matrix)), other)

    def next_log_odds(self, matrix: Floats, losses: Floats | None = None, starter: "Model | None" = None) -> Floats:
        """Log-odds that the next due day is kept."""
        return self.next.pooled(self.opinions(matrix, starter), losses)

    def week_chances(self, matrix: Floats) -> Floats:
        """Chance of at least 1, 2, .. 7 kept among the next 7 due days, never rising with the number.

        Between `WEEK_LEVELS`, what the rule says is moved by as much as its neighbours are.
        """
        by_rule = log_odds(rule_week(matrix))
        shift = np.stack(
            [
                head.pooled(head.opinions(matrix, by_rule[:, k - 1])) - by_rule[:, k - 1]
                for k, head in zip(WEEK_LEVELS, self.week, strict=True)
            ],
            axis=1,
        )
        between = np.stack(
            [
                shift[:, (k - 1) // 2] if k % 2 else (shift[:, k // 2 - 1] + shift[:, k // 2]) / 2
                for k in range(1, WEEK + 1)
            ],
            axis=1,
        )
        return np.minimum.accumulate(chance(by_rule + between), axis=1)


def contents(model: Model) -> dict[str, Any]:
    """The model as JSON values, without its checksum."""
    return {
        "format": FORMAT,
        "schema": schema_hash(),
        "prior": model.prior,
        "next": head_as_json(model.next),
        "week": [{"at_least": k} | head_as_json(head) for k, head in zip(WEEK_LEVELS, model.week, strict=True)],
        "about": dict(model.about),
    }


def head_as_json(head: Head) -> dict[str, Any]:
    return {
        "linear": head.linear.as_json() if head.linear else None,
        "trees": head.trees.model_to_string() if head.trees else None,
        "rounds": head.trees.num_trees() if head.trees else 0,
        "start": dict(zip(EXPERTS, head.start.tolist(), strict=True)),
        "line": [head.line.slope, head.line.shift],
        "platt": [head.platt.slope, head.platt.shift],
    }


def head_of_json(stored: Mapping[str, Any]) -> Head:
    return Head(
        linear=Linear.of_json(stored["linear"]) if stored["linear"] else None,
        trees=lightgbm.Booster(model_str=stored["trees"]) if stored["trees"] else None,
        start=np.array([stored["start"][name] for name in EXPERTS]),
        line=Platt(*stored["line"]),
        platt=Platt(*stored["platt"]),
    )


def checksum(stored: Mapping[str, Any]) -> str:
    """SHA-256 of the contents in one fixed spelling."""
    return hashlib.sha256(json.dumps(stored, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def to_json(model: Model) -> str:
    """The model file's text."""
    stored = contents(model)
    return json.dumps({"checksum": checksum(stored)} | stored, indent=1) + "\n"


def of_json(text: str) -> Model:
    """The model in a file's text; Invalid where it is damaged or made for other features."""
    try:
        stored = json.loads(text)
    except ValueError:
        raise Invalid("The model file is not JSON.") from None
    if not isinstance(stored, dict) or stored.get("format") != FORMAT:
        raise Invalid(f"The model file is not of the form {FORMAT}.")
    claimed = stored.pop("checksum", None)
    if claimed != checksum(stored):
        raise Invalid("The model file's checksum is wrong: it was damaged or edited; train it again.")
    if stored["schema"] != schema_hash():
        raise Invalid("The model was trained on other features than this version computes; train it again.")
    return Model(
        stored["prior"], head_of_json(stored["next"]), tuple(map(head_of_json, stored["week"])), stored["about"]
    )


def load(path: Path) -> Model:
    """The model in `path`."""
    if not path.is_file():
        raise Invalid(f"There is no model file {path}.")
    return of_json(path.read_text(encoding="utf-8"))


@cache
def starter() -> Model:
    """The model that comes with the package; see `docs/model-card.md`."""
    return load(Path(__file__).with_name("starter.json"))


def save(model: Model, path: Path) -> None:
    """Write the model file; the text of a model is the same on every run with the same data and seed."""
    path.write_text(to_json(model), encoding="utf-8")
