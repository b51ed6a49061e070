"""Every run of a periodic job: claimed once a period by whoever comes first, noted, and missed when it stops coming.

A heartbeat is the last time that a job succeeded: one that fails each time goes silent like one that never runs.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, delete, func, select, tuple_, update
from sqlmodel import Field, Session, SQLModel, col

from habit_coach import clock, db
from habit_coach.columns import Instant, Json

log = logging.getLogger(__name__)
Counts = dict[str, int]
LONGEST = timedelta(minutes=10)
SLACK = timedelta(minutes=1)
KEPT_FOR = timedelta(days=30)
WORKER = "worker"


class JobRun(SQLModel, table=True):
    """One run; the key lets only one worker have it. `period` is the instant at which the period began."""

    __tablename__ = "job_run"

    job: str = Field(primary_key=True, max_length=60)
    period: datetime = Field(primary_key=True, sa_type=Instant)
    started_at: datetime = Field(sa_type=Instant, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    counts: Counts = Field(default_factory=dict, sa_type=Json)
    error: str = ""


class Heartbeat(SQLModel, table=True):
    """When a job last succeeded, and after how many seconds it should again."""

    name: str = Field(primary_key=True, max_length=60)
    at: datetime = Field(sa_type=Instant)
    every: float


@dataclass(frozen=True, slots=True)
class Job:
    """A job as an admin sees it: its newest run, when it last succeeded, and whether it went silent."""

    name: str
    newest: JobRun | None
    succeeded_at: datetime | None
    every: timedelta | None
    silent: bool


RUNS = cast(Table, JobRun.__table__)  # type: ignore[attr-defined]
HEARTBEATS = cast(Table, Heartbeat.__table__)  # type: ignore[attr-defined]


def run(job: str, every: timedelta, work: Callable[[], Counts], longest: timedelta = LONGEST) -> bool:
    """Do `work` unless this period's run is somebody's already; gives whether it was ours.

    Periods of the length `every` are counted from 1970 (UTC). A run that has not ended after `longest` is taken to
    have died, and may be taken up again within its period. Never raises what `work` raises: it is noted instead.
    """
    now = clock.now()
    period = datetime.fromtimestamp(now.timestamp() // every.total_seconds() * every.total_seconds(), now.tzinfo)
    with db.session(writes=True) as session:
        if not _claimed(session, job, period, now - longest):
            return False
    try:
        counts, error = work(), ""
    except Exception as failure:
        log.exception("The job %s failed; its next period tries again.", job)
        counts, error = {}, f"{type(failure).__name__}: {failure}"[:500]
    with db.session(writes=True) as session:
        ours = (RUNS.c.job == job) & (RUNS.c.period == period)
        session.execute(update(RUNS).where(ours).values(ended_at=clock.now(), counts=counts, error=error))
        if not error:
            beat(session, job, every)
    return True


def beat(session: Session, name: str, every: timedelta) -> None:
    """Note that `name` is alive, and should be heard of again within `every`."""
    db.upsert(session, HEARTBEATS, {"name": name}, {"at": clock.now(), "every": every.total_seconds()})


def silent(session: Session) -> list[str]:
    """The jobs that missed two beats in a row; the worker itself also when it was never heard of."""
    now = clock.now()
    beats = session.scalars(select(Heartbeat)).all()
    late = {one.name for one in beats if now > one.at + 2 * timedelta(seconds=one.every) + SLACK}
    never = {WORKER} - {one.name for one in beats}
    return sorted(late | never)


def latest(session: Session, limit: int = 50, *, failed: bool = False) -> Sequence[JobRun]:
    """The newest runs, newest first; `failed` leaves only those that ended in an error."""
    query = select(JobRun).order_by(col(JobRun.started_at).desc()).limit(limit)
    return session.scalars(query.where(col(JobRun.error) != "") if failed else query).all()


def jobs(session: Session) -> list[Job]:
    """Every job that was ever heard of, by name."""
    newest = select(RUNS.c.job, func.max(RUNS.c.period)).group_by(RUNS.c.job)
    found = session.scalars(select(JobRun).where(tuple_(RUNS.c.job, RUNS.c.period).in_(newest)))
    runs = {one.job: one for one in found}
    beats = {one.name: one for one in session.scalars(select(Heartbeat))}
    late = set(silent(session))
    return [
        Job(
            name,
            runs.get(name),
            beats[name].at if name in beats else None,
            timedelta(seconds=beats[name].every) if name in beats else None,
            name in late,
        )
        for name in sorted(runs.keys() | beats.keys() | late)
    ]


def forget_old(session: Session) -> None:
    """Drop the runs of more than a month ago."""
    session.execute(delete(RUNS).where(RUNS.c.started_at < clock.now() - KEPT_FOR))


def _claimed(session: Session, job: str, period: datetime, dead_before: datetime) -> bool:
    """One statement settles who has the run: a row that is new, or one whose run died."""
    new: dict[str, Any] = {"started_at": clock.now(), "ended_at": None, "counts": {}, "error": ""}
    statement = db.insert(session, RUNS).values(job=job, period=period, **new)
    statement = statement.on_conflict_do_update(
        index_elements=["job", "period"],
        set_=new,
        where=RUNS.c.ended_at.is_(None) & (RUNS.c.started_at < dead_before),
    )
    return session.execute(statement.returning(RUNS.c.job)).first() is not None
