"""Gives a server's database a past that nobody can live through in a test: `python -m tests.browser.past WHAT E-MAIL`.

Runs beside the server, in its environment, as the worker does.
"""

import sys
from dataclasses import replace
from datetime import timedelta
from random import Random

from sqlalchemy import update
from sqlmodel import Session, select

from habit_coach import clock, db, feed
from habit_coach.accounts.models import User
from habit_coach.habits.models import Habit
from habit_coach.predictions import model, registry, trainings
from habit_coach.predictions.models import PredictionRow, TrainingRun

DAY = timedelta(days=1)


def predictions(session: Session, user: User) -> None:
    """Thirty days of every habit that were foretold by the served model at 60 to 90 %, of which most were kept."""
    dice, today = Random(7), clock.today(user)
    version = registry.current(session).version
    for habit in session.exec(select(Habit).where(Habit.user_id == user.id)).all():
        for back in range(1, 31):
            chance = dice.choice((0.6, 0.7, 0.8, 0.9))
            day = today - back * DAY
            session.add(
                PredictionRow(
                    user_id=user.id,
                    habit_id=habit.id,
                    for_day=day,
                    as_of=day - DAY,
                    made_at=clock.now() - back * DAY,
                    version=version,
                    source="model",
                    probability=chance,
                    chance=chance,
                    risk="low",
                    age=60 - back,
                    experts=[1.0] * 5,
                    settled_at=clock.now(),
                    kept=back % 5 != 0,
                )
            )


def champion_and_candidate(session: Session, user: User) -> None:
    """The model that comes with the app serves, and one that was judged better waits."""
    registry.install_starter(session)
    judged = {"brier": 0.1412, "log_loss": 0.4401}
    metrics = {
        "judged_on": 1234,
        "challenger": judged,
        "champion": {"brier": 0.1523, "log_loss": 0.4711},
        "rule": {"brier": 0.1609, "log_loss": 0.4952},
        "better_than": {"champion": {"brier": 0.85, "log_loss": 0.82}, "rule": {"brier": 0.97, "log_loss": 0.96}},
    }
    starter = model.starter()
    about = {"rows": 45_000, "persons": 320}
    registry.add(session, replace(starter, prior=starter.prior + 0.01, about=about), registry.TRAINED, metrics)


def training_at_40(session: Session, user: User) -> None:
    """The training that was asked for says how far it is, as the worker does on its way."""
    session.execute(update(TrainingRun).values(stage="learning", progress=40))
    feed.changed(session, user.id)


def training(session: Session, user: User) -> None:
    """What the worker does each minute."""
    session.commit()  # it has transactions of its own
    trainings.carry_out_waiting()


PASTS = {one.__name__: one for one in (predictions, champion_and_candidate, training_at_40, training)}


def main(what: str, email: str) -> None:
    with db.session(writes=True) as session:
        PASTS[what](session, session.exec(select(User).where(User.email == email)).one())


if __name__ == "__main__":
    main(*sys.argv[1:])
