"""Tells every open page of a user that something of theirs changed.

A web process installs itself with `listen` and hears of its own changes at once. Any other process (worker, command
line) leaves a row in the `change` table, which each web process reads once a second.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, delete, insert, select
from sqlmodel import Field, Session, SQLModel, col

from habit_coach import clock, db, prepared
from habit_coach.columns import Instant, new_id

Listener = Callable[[UUID], None]
Told = tuple[UUID, dict[str, Any]]
Hearer = Callable[[Session, str, Sequence[Told]], None]
KEPT_FOR = timedelta(minutes=5)
_listeners: list[Listener] = []
_hearers: list[Hearer] = []


class Change(SQLModel, table=True):
    """A user whose data changed outside the web processes; kept for minutes only."""

    user_id: UUID = Field(primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    at: datetime = Field(sa_type=Instant, index=True)


ANNOUNCE = insert(cast(Table, Change.__table__))  # type: ignore[attr-defined]


def listen(listener: Listener) -> None:
    """Hear of each user whose change this process commits."""
    _listeners.append(listener)


def on_event(hearer: Hearer) -> None:
    """Hear of each event of this process, in its transaction: what the hearer writes is kept with it or not at all."""
    if hearer not in _hearers:
        _hearers.append(hearer)


def happened(session: Session, user_id: UUID, event: str, details: dict[str, Any]) -> None:
    """Tell whoever hears of it what happened, such as `entry.changed`; `details` are plain JSON values."""
    happened_to_many(session, event, [(user_id, details)])


def happened_to_many(session: Session, event: str, told: Sequence[Told]) -> None:
    """The same for many users at once: (user id, details) of each."""
    for hearer in _hearers:
        hearer(session, event, told)


def changed(session: Session, user_id: UUID) -> None:
    """Announce, once this transaction commits, that something of the user's changed."""
    if _listeners:
        session.info.setdefault("changed", set()).add(user_id)
    else:
        prepared.run(session, ANNOUNCE, user_id=user_id, id=new_id(), at=clock.now())


def since(session: Session, instant: datetime) -> list[tuple[UUID, UUID]]:
    """(change id, user id) of what other processes changed after `instant`."""
    query = select(col(Change.id), col(Change.user_id)).where(col(Change.at) > instant)
    return [(change_id, user_id) for change_id, user_id in session.execute(query)]


def forget_old(session: Session) -> None:
    """Drop the rows that every web process has long read."""
    session.execute(delete(Change).where(col(Change.at) < clock.now() - KEPT_FOR))


@db.after_commit
def _announce(session: Session) -> None:
    for user_id in session.info.pop("changed", ()):
        for listener in _listeners:
            listener(user_id)
