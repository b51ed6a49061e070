"""Tasks: what the worker does again and again, when it last succeeded, and what went wrong."""

from dataclasses import dataclass

import reflex as rx
from sqlmodel import Session

from habit_coach import db, runs
from habit_coach.accounts.models import User
from habit_coach.errors import Invalid
from habit_coach.runs import Job, JobRun
from habit_coach.ui import formats
from habit_coach.ui.components.fields import segmented
from habit_coach.ui.components.surfaces import card
from habit_coach.ui.pages.admin.parts import badge, lasting, nothing, row, when
from habit_coach.ui.session import admin_here

NEWEST = 30
CHOICES = (("all", "All"), ("failed", "Failed"))


@dataclass(frozen=True)
class Line:
    """A job or a run, in words."""

    name: str
    details: str
    verdict: str
    look: str


class Work(rx.State):
    jobs: list[Line] = []
    runs: list[Line] = []
    which: str = "all"
    known: bool = False

    @rx.event
    def load(self):
        with db.session() as session:
            _show(self, session, admin_here(session, self))

    @rx.event
    def choose(self, which: str):
        with db.session() as session:
            admin = admin_here(session, self)
            if which not in dict(CHOICES):
                raise Invalid("Choose all runs or those that failed.")
            self.which = which
            _show(self, session, admin)


def _show(page: Work, session: Session, admin: User) -> None:
    page.jobs = [_job(job, admin) for job in runs.jobs(session)]
    page.runs = [_run(one, admin) for one in runs.latest(session, NEWEST, failed=page.which == "failed")]
    page.known = True


def _job(job: Job, admin: User) -> Line:
    every = f" · expected every {lasting(job.every)}" if job.every else ""
    last = f"Last succeeded {when(job.succeeded_at, admin)}{every}" if job.succeeded_at else "Has not succeeded yet"
    if job.newest and job.newest.error:
        return Line(job.name.capitalize(), f"{last} · {job.newest.error}", "Failing", "bad")
    return Line(job.name.capitalize(), last, *(("Silent", "bad") if job.silent else ("Alive", "good")))


def _run(run: JobRun, admin: User) -> Line:
    started = when(run.started_at, admin)
    if run.ended_at is None:
        return Line(run.job.capitalize(), f"Began {started}", "Running", "")
    took = lasting(run.ended_at - run.started_at)
    did = run.error or ", ".join(f"{formats.number(count)} {what}" for what, count in run.counts.items())
    details = " · ".join(filter(None, [started, f"took {took}", did]))
    return Line(run.job.capitalize(), details, *(("Failed", "bad") if run.error else ("Done", "")))


def work() -> rx.Component:
    return rx.el.div(
        card(
            rx.cond(
                Work.jobs,
                rx.el.ul(rx.foreach(Work.jobs, _line), class_name="admin-rows"),
                nothing("The worker has not run yet. Start it: python -m habit_coach worker"),
            ),
            title="Heartbeats",
        ),
        card(
            rx.cond(
                Work.runs,
                rx.el.ul(rx.foreach(Work.runs, _line), class_name="admin-rows"),
                rx.cond(Work.known, nothing("No such run in the last 30 days.")),
            ),
            title="Newest runs",
            tools=segmented("Runs", "runs", CHOICES, Work.which, Work.choose),
        ),
        class_name="stack",
    )


def _line(line: rx.Var[Line]) -> rx.Component:
    return row(line.name, line.details, badge(line.verdict, line.look))
