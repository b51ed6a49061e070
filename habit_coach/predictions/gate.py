"""Whether one forecaster is surely better than another: a paired bootstrap over persons, on rows new to both."""

from dataclasses import dataclass

import numpy as np

from habit_coach.predictions.history import Floats, Ints

SURE = 0.9
DRAWS = 1000
LEAST_PERSONS = 8
LOSSES = ("log_loss", "brier")


@dataclass(frozen=True)
class Losses:
    """Losses of one forecaster, row by row."""

    log_loss: Floats
    brier: Floats

    @classmethod
    def of(cls, stated: Floats, done: Floats) -> "Losses":
        held = np.clip(stated, 1e-6, 1 - 1e-6)
        return cls(-np.where(done == 1, np.log(held), np.log1p(-held)), (stated - done) ** 2)

    def means(self) -> dict[str, float]:
        return {name: round(float(getattr(self, name).mean()), 5) for name in LOSSES}


def kindred(person: Ints, day: Ints) -> Ints:
    """Rows that share their luck: those of one person or, among few persons, of one person's day."""
    code = np.unique(person, return_inverse=True)[1].reshape(-1)
    if code.max(initial=0) + 1 >= LEAST_PERSONS:
        return code.astype(np.int64)
    return np.unique(np.stack([code, day]), axis=1, return_inverse=True)[1].reshape(-1).astype(np.int64)


def probability_better(losses: Floats, reference: Floats, block: Ints, seed: int = 1) -> float:
    """Share of bootstrap draws of whole blocks in which the mean loss is lower than the reference's."""
    if not losses.size:
        return 0.0
    gain, count = np.bincount(block, reference - losses), np.bincount(block)
    drawn = np.random.default_rng(seed).integers(0, gain.size, (DRAWS, gain.size)) if gain.size < 5000 else None
    if drawn is None:  # so many persons that their mean is normal
        spread = gain.std(ddof=1) / np.sqrt(gain.size)
        return float(gain.mean() > 1.2816 * spread)
    return float((gain[drawn].sum(axis=1) / np.maximum(1, count[drawn].sum(axis=1)) > 0).mean())


def chances(better: Losses, reference: Losses, block: Ints) -> dict[str, float]:
    """The probability of being better, by each loss."""
    return {
        name: round(probability_better(getattr(better, name), getattr(reference, name), block), 3) for name in LOSSES
    }


def passes(found: dict[str, float]) -> bool:
    """Lower log-loss and Brier score, each with probability 0.9."""
    return min(found.values()) >= SURE
