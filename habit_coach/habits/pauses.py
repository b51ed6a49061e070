"""Pauses: days on which a habit, or the whole account, asks for nothing."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from habit_coach import clock, feed
from habit_coach.accounts.models import User
from habit_coach.errors import Invalid, NotFound
from habit_coach.habits import reminding, standing
from habit_coach.habits.habit import owned
from habit_coach.habits.models import Habit, PauseRow


def start(
    session: Session, user: User, first: date, last: date | None = None, habit_id: UUID | None = None
) -> PauseRow:
    """Pause one habit, or without `habit_id` all of them, from `first` to `last` (None: until it is ended).

    Raises Invalid when it would end before it starts, NotFound for a habit that is not theirs.
    """
    if last is not None and last < first:
        sentence = "A pause ends on the day it starts or later."
        raise Invalid(sentence, {"last": sentence})
    habit = owned(session, user, habit_id, lock=True) if habit_id else None
    pause = PauseRow(user_id=user.id, habit_id=habit_id, first=first, last=last)
    session.add(pause)
    _count(session, user, habit)
    return pause


def end(session: Session, user: User, pause_id: UUID) -> None:
    """Let the user's days ask again from today on; a pause that has not begun before today is taken back.

    Raises NotFound for one that is not theirs.
    """
    pause = session.get(PauseRow, (user.id, pause_id))
    yesterday = clock.today(user) - timedelta(days=1)
    if pause is None or pause.first > yesterday:
        remove(session, user, pause_id)
        return
    habit = owned(session, user, pause.habit_id, lock=True) if pause.habit_id else None
    pause.last = yesterday if pause.last is None else min(pause.last, yesterday)
    session.add(pause)
    _count(session, user, habit)


def remove(session: Session, user: User, pause_id: UUID) -> None:
    """Take a pause back, as if it had never been. Raises NotFound for one that is not theirs."""
    pause = session.get(PauseRow, (user.id, pause_id))
    if pause is None:
        raise NotFound("There is no such pause.")
    habit = owned(session, user, pause.habit_id, lock=True) if pause.habit_id else None
    session.delete(pause)
    _count(session, user, habit)


def listed(session: Session, user: User) -> Sequence[PauseRow]:
    """The user's pauses, newest first."""
    query = select(PauseRow).where(col(PauseRow.user_id) == user.id)
    return session.scalars(query.order_by(col(PauseRow.first).desc())).all()


def _count(session: Session, user: User, habit: Habit | None) -> None:
    session.flush()
    if habit is None:
        reminding.schedule_all(session, user)
        standing.rebuild_all(session, user)
    else:
        reminding.schedule(session, user, [habit])
        standing.rebuild(session, user, habit)
    feed.changed(session, user.id)
