"""The worker's periodic tasks: thin, safe to run twice, safe to lose, since each scans for what is due."""

from datetime import timedelta

from huey import crontab

from habit_coach import db, feed, runs
from habit_coach.accounts import housekeeping
from habit_coach.habits import standing
from habit_coach.notifications import events, nudges
from habit_coach.operations import backups
from habit_coach.operations.queue import queue
from habit_coach.predictions import nightly, trainings, watch
from habit_coach.reports import letter, weekly
from habit_coach.runs import Counts
from habit_coach.transfer import arriving

huey = queue()
letter.introduce()
events.introduce()


@huey.periodic_task(crontab(minute="*/5"))  # type: ignore[untyped-decorator]
def tidy_up() -> None:
    runs.run("tidy up", timedelta(minutes=5), forget_old)


@huey.periodic_task(crontab(minute="7"))  # type: ignore[untyped-decorator]
def catch_up_standings() -> None:
    runs.run("catch up standings", timedelta(hours=1), bring_standings_on)


@huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
def send_weekly_reports() -> None:
    runs.run("send weekly reports", timedelta(minutes=1), send_reports_that_are_due)


@huey.periodic_task(crontab(minute="*/10"))  # type: ignore[untyped-decorator]
def predict() -> None:
    runs.run("predict", timedelta(minutes=10), nightly.score_due, longest=timedelta(hours=1))


@huey.periodic_task(crontab(minute="23"))  # type: ignore[untyped-decorator]
def ask_for_training() -> None:
    runs.run("ask for training", timedelta(days=7), ask_for_a_new_model)


@huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
def train() -> None:
    runs.run("train", timedelta(minutes=1), trainings.carry_out_waiting, longest=trainings.LONGEST)


@huey.periodic_task(crontab(minute="41"))  # type: ignore[untyped-decorator]
def watch_predictions() -> None:
    runs.run("watch predictions", timedelta(days=1), guard_against_drift)


def ask_for_a_new_model() -> Counts:
    """The week's training."""
    with db.session(writes=True) as session:
        trainings.ask(session)
    return {}


def guard_against_drift() -> Counts:
    """Hold what was said against what happened; a model that is worse than the rule is retired."""
    with db.session(writes=True) as session:
        return watch.guard(session)


@huey.periodic_task(crontab(minute="20"))  # type: ignore[untyped-decorator]
def back_up() -> None:
    runs.run("back up", timedelta(days=1), keep_a_copy, longest=timedelta(hours=6))


def keep_a_copy() -> Counts:
    """Today's backup, soon after midnight (UTC) or as soon as a worker is there again."""
    backups.make()
    return {"removed": backups.forget_old()}


def send_reports_that_are_due() -> Counts:
    """The weekly reports of everybody whose day and hour have come."""
    return {"reports": weekly.send_due()}


def forget_old() -> Counts:
    """Forget what has served its time: changes, ended sessions, deleted accounts, old runs, prompts, half imports."""
    with db.session(writes=True) as session:
        feed.forget_old(session)
        housekeeping.forget_old(session)
        runs.forget_old(session)
        nudges.forget_old(session)
    return {"abandoned": arriving.discard_abandoned()}


def bring_standings_on() -> Counts:
    """Bring standings on to the user's new day, so that the first page of the morning finds them ready."""
    brought = 0
    while True:
        with db.session(writes=True) as session:
            some = standing.catch_up_some(session, limit=200)
        if not some:
            return {"standings": brought}
        brought += some
