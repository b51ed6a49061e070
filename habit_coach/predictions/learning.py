"""Training on what this instance's people did: a challenger is learned, judged on the latest two weeks, and promoted
only where it beats both the champion and the rule.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import select
from sqlmodel import Session, col

from habit_coach import clock
from habit_coach.accounts.models import User
from habit_coach.errors import Invalid
from habit_coach.habits.models import Habit
from habit_coach.predictions import days, gate, registry
from habit_coach.predictions import model as models
from habit_coach.predictions.days import Lives
from habit_coach.predictions.examples import Examples, examples_of
from habit_coach.predictions.gate import Losses
from habit_coach.predictions.history import Bools
from habit_coach.predictions.judging import day_of
from habit_coach.predictions.mixture import log_loss_each, past_losses
from habit_coach.predictions.model import Model
from habit_coach.predictions.models import PredictionModel
from habit_coach.predictions.registry import Served
from habit_coach.predictions.rule import chance, rule
from habit_coach.predictions.training import fit

HELD_BACK = 14
LONGEST_BACK = 400
MOST_ROWS = 150_000
READ_AT_ONCE = 50
Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Trial:
    """A challenger and how it did on the rows held back; `found` has the chances of being better than each other."""

    model: Model
    metrics: dict[str, Any]
    promoted: bool


def table_of(session: Session, progress: Progress, seed: int = 1) -> pd.DataFrame:
    """The days of people drawn at random until there are enough rows, in the form that `examples_of` reads.

    Raises Invalid where nobody has a habit yet.
    """
    query = select(User).where(select(Habit).where(col(Habit.user_id) == col(User.id)).exists())
    people = list(session.scalars(query.order_by(col(User.id))))
    drawn = np.random.default_rng(seed).permutation(len(people))
    parts: list[pd.DataFrame] = []
    rows = 0
    for first in range(0, len(people), READ_AT_ONCE):
        some = [people[place] for place in drawn[first : first + READ_AT_ONCE]]
        lives = days.read(session, some, [clock.today(user) for user in some], LONGEST_BACK)
        if lives.habits:
            parts.append(frame_of(lives, first))
            rows += len(parts[-1])
        progress("reading the days", min(30, 30 * rows // MOST_ROWS))
        if rows >= MOST_ROWS:
            break
    if not rows:
        raise Invalid("There is nothing to learn from yet: nobody has a habit with a past.")
    return pd.concat(parts, ignore_index=True)


def frame_of(lives: Lives, first_person: int) -> pd.DataFrame:
    """The long table of some lives, without today, which is not over."""
    history = lives.history
    frame = pd.DataFrame(
        {
            "person": history.owner[history.series] + first_person,
            "habit": history.series,
            "source": "",
            "date": history.day.astype("datetime64[D]").astype("datetime64[s]"),
            "done": history.done,
            "value": history.value,
            "due": history.due,
            "hour": history.hour,
            "quota_left": lives.quota_left,
            "days_left": lives.days_left,
        }
    )
    return frame[history.day < lives.today[history.series]]


def challenge(frame: pd.DataFrame, champion: Served, progress: Progress, seed: int = 1) -> Trial:
    """Learn from all but the latest two weeks, and judge on those. Raises Invalid for too few days to learn from."""
    examples = examples_of(frame)
    if not examples.size:
        raise Invalid("There is nothing to learn from yet: no day of a habit has passed.")
    last = int(examples.rows.target.max()) - HELD_BACK
    early = examples.rows.target <= last
    learn = replace(examples, week=np.where(examples.week_end <= last, examples.week, np.nan)).take(early)
    progress("learning", 35)
    fitted = fit(learn, seed, models.starter())
    span = {"first_day": str(day_of(int(examples.rows.target.min()))), "last_day": str(day_of(last))}
    counts = {"rows": learn.size, "persons": int(np.unique(learn.person).size)}
    model = Model(fitted.prior, fitted.next, fitted.week, dict(fitted.about) | counts | span)
    progress("judging", 85)
    return judged(model, champion, examples, ~early)


def judged(model: Model, champion: Served, examples: Examples, late: Bools) -> Trial:
    """The challenger against the champion and the rule on the active late rows."""
    held = examples.take(late & examples.active)
    challenger = said(held, Served(model, model.version))
    by_rule = Losses.of(rule(held.with_prior(model.prior).matrix), held.done)
    others = {"rule": by_rule} if champion.is_rule else {"rule": by_rule, "champion": said(held, champion)}
    block = gate.kindred(held.person, held.rows.target)
    against = {name: gate.chances(challenger, other, block) for name, other in others.items()}
    metrics: dict[str, Any] = {
        "judged_on": held.size,
        "challenger": challenger.means() if held.size else {},
        **{name: other.means() if held.size else {} for name, other in others.items()},
        "better_than": against,
    }
    return Trial(model, metrics, held.size > 0 and all(gate.passes(found) for found in against.values()))


def said(held: Examples, served: Served) -> Losses:
    """The losses of a model as it would have been served, its weights following each person's earlier days."""
    matrix = held.with_prior(served.model.prior).matrix
    opinions = served.model.opinions(matrix, served.starter)
    losses = log_loss_each(opinions, held.done)
    settled = past_losses(held.person, held.rows.target, held.rows.as_of, losses)
    return Losses.of(chance(served.model.next.pooled(opinions, settled)), held.done)


def accept(session: Session, trial: Trial) -> PredictionModel:
    """Register the challenger; it takes over where the gate let it through."""
    row = registry.add(session, trial.model, registry.TRAINED, trial.metrics)
    return registry.promote(session, row.id) if trial.promoted else row


def verdict(trial: Trial) -> str:
    """What came of a training, in a sentence."""
    if trial.promoted:
        return f"The new model {trial.model.version} is better and serves from now on."
    short = [name for name, found in trial.metrics["better_than"].items() if not gate.passes(found)]
    return f"The new model {trial.model.version} is not surely better than the {' or the '.join(short)}: it only waits."
