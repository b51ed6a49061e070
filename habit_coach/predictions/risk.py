"""Risk levels: where the line between low, medium and high is drawn, and how often each is right."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from habit_coach.predictions.history import Floats

PRECISION = {"high": 0.8, "medium": 0.6}
LEAST_ROWS = 50
OF_THE_RULE = {
    "high": {"from": 0.65, "precision": 0.795, "recall": 0.545},
    "medium": {"from": 0.45, "precision": 0.709, "recall": 0.794},
}
"""Where no model is trusted: the rule on the starter model's data, see `docs/model-card.md`."""


def levels(kept_chance: Floats, done: Floats) -> dict[str, dict[str, Any]]:
    """For high and medium: the least risk of a miss from which at least 80 % and 60 % of the days were in fact missed.

    With precision and recall on these held-back rows; where too few rows reach it, the precision itself is the line.
    """
    return {name: level(1 - kept_chance, done == 0, wanted) for name, wanted in PRECISION.items()}


def level(miss_risk: Floats, missed: Floats, wanted: float) -> dict[str, Any]:
    """The cut-off for one precision."""
    order = np.argsort(-miss_risk, kind="stable")
    precision = np.cumsum(missed[order]) / np.arange(1, order.size + 1)
    reached = np.flatnonzero((precision >= wanted) & (np.arange(1, order.size + 1) >= LEAST_ROWS))
    cut = round(float(miss_risk[order][reached[-1]]), 3) if reached.size else wanted
    cut = round(float(np.clip(cut, wanted - 0.15, wanted + 0.1)), 3)
    flagged = miss_risk >= cut
    return {
        "from": cut,
        "precision": round(float(missed[flagged].mean()), 3) if flagged.any() else None,
        "recall": round(float(missed[flagged].sum() / max(1, missed.sum())), 3),
        "rows": int(flagged.sum()),
    }


def risk_of(kept_chance: Floats, cuts: Mapping[str, Mapping[str, Any]]) -> NDArray[np.str_]:
    """`high`, `medium` or `low` for each chance."""
    missed = 1 - kept_chance
    return np.where(missed >= cuts["high"]["from"], "high", np.where(missed >= cuts["medium"]["from"], "medium", "low"))
