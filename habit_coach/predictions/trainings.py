"""Trainings that were asked for, by an admin or by the week: the row is the queue, and shows how far it is."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Table, select, update
from sqlmodel import Session, col

from habit_coach import clock, db, feed
from habit_coach.errors import HabitCoachError
from habit_coach.predictions import registry
from habit_coach.predictions.models import TrainingRun

log = logging.getLogger(__name__)
TABLE = cast(Table, TrainingRun.__table__)  # type: ignore[attr-defined]
LONGEST = timedelta(hours=2)


def ask(session: Session, by: UUID | None = None) -> TrainingRun:
    """Ask for a training; while one waits or runs, that one is given."""
    waiting = session.scalar(select(TrainingRun).where(col(TrainingRun.ended_at).is_(None)).limit(1))
    if waiting:
        return waiting
    run = TrainingRun(requested_at=clock.now(), requested_by=by)
    session.add(run)
    session.flush()
    return run


def latest(session: Session, limit: int, before: UUID | None = None) -> Sequence[TrainingRun]:
    """The newest trainings, newest first, from behind the training `before`."""
    query = select(TrainingRun).order_by(col(TrainingRun.id).desc()).limit(limit)
    return session.scalars(query if before is None else query.where(col(TrainingRun.id) < before)).all()


def carry_out_waiting() -> dict[str, int]:
    """Train what was asked for; one that died on the way is begun again."""
    with db.session() as session:
        dead = col(TrainingRun.started_at) < clock.now() - LONGEST
        waiting = col(TrainingRun.ended_at).is_(None) & (col(TrainingRun.started_at).is_(None) | dead)
        ids = session.scalars(select(col(TrainingRun.id)).where(waiting)).all()
    return {"trained": sum(_carry_out(one) for one in ids)}


def _carry_out(run_id: UUID) -> bool:
    """Whether this worker had it, and ended it."""
    if not _claimed(run_id):
        return False
    from habit_coach.predictions import learning  # takes seconds and 100 MB to load: only for those who train

    try:
        with db.session() as session:
            champion = registry.current(session)
            frame = learning.table_of(session, lambda stage, done: _note(run_id, stage=stage, progress=done))
        trial = learning.challenge(frame, champion, lambda stage, done: _note(run_id, stage=stage, progress=done))
        with db.session(writes=True) as session:
            learning.accept(session, trial)
        ended: dict[str, Any] = {"outcome": learning.verdict(trial)}
    except HabitCoachError as refused:
        ended = {"outcome": refused.message, "failed": True}
    except Exception:
        log.exception("The training %s failed.", run_id)
        ended = {"outcome": "The training broke; the log says where.", "failed": True}
    _note(run_id, **ended, stage="done", progress=100, ended_at=clock.now())
    return True


def _claimed(run_id: UUID) -> bool:
    now = clock.now()
    free = TABLE.c.started_at.is_(None) | (TABLE.c.started_at < now - LONGEST)
    with db.session(writes=True) as session:
        done = session.execute(
            update(TABLE).where(TABLE.c.id == run_id, TABLE.c.ended_at.is_(None), free).values(started_at=now)
        )
        return cast(CursorResult[Any], done).rowcount == 1


def _note(run_id: UUID, **values: Any) -> None:
    """Write how far it is, and let the page of whoever asked show it."""
    with db.session(writes=True) as session:
        session.execute(update(TABLE).where(TABLE.c.id == run_id).values(**values))
        by = session.scalar(select(TABLE.c.requested_by).where(TABLE.c.id == run_id))
        if by:
            feed.changed(session, by)
