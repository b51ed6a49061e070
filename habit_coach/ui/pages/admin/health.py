"""Health, in sentences: what works, what does not, and what to do about it."""

import shutil
from dataclasses import dataclass

import reflex as rx
from sqlmodel import Session

from habit_coach import db, runs
from habit_coach.accounts import administration
from habit_coach.accounts.administration import Standing
from habit_coach.accounts.models import User
from habit_coach.notifications import oversight
from habit_coach.settings import settings
from habit_coach.ui import formats
from habit_coach.ui.components.figures import stat, stats
from habit_coach.ui.components.surfaces import card
from habit_coach.ui.pages.admin.parts import badge, row, when
from habit_coach.ui.session import admin_here
from habit_coach.ui.words import counted

FINE, LOOK, WRONG = ("Fine", "good"), ("Look", "warn"), ("Wrong", "bad")
LITTLE_SPACE = 1_000_000_000


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `advice` says what to do, or what it means that all is well."""

    says: str
    advice: str
    verdict: str
    look: str


@dataclass(frozen=True)
class Numbers:
    """The instance at a glance."""

    active: str = ""
    new: str = ""
    sent: str = ""
    failed: str = ""


class Health(rx.State):
    findings: list[Finding] = []
    numbers: Numbers = Numbers()

    @rx.event
    def load(self):
        with db.session() as session:
            admin = admin_here(session, self)
            findings = [_worker(session, admin), *_jobs(session, admin), _outbox(session), _mail(), _space(), _doors()]
            numbers = _numbers(session)
        self.findings, self.numbers = findings, numbers


def _worker(session: Session, admin: User) -> Finding:
    worker = next(job for job in [*runs.jobs(session), _unheard()] if job.name == runs.WORKER)
    if worker.silent:
        heard = f"last heard of {when(worker.succeeded_at, admin)}" if worker.succeeded_at else "not heard of yet"
        advice = f"It was {heard}. Start it: python -m habit_coach worker"
        return Finding("The worker is silent: reminders, reports and predictions wait for it.", advice, *WRONG)
    return Finding("The worker is at work.", f"Last heard of {when(worker.succeeded_at, admin)}.", *FINE)


def _unheard() -> runs.Job:
    return runs.Job(runs.WORKER, None, None, None, silent=True)


def _jobs(session: Session, admin: User) -> list[Finding]:
    late = [job for job in runs.jobs(session) if job.silent and job.name != runs.WORKER]
    if not late:
        return [Finding("Every periodic task ran when it should.", "Details are under Tasks.", *FINE)]
    return [
        Finding(
            f"“{job.name}” has not succeeded when it should have.",
            f"It last did {when(job.succeeded_at, admin)}. "
            + (f"Its newest run says: {job.newest.error}" if job.newest and job.newest.error else "See Tasks."),
            *WRONG,
        )
        for job in late
    ]


def _outbox(session: Session) -> Finding:
    traffic = oversight.traffic(session)
    if traffic.failed:
        return Finding(
            f"{counted(traffic.failed, 'notification')} could not be delivered.",
            "They are under Outbox, where they can be tried again.",
            *LOOK,
        )
    if traffic.late:
        return Finding(
            f"{counted(traffic.late, 'notification')} should have gone out more than five minutes ago.",
            "If the worker is at work, it is busy or its provider is slow.",
            *LOOK,
        )
    return Finding("Notifications go out.", f"{counted(traffic.waiting, 'notification')} under way.", *FINE)


def _mail() -> Finding:
    if settings().smtp_host:
        return Finding("E-mail goes out.", f"Through {settings().smtp_host}.", *FINE)
    return Finding(
        "E-mail is written to files instead of being sent.",
        f"They are in {settings().data / 'outbox'}. Set HABIT_COACH_SMTP_HOST to send them.",
        *LOOK,
    )


def _space() -> Finding:
    free = shutil.disk_usage(settings().data).free
    says = f"{formats.number(round(free / 1e9, 1))} GB are free where the data is kept."
    if free < LITTLE_SPACE:
        return Finding(says, f"Make room on the disk of {settings().data.resolve()}.", *WRONG)
    return Finding(says, str(settings().data.resolve()), *FINE)


def _doors() -> Finding:
    who = "Anybody may sign up" if settings().sign_up == "open" else "Nobody can sign up by themselves"
    if not settings().is_https and settings().environment == "production":
        return Finding(
            f"{who}, over a connection that others can read.",
            "Put a proxy with TLS in front, and set HABIT_COACH_BASE_URL to its https:// address.",
            *WRONG,
        )
    return Finding(f"{who}, at {settings().base_url}.", "HABIT_COACH_SIGN_UP opens and closes the door.", *FINE)


def _numbers(session: Session) -> Numbers:
    census, traffic = administration.census(session), oversight.traffic(session)
    return Numbers(
        formats.number(census.standing[Standing.active]),
        f"{formats.number(census.this_week)} new this week, {formats.number(census.this_month)} in 30 days",
        formats.number(traffic.sent_today),
        f"{formats.number(traffic.failed)} given up",
    )


def health() -> rx.Component:
    return rx.el.div(
        stats(
            stat("Active accounts", Health.numbers.active, Health.numbers.new),
            stat("Delivered in 24 hours", Health.numbers.sent, Health.numbers.failed),
        ),
        card(
            rx.el.ul(rx.foreach(Health.findings, _finding), class_name="admin-rows", aria_live="polite"),
            title="Is everything well?",
        ),
        class_name="stack",
    )


def _finding(one: rx.Var[Finding]) -> rx.Component:
    return row(one.says, one.advice, badge(one.verdict, one.look))
