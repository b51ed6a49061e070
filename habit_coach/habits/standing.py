"""Keeps each habit's standing: streaks, rates and strength as of a day, so that no page reads years.

Two folds are kept beside the figures. From the eve of today, an entry of today takes one step, and nearly all are of
today. From a checkpoint about a hundred days back, all else is folded again: an earlier entry, or a day that has
passed. A change before the checkpoint folds everything anew.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Insert, Row, Table, bindparam, select
from sqlmodel import Session, col

from habit_coach import clock, db, prepared
from habit_coach.accounts.models import User
from habit_coach.habits import figures, rows, strength
from habit_coach.habits.figures import Checkpoint, Eve, Figures
from habit_coach.habits.models import Habit, PauseRow, Standing
from habit_coach.habits.plan import Marks, Pause, Plan
from habit_coach.prepared import Transaction

TABLE = cast(Table, Standing.__table__)  # type: ignore[attr-defined]
HABIT = cast(Table, Habit.__table__)  # type: ignore[attr-defined]
PAUSE = cast(Table, PauseRow.__table__)  # type: ignore[attr-defined]
FIGURES = tuple(Figures.__dataclass_fields__)
KEPT = select(TABLE).where(
    TABLE.c.user_id == bindparam("user_id"), TABLE.c.habit_id.in_(bindparam("habit_ids", expanding=True))
)
OF_HABIT = (PAUSE.c.user_id == TABLE.c.user_id) & (PAUSE.c.habit_id.is_(None) | (PAUSE.c.habit_id == TABLE.c.habit_id))
FOLDED_AND_PAUSES = (
    select(TABLE.c.checkpoint, PAUSE.c.first, PAUSE.c.last)
    .join(PAUSE, OF_HABIT, isouter=True)
    .where(TABLE.c.user_id == bindparam("user_id"), TABLE.c.habit_id == bindparam("habit_id"))
)
CHECKPOINTS = select(TABLE.c.habit_id, TABLE.c.checkpoint).where(TABLE.c.user_id == bindparam("user_id"))
CURRENT = (
    select(*(TABLE.c[name] for name in FIGURES))
    .join(HABIT, (HABIT.c.user_id == TABLE.c.user_id) & (HABIT.c.id == TABLE.c.habit_id))
    .where(TABLE.c.user_id == bindparam("user_id"), TABLE.c.habit_id == bindparam("habit_id"))
    .where(TABLE.c.as_of == bindparam("today"), HABIT.c.deleted_at.is_(None))
)
MOVE_CHECKPOINT_AFTER = timedelta(days=30)


class Folded(NamedTuple):
    """A standing that is not kept yet."""

    figures: Figures
    checkpoint: Checkpoint
    eve: Eve


class Place(NamedTuple):
    """Where and when a day begins, shared by all users who live there."""

    timezone: str
    day_start: int


def advance(session: Session, user: User, habit: Habit, day: date, said: Marks | None = None) -> Figures:
    """Bring the habit's standing up to date after its entry of `day` changed; `said` is that day's, where at hand."""
    found = prepared.run(session, FOLDED_AND_PAUSES, user_id=user.id, habit_id=habit.id)
    kept = found[0][0] if found else None
    if kept is None:
        return rebuild(session, user, habit)
    plan = rows.plan(user, habit, tuple(Pause(first, last) for _, first, last in found if first))
    eve = Eve.from_json(kept["eve"]) if "eve" in kept else None
    if eve is not None and day == eve.day == clock.today(user):
        return _step(session, user, habit, plan, eve, said)
    checkpoint = Checkpoint.from_json(kept)
    return _fold(session, user, habit, plan, checkpoint if checkpoint.day < day else None)


def folded(plan: Plan, marks: Marks, today: date, checkpoint: Checkpoint | None = None) -> Folded:
    """The standing from the marks that `figures` needs; without a checkpoint, from those of the whole history."""
    checkpoint = _moved(plan, marks, today, checkpoint)
    eve = figures.eve(plan, marks, today, checkpoint)
    return Folded(figures.of_day(plan, marks, eve), checkpoint, eve)


def keep(session: Session, user: User, habit_id: UUID, folded: Folded) -> None:
    """Store the standing over the one that was."""
    kept = folded.checkpoint.to_json() | {"eve": folded.eve.to_json()}
    _write(session, user, habit_id, folded.figures, (*FIGURES, "checkpoint"), kept)


def rebuild(session: Session, user: User, habit: Habit) -> Figures:
    """Fold the habit's whole history anew: its rules, its start or its pauses changed."""
    return _fold(session, user, habit, rows.plan_of(session, user, habit), None)


def rebuild_all(session: Session, user: User) -> None:
    """Fold every habit of the user anew: a pause of the account or the first day of the week changed."""
    mine = select(Habit).where(col(Habit.user_id) == user.id, col(Habit.deleted_at).is_(None)).order_by(col(Habit.id))
    # A check-in that is under way counts first, and one that begins now waits: neither is lost in the other's fold.
    query = mine.with_for_update().execution_options(populate_existing=True)
    for habit in session.scalars(query).all():
        rebuild(session, user, habit)


