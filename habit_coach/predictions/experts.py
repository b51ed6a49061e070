"""What a model is made of: LightGBM boosted from the rule, and a logistic regression kept as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from habit_coach.predictions.boosting import lightgbm
from habit_coach.predictions.history import Floats
from habit_coach.predictions.schema import START

MAX_ROUNDS = 150
RESTING = 0.01  # losses no further apart than this share are as good as each other


def parameters(seed: int, signs: list[int], rows: int) -> dict[str, Any]:
    """LightGBM's settings: small trees, strong shrinkage, the same result on every run.

    One thread: several that wait for each other on a busy machine are many times slower than one.
    """
    return {
        "objective": "binary",
        "num_leaves": 7,
        "min_data_in_leaf": int(np.clip(rows // 100, 20, 70)),
        "lambda_l2": 10.0,
        "path_smooth": 100.0,
        "feature_fraction": 0.4,
        "learning_rate": 0.2 if rows >= 5_000 else 0.04,
        "monotone_constraints": signs,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbose": -1,
    }


def parameters_of_a_week(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The same for the coming week, of which little is told and much drifts: splits drawn at random, smaller steps."""
    return dict(settings) | {"extra_trees": True, "learning_rate": settings["learning_rate"] / 2}


def fit_trees(
    matrix: Floats, done: Floats, by_rule: Floats, settings: Mapping[str, Any], rounds: int
) -> lightgbm.Booster | None:
    """Trees that correct `START` times `by_rule`, the rule's log-odds; `boosted` adds them up again."""
    if rounds == 0:
        return None
    learned = lightgbm.Dataset(matrix, done, init_score=START * by_rule)
    return lightgbm.train(dict(settings), learned, num_boost_round=rounds)


def best_rounds(
    train: tuple[Floats, Floats, Floats], held: tuple[Floats, Floats, Floats], settings: Mapping[str, Any]
) -> int:
    """The rounds that did best on the rows held back, by log-loss; 0 where no tree improves on the rule.

    All rounds are tried. The loss rests for dozens of rounds in which the order of one habit's days still gains: the
    last round whose loss is as good as the least is taken.
    """
    matrix, done, by_rule = held
    learned = lightgbm.Dataset(train[0], train[1], init_score=START * train[2])
    judged = lightgbm.Dataset(matrix, done, init_score=START * by_rule, reference=learned)
    curve: dict[str, Any] = {}
    lightgbm.train(
        dict(settings),
        learned,
        num_boost_round=MAX_ROUNDS,
        valid_sets=[judged],
        valid_names=["held"],
        callbacks=[lightgbm.record_evaluation(curve)],
    )
    after = np.asarray(curve["held"]["binary_logloss"])
    if after.min() >= np.logaddexp(0, np.where(done == 1, -by_rule, by_rule)).mean():
        return 0
    return int(np.flatnonzero(after <= after.min() * (1 + RESTING))[-1]) + 1


def boosted(booster: lightgbm.Booster | None, matrix: Floats, by_rule: Floats) -> Floats:
    """Log-odds by the trees, on top of what they started from; without trees the rule's own."""
    if booster is None:
        return by_rule
    threads = 2 if matrix.shape[0] >= 5_000 else 1
    raised = np.asarray(booster.predict(matrix, raw_score=True, num_threads=threads), dtype=float)
    return np.asarray(START * by_rule + raised)


@dataclass(frozen=True)
class Linear:
    """A logistic regression on standardised features, unknown ones at their mean."""

    mean: Floats
    scale: Floats
    weight: Floats
    intercept: float

    def terms(self, matrix: Floats) -> Floats:
        """What each feature adds to the log-odds."""
        return np.clip(np.nan_to_num((matrix - self.mean) / self.scale), -8, 8) * self.weight

    def log_odds(self, matrix: Floats) -> Floats:
        return np.asarray(self.terms(matrix).sum(axis=1) + self.intercept)

    def as_json(self) -> dict[str, Any]:
        return {
            "mean": self.mean.tolist(),
            "scale": self.scale.tolist(),
            "weight": self.weight.tolist(),
            "intercept": self.intercept,
        }

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "Linear":
        mean, scale, weight = (np.asarray(stored[name], dtype=float) for name in ("mean", "scale", "weight"))
        return cls(mean, scale, weight, float(stored["intercept"]))


def fit_linear(matrix: Floats, done: Floats) -> Linear:
    """L2-regularised logistic regression (C = 0.1), columns without spread or without numbers left at weight 0."""
    from sklearn.linear_model import LogisticRegression  # takes seconds to load: only for those who train

    known = np.isfinite(matrix)
    count = np.maximum(1, known.sum(axis=0))
    mean = np.where(known, matrix, 0.0).sum(axis=0) / count
    scale = np.sqrt((np.where(known, matrix - mean, 0.0) ** 2).sum(axis=0) / count)
    scale = np.where(scale > 1e-6, scale, 1.0)
    fitted = LogisticRegression(C=0.1, max_iter=1000).fit(np.clip(np.nan_to_num((matrix - mean) / scale), -8, 8), done)
    return Linear(mean, scale, np.asarray(fitted.coef_[0], dtype=float), float(fitted.intercept_[0]))
