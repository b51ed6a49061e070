"""How each expert of a model has fared on a person's own days, which decides whom that person is served by.

Somebody whom the version has not served yet is judged on the newest days that it has not learned from, so that a
history that was kept for long, or imported, counts from the first prediction on.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlmodel import Session, col

from habit_coach.predictions.days import Lives
from habit_coach.predictions.features import Rows, features
from habit_coach.predictions.history import Floats
from habit_coach.predictions.judging import number
from habit_coach.predictions.mixture import MEMORY, log_loss_each
from habit_coach.predictions.model import EXPERTS
from habit_coach.predictions.models import PredictionTrust
from habit_coach.predictions.registry import Served

DAYS_BACK = 30
MOST_ROWS = 30


def losses_of(session: Session, served: Served, users: Sequence[UUID]) -> dict[UUID, list[float]]:
    """What is noted of each user with this version; those who are missing have not been served by it."""
    query = select(col(PredictionTrust.user_id), col(PredictionTrust.losses)).where(
        col(PredictionTrust.user_id).in_(users), col(PredictionTrust.version) == served.version
    )
    return {user_id: losses for user_id, losses in session.execute(query)}


def complete(lives: Lives, served: Served, known: Mapping[UUID, list[float]]) -> Floats:
    """Each user's losses (users x experts): those noted, else judged on the days the model has not seen."""
    losses = np.zeros((len(lives.users), len(EXPERTS)))
    unknown = np.array([user.id not in known for user in lives.users], dtype=bool)
    if not served.is_rule and unknown.any():
        losses = judged_on_the_past(lives, served, unknown)
    for place, user in enumerate(lives.users):
        if user.id in known:
            losses[place] = known[user.id]
    return losses


def judged_on_the_past(lives: Lives, served: Served, chosen: np.ndarray) -> Floats:
    """Losses of the chosen users' newest days, at most `MOST_ROWS` a person, that came after what was learned from."""
    days = lives.history.judged
    person = lives.owner[days.series]
    today = lives.today[days.series]
    learned = number(date.fromisoformat(served.model.about.get("last_day", "1970-01-01")))
    rows = np.flatnonzero(chosen[person] & (days.day >= today - DAYS_BACK) & (days.day < today) & (days.day > learned))
    rows = rows[np.lexsort((-days.day[rows], person[rows]))]
    first = np.searchsorted(person[rows], np.arange(len(lives.users)))
    rows = rows[np.arange(rows.size) - first[person[rows]] < MOST_ROWS]
    settled = lives.history.due & np.isfinite(lives.history.done)
    past = Rows(
        days.series[rows],
        days.day[rows],
        days.day[rows] - 1,
        lives.quota_left[settled][rows],
        lives.days_left[settled][rows],
    )
    opinions = served.model.opinions(features(lives.history, past, served.model.prior), served.starter)
    losses = np.zeros((len(lives.users), len(EXPERTS)))
    np.add.at(losses, person[rows], log_loss_each(opinions, days.done[rows]))
    return losses


def followed(losses: Floats, person: np.ndarray, opinions: Floats, done: Floats) -> Floats:
    """The losses (users x experts) with newly settled days added, older ones fading as if `MEMORY` were kept."""
    count = np.bincount(person, minlength=losses.shape[0])
    after = losses * ((1 - 1 / MEMORY) ** count)[:, None]
    np.add.at(after, person, log_loss_each(opinions, done))
    return after