def catch_up_some(session: Session, limit: int) -> int:
    """Bring up to `limit` standings of a day that has ended on to their user's today; gives how many there were."""
    found: list[tuple[User, Habit]] = []
    for zone, day_start in session.execute(select(col(User.timezone), col(User.day_start)).distinct()).all():
        today = clock.today(Place(zone, day_start))
        query = (
            select(User, Habit)
            .join(Habit, col(Habit.user_id) == col(User.id))
            .join(Standing, (col(Standing.user_id) == col(Habit.user_id)) & (col(Standing.habit_id) == col(Habit.id)))
            .where(col(User.timezone) == zone, col(User.day_start) == day_start, col(Standing.as_of) < today)
            .where(col(Habit.deleted_at).is_(None), col(Habit.archived_at).is_(None))
            .limit(limit - len(found))
            .with_for_update(of=Habit, skip_locked=True)  # whoever changes one just now brings it up to date
        )
        found += [(user, habit) for user, habit in session.execute(query)]
        if len(found) == limit:
            break
    for user, habit in found:
        advance(session, user, habit, clock.today(user))
    return len(found)


def current(transaction: Transaction, user: User, habit_id: UUID) -> Figures | None:
    """Where the user's habit stands, if that is known for today already; None too for a habit that is not theirs."""
    found = prepared.run(transaction, CURRENT, user_id=user.id, habit_id=habit_id, today=clock.today(user))
    return Figures(*found[0]) if found else None


def checkpoints(session: Session, user: User) -> dict[UUID, Checkpoint]:
    """What is folded already of each of the user's habits, by habit id."""
    found = prepared.run(session, CHECKPOINTS, user_id=user.id)
    return {habit_id: Checkpoint.from_json(plain) for habit_id, plain in found if plain}


def of(session: Session, user: User, habit: Habit) -> Figures:
    """Where the habit stands today."""
    return of_all(session, user, [habit])[habit.id]


def of_all(session: Session, user: User, habits: Sequence[Habit]) -> dict[UUID, Figures]:
    """Where each of these habits stands today, by habit id; those last touched on an earlier day are caught up."""
    today = clock.today(user)
    kept = _kept(session, user, habits)
    current = {key: _figures(standing) for key, standing in kept.items() if standing.as_of == today}
    stale = [habit for habit in habits if habit.id not in current]
    return current | (_caught_up(session, user, stale, kept, today) if stale else {})


def _caught_up(
    session: Session, user: User, habits: Sequence[Habit], kept: dict[UUID, Row[Any]], today: date
) -> dict[UUID, Figures]:
    plans = rows.plans_of(session, user, habits)
    checkpoints = {habit.id: _checkpoint(kept.get(habit.id)) for habit in habits}
    since = [first_needed(plans[habit.id], checkpoints[habit.id]) for habit in habits]
    earliest = None if None in since else min(day for day in since if day)
    marks = rows.marks_of(session, user, [habit.id for habit in habits], earliest)
    return {
        habit.id: figures.figures(plans[habit.id], marks.get(habit.id, {}), today, checkpoints[habit.id])
        for habit in habits
    }


def _step(session: Session, user: User, habit: Habit, plan: Plan, eve: Eve, said: Marks | None) -> Figures:
    back = strength.lookback(plan)
    if said is None or back:
        said = rows.marks_of_one(session, user, habit.id, eve.day - timedelta(days=back))
    now = figures.of_day(plan, said, eve)
    _write(session, user, habit.id, now, FIGURES)
    return now


def _fold(session: Session, user: User, habit: Habit, plan: Plan, checkpoint: Checkpoint | None) -> Figures:
    marks = rows.marks_of_one(session, user, habit.id, first_needed(plan, checkpoint))
    now = folded(plan, marks, clock.today(user), checkpoint)
    keep(session, user, habit.id, now)
    return now.figures


def _write(
    session: Session, user: User, habit_id: UUID, now: Figures, names: tuple[str, ...], checkpoint: Any = None
) -> None:
    """Write the standing if there is none yet, else what of it `names` names."""
    values = {name: getattr(now, name) for name in FIGURES}
    statement = _upsert(session.get_bind().dialect.name, names)
    prepared.run(session, statement, user_id=user.id, habit_id=habit_id, checkpoint=checkpoint, **values)


@cache
def _upsert(dialect: str, names: tuple[str, ...]) -> Insert:
    statement = db.INSERT[dialect](TABLE)
    new = {name: statement.excluded[name] for name in names}
    return statement.on_conflict_do_update(index_elements=["user_id", "habit_id"], set_=new)


def _moved(plan: Plan, marks: Marks, today: date, checkpoint: Checkpoint | None) -> Checkpoint:
    """The checkpoint, moved on when it has fallen a month behind."""
    wise = figures.checkpoint_day(plan, today)
    if checkpoint and wise <= checkpoint.day + MOVE_CHECKPOINT_AFTER:
        return checkpoint
    return figures.checkpoint(plan, marks, wise, checkpoint)


def first_needed(plan: Plan, checkpoint: Checkpoint | None) -> date | None:
    """The first day whose marks the fold looks at; None means all of them."""
    if checkpoint is None:
        return None
    return checkpoint.day - timedelta(days=strength.lookback(plan))


def _kept(session: Session, user: User, habits: Sequence[Habit]) -> dict[UUID, Row[Any]]:
    """The stored standings by habit id, as plain rows: `upsert` writes past the session's own copies."""
    which = {"user_id": user.id, "habit_ids": [habit.id for habit in habits]}
    return {row.habit_id: row for row in session.execute(KEPT, which)}


def _checkpoint(standing: Row[Any] | None) -> Checkpoint | None:
    return Checkpoint.from_json(standing.checkpoint) if standing and standing.checkpoint else None


def _figures(standing: Row[Any]) -> Figures:
    return Figures(**{name: getattr(standing, name) for name in FIGURES})
