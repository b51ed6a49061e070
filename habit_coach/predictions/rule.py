"""The rule: what is answered without a model, and what every model starts from."""

import numpy as np
from scipy.special import betaln, comb, expit, logit

from habit_coach.predictions.history import Floats
from habit_coach.predictions.schema import COLUMN

TERMS = (("rate_7", 0.5), ("rate_28", 0.3), ("weekday_rate", 0.2))
FLOOR = 0.01
WEEK = 7
WEEK_STRENGTH = 6.0


def rule(matrix: Floats) -> Floats:
    """0.5 * rate of the last 7 due days + 0.3 * of the last 28 + 0.2 * weekday, each shrunk to the habit's own."""
    blend = np.zeros(matrix.shape[0])
    for name, weight in TERMS:
        blend += weight * matrix[:, COLUMN[name]]
    return np.clip(blend, FLOOR, 1 - FLOOR)


def recent(matrix: Floats) -> Floats:
    """The exponentially weighted rate with a half-life of 5 due days."""
    return np.clip(matrix[:, COLUMN["recent_5"]], FLOOR, 1 - FLOOR)


def rule_week(matrix: Floats) -> Floats:
    """Chance of at least 1, 2, .. 7 kept among the next 7 due days: a beta-binomial around the rule's rate.

    `WEEK_STRENGTH` pseudo-days of doubt about that rate keep it from the certainty that independent days would give.
    """
    rate = 0.5 * matrix[:, COLUMN["rate_7"]] + 0.5 * matrix[:, COLUMN["rate_28"]]
    rate = np.clip(rate, FLOOR, 1 - FLOOR)[:, None]
    kept = np.arange(WEEK + 1)
    first, second = rate * WEEK_STRENGTH, (1 - rate) * WEEK_STRENGTH
    mass = comb(WEEK, kept) * np.exp(betaln(kept + first, WEEK - kept + second) - betaln(first, second))
    return np.asarray(np.cumsum(mass[:, :0:-1], axis=1)[:, ::-1])


def at_least(wanted: Floats, days: Floats, rate: Floats) -> Floats:
    """Chance of `wanted` or more kept of `days`: a beta-binomial around `rate`, as doubtful as the rule's week."""
    wanted, days, rate = wanted[:, None], days[:, None], rate[:, None]
    kept = np.arange(int(days.max()) + 1)
    missed = np.maximum(0, days - kept)
    first, second = rate * WEEK_STRENGTH, (1 - rate) * WEEK_STRENGTH
    mass = comb(days, kept) * np.exp(betaln(kept + first, missed + second) - betaln(first, second))
    return np.asarray(np.where((kept >= wanted) & (kept <= days), mass, 0.0).sum(axis=1))


def log_odds(probability: Floats) -> Floats:
    """The logit, kept finite."""
    return np.asarray(logit(np.clip(probability, 1e-6, 1 - 1e-6)), dtype=float)


def chance(log_odds: Floats) -> Floats:
    """The probability that has these log-odds."""
    return np.asarray(expit(log_odds), dtype=float)
