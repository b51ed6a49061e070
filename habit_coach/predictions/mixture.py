"""Whom to trust for this person: experts weighted by how each fared on the person's own past.

Experts are pooled in log-odds, `logit p = sum_e w_e logit p_e` (a logarithmic opinion pool, Genest and Zidek 1986), so
that what each contributes still adds up; weights are `w_e ~ start_e * exp(-RATE * past log-loss_e)` (exponential
weights, Vovk 1990).
"""

import numpy as np

from habit_coach.predictions.history import Floats, Ints

RATE = 0.5
MEMORY = 150
CAUTION = 60.0


def log_loss_each(log_odds: Floats, done: Floats) -> Floats:
    """Log-loss of each forecast (rows x experts), from log-odds."""
    return np.asarray(np.logaddexp(0, np.where(done[:, None] == 1, -log_odds, log_odds)))


def past_losses(person: Ints, target: Ints, as_of: Ints, losses: Floats) -> Floats:
    """Sum of each expert's losses on the person's last `MEMORY` forecasts settled by `as_of`."""
    first, span = int(target.min(initial=0)), int(target.max(initial=0) - target.min(initial=0)) + 3
    keys = person * span + target - first + 1
    order = np.argsort(keys, kind="stable")
    total = np.concatenate([np.zeros((1, losses.shape[1])), np.cumsum(losses[order], axis=0)])
    end = np.searchsorted(keys[order], person * span + np.clip(as_of - first + 1, 0, span - 1), side="right")
    start = np.maximum(np.searchsorted(keys[order], person * span, side="left"), end - MEMORY)
    return np.asarray(total[end] - total[start])


def weights(start: Floats, losses: Floats) -> Floats:
    """Each row's weights, from the pooled start and the losses so far; an expert that starts at 0 stays there."""
    relative = -RATE * (losses - losses.min(axis=1, keepdims=True))
    raised = start * np.exp(relative)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def pooled_start(log_odds: Floats, done: Floats, prior: Floats) -> Floats:
    """Weights with the least log-loss over everyone, held near `prior` as if by `CAUTION` rows of evidence."""
    if not done.size:
        return prior
    free = np.flatnonzero(prior > 0)

    def unpacked(theta: Floats) -> Floats:
        raised = np.exp(theta - theta.max())
        return np.asarray(raised / raised.sum())

    def cost(theta: Floats) -> float:
        share = unpacked(theta)
        loss = log_loss_each((log_odds[:, free] @ share)[:, None], done).mean()
        drift = (prior[free] * np.log(prior[free] / np.maximum(share, 1e-12))).sum()
        return float(loss + CAUTION / max(1, done.size) * drift)

    from scipy.optimize import minimize  # takes long to load: only for those who train

    found = minimize(cost, np.log(prior[free]), method="L-BFGS-B", options={"maxiter": 200})
    start = np.zeros(prior.size)
    start[free] = unpacked(found.x)
    return np.asarray(start.round(6) / start.round(6).sum())
