"""How good forecasts are: one number for each thing that can go wrong."""

from typing import Any

import numpy as np

from habit_coach.predictions.calibration import calibration_error
from habit_coach.predictions.history import Floats, Ints

BOOTSTRAPS = 1000
ENOUGH = 5
INSIDE = ("auc_within", "auc_within_five", "auc_within_pairs")


def auc(stated: Floats, done: Floats) -> float | None:
    """Chance that a kept day was given more than a missed one, ties counting half (Mann-Whitney)."""
    kept = done == 1
    pairs = float(kept.sum()) * float((~kept).sum())
    if pairs == 0:
        return None
    from scipy.stats import rankdata  # takes a second to load: only for those who judge a model

    wins = rankdata(stated)[kept].sum() - kept.sum() * (kept.sum() + 1) / 2
    return float(wins / pairs)


def inside_series(stated: Floats, done: Floats, series: Ints) -> dict[str, float | None]:
    """AUC inside a series, over series with both outcomes: its mean; the mean of those with at least `ENOUGH` of
    either; and the mean weighted by each series' pairs.

    The first counts a series with a single missed day as much as one with fifty, and falls short of a half where
    nothing can be foretold: what has happened already is missing from what is to come. The last is the chance that of
    two days of one habit, one kept and one missed, the kept one was given more.
    """
    order = np.argsort(series, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(series[order])) + 1)
    found = [
        (value, done[part].sum(), (1 - done[part]).sum())
        for part in parts
        if (value := auc(stated[part], done[part])) is not None
    ]
    if not found:
        return dict.fromkeys(INSIDE)
    values, kept, missed = np.array(found).T
    both = np.minimum(kept, missed) >= ENOUGH
    means = (
        float(values.mean()),
        float(values[both].mean()) if both.any() else None,
        float(np.average(values, weights=kept * missed)),
    )
    return dict(zip(INSIDE, map(rounded, means), strict=True))


def brier(stated: Floats, done: Floats) -> Floats:
    """Squared error of each forecast (Brier 1950)."""
    return np.asarray((stated - done) ** 2)


def scores(stated: Floats, done: Floats, series: Ints, reference: Floats) -> dict[str, Any]:
    """All figures of one forecaster; the skill is against `reference`, each habit's own rate so far."""
    if not done.size:
        return dict.fromkeys(("auc", *INSIDE, "log_loss", "brier", "brier_skill", "ece"))
    held = np.clip(stated, 1e-6, 1 - 1e-6)
    error, plain = float(brier(stated, done).mean()), float(brier(reference, done).mean())
    return {
        "auc": rounded(auc(stated, done)),
        **inside_series(stated, done, series),
        "log_loss": rounded(float(-np.where(done == 1, np.log(held), np.log1p(-held)).mean())),
        "brier": rounded(error),
        "brier_skill": rounded(1 - error / plain) if plain > 0 else None,
        "ece": rounded(calibration_error(stated, done)),
    }


def paired(better: Floats, worse: Floats, person: Ints, seed: int = 1) -> dict[str, Any]:
    """Mean difference of two losses with its 95 % interval by bootstrap over persons; below zero: the first is better.

    With fewer than three persons there is no interval.
    """
    code = np.unique(person, return_inverse=True)[1].reshape(-1)
    total = np.bincount(code, better - worse) if code.size else np.zeros(0)
    count = np.bincount(code).astype(float) if code.size else np.zeros(0)
    found: dict[str, Any] = {
        "difference": rounded(float(total.sum() / max(1.0, count.sum()))),
        "low": None,
        "high": None,
        "persons": int(total.size),
    }
    if total.size < 3:
        return found
    drawn = np.random.default_rng(seed).integers(0, total.size, (BOOTSTRAPS, total.size))
    low, high = np.quantile(total[drawn].sum(axis=1) / count[drawn].sum(axis=1), (0.025, 0.975))
    return found | {"low": rounded(float(low)), "high": rounded(float(high))}


def binary(stated: Floats, happened: Floats) -> dict[str, Any]:
    """Figures of a forecast of an event that is not a habit's own series."""
    if not happened.size:
        return {"rows": 0, "base": None, "brier": None, "auc": None, "ece": None}
    return {
        "rows": int(happened.size),
        "base": rounded(float(happened.mean())),
        "brier": rounded(float(brier(stated, happened).mean())),
        "auc": rounded(auc(stated, happened)),
        "ece": rounded(calibration_error(stated, happened)),
    }


def rounded(number: float | None) -> float | None:
    return None if number is None or not np.isfinite(number) else round(number, 5)
