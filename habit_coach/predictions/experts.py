"""What a model is made of: LightGBM boosted from a starting logit, and a logistic regression kept as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from habit_coach.predictions.boosting import lightgbm
from habit_coach.predictions.history import Floats
from habit_coach.predictions.metrics import auc

MAX_ROUNDS = 150


def parameters(seed: int, signs: list[int], rows: int) -> dict[str, Any]:
    """LightGBM's settings: small trees, strong shrinkage, the same result on every run.

    One thread: several that wait for each other on a busy machine are many times slower than one.
    """
    return {
        "objective": "binary",
        "num_leaves": 7,
        "min_data_in_leaf": int(np.clip(rows // 100, 20, 70)),
        "lambda_l2": 10.0,
        "feature_fraction": 0.4,
        "learning_rate": 0.1 if rows >= 5_000 else 0.04,
        "monotone_constraints": signs,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbose": -1,
    }


def fit_trees(
    matrix: Floats, done: Floats, start: Floats, settings: Mapping[str, Any], rounds: int
) -> lightgbm.Booster | None:
    """Trees that correct `start`, the log-odds to begin from; add them back when predicting."""
    if rounds == 0:
        return None
    return lightgbm.train(dict(settings), lightgbm.Dataset(matrix, done, init_score=start), num_boost_round=rounds)


def best_rounds(
    train: tuple[Floats, Floats, Floats], later: tuple[Floats, Floats, Floats], settings: Mapping[str, Any], metric: str
) -> int:
    """The rounds that did best on the later rows by `binary_logloss` or `auc`; 0 where no tree improves on the start.

    All rounds are tried: the loss often rests for dozens of rounds before it falls again.
    """
    matrix, done, start = later
    learned = lightgbm.Dataset(train[0], train[1], init_score=train[2])
    judged = lightgbm.Dataset(matrix, done, init_score=start, reference=learned)
    curve: dict[str, Any] = {}
    lightgbm.train(
        dict(settings) | {"metric": metric},
        learned,
        num_boost_round=MAX_ROUNDS,
        valid_sets=[judged],
        valid_names=["later"],
        callbacks=[lightgbm.record_evaluation(curve)],
    )
    after = np.asarray(curve["later"][metric])
    if metric == "auc":
        best = int(after.argmax())
        return best + 1 if after[best] > (auc(start, done) or 0.5) else 0
    best = int(after.argmin())
    return best + 1 if after[best] < np.logaddexp(0, np.where(done == 1, -start, start)).mean() else 0


def corrections(booster: lightgbm.Booster | None, matrix: Floats) -> Floats:
    """What the trees add to the log-odds they started from."""
    if booster is None:
        return np.zeros(matrix.shape[0])
    threads = 2 if matrix.shape[0] >= 5_000 else 1
    return np.asarray(booster.predict(matrix, raw_score=True, num_threads=threads), dtype=float)


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
