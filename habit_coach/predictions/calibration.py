"""How far stated chances are from what happened, and the correction where that is more than luck."""

from dataclasses import dataclass

import numpy as np

from habit_coach.predictions.history import Bools, Floats, Ints

BINS = 15
SURE = 0.9
LEAST_ROWS = 100


@dataclass(frozen=True)
class Platt:
    """`logit p' = slope * logit p + shift` (Platt 1999)."""

    slope: float = 1.0
    shift: float = 0.0

    def __call__(self, log_odds: Floats) -> Floats:
        return self.slope * log_odds + self.shift


NONE = Platt()


def calibration_error(stated: Floats, done: Floats, bins: int = BINS) -> float:
    """Expected calibration error over bins of equal count: mean |stated - happened|, weighted by size."""
    if not done.size:
        return float("nan")
    order = np.argsort(stated, kind="stable")
    parts = np.array_split(order, min(bins, done.size))
    return float(sum(abs(stated[part].mean() - done[part].mean()) * part.size for part in parts) / done.size)


def error_by_chance(stated: Floats, seed: int, draws: int = 200) -> float:
    """The calibration error that a perfect forecaster exceeds once in twenty times at this number of rows."""
    luck = np.random.default_rng(seed)
    return float(
        np.quantile(
            [calibration_error(stated, (luck.random(stated.size) < stated).astype(float)) for _ in range(draws)], 0.95
        )
    )


def fit_platt(log_odds: Floats, done: Floats) -> Platt:
    """Slope and shift of least log-loss, the slope drawn to 1."""

    def cost(theta: Floats) -> float:
        corrected = theta[0] * log_odds + theta[1]
        return float(np.logaddexp(0, np.where(done == 1, -corrected, corrected)).sum() + 10 * (theta[0] - 1) ** 2)

    from scipy.optimize import minimize  # takes long to load: only for those who train

    slope, shift = minimize(cost, np.array([1.0, 0.0]), method="L-BFGS-B").x
    return Platt(float(np.clip(slope, 0.3, 2.0)), float(np.clip(shift, -2, 2)))


def platt_if_due(log_odds: Floats, done: Floats, block: Ints, half: Bools, seed: int) -> Platt:
    """A correction where the error is more than chance and one learned on either `half` mends the other.

    Rows of a block share their luck, so that the first test alone would often correct what will not come again.
    """
    stated = 1 / (1 + np.exp(-log_odds))
    if done.size < LEAST_ROWS or calibration_error(stated, done) <= error_by_chance(stated, seed):
        return NONE
    mended = np.empty(done.size)
    for part in (half, ~half):
        mended[part] = fit_platt(log_odds[~part], done[~part])(log_odds[part])
    before, after = (np.logaddexp(0, np.where(done == 1, -said, said)) for said in (log_odds, mended))
    mends = all(surely_better(after[part], before[part], block[part]) for part in (half, ~half))
    return fit_platt(log_odds, done) if mends else NONE


def surely_better(losses: Floats, reference: Floats, block: Ints) -> bool:
    """Whether the loss is lower with probability `SURE`, by a paired t-test over blocks of kindred rows."""
    if not losses.size:
        return False
    gain = np.bincount(block, reference - losses)[np.bincount(block) > 0]
    if gain.size < 3 or gain.std(ddof=1) == 0:
        return False
    from scipy import stats  # takes long to load: only for those who train

    return bool(gain.mean() / (gain.std(ddof=1) / np.sqrt(gain.size)) > stats.t.ppf(SURE, gain.size - 1))
