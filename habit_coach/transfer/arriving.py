"""The habits that an import makes: written hidden, in short transactions, and shown all at once.

SQLite has one write lock for everybody: twenty years in one transaction would keep all others from checking in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy import delete, select
from sqlmodel import Session, col

from habit_coach import clock, db
from habit_coach.accounts import users
from habit_coach.accounts.models import User
from habit_coach.habits import bulk, reminding, rows, standing
from habit_coach.habits import habit as habits
from habit_coach.habits.models import Habit, PauseRow
from habit_coach.habits.plan import Pause
from habit_coach.transfer.content import FoundHabit
from habit_coach.transfer.models import Arriving

ROWS_AT_ONCE = 20_000
ABANDONED_AFTER = timedelta(days=1)


def begin(session: Session, user: User, found: Sequence[FoundHabit]) -> dict[UUID, FoundHabit]:
    """Make the habits without their days, hidden; gives them by their new id."""
    return {_made(session, user, one).id: one for one in found}


def write(user_id: UUID, made: Mapping[UUID, FoundHabit], tell: Callable[[int], None]) -> None:
    """Write the days of habits that are hidden. `tell` hears how many were written with each transaction."""
    every = (row for habit_id, found in made.items() for row in bulk.rows(user_id, habit_id, found.entries))
    while new := list(islice(every, ROWS_AT_ONCE)):
        with db.session(writes=True) as session:
            bulk.insert(session, new)
        tell(len(new))


def judge(user_id: UUID, made: Mapping[UUID, FoundHabit], pauses: Sequence[Pause], week_start: int) -> None:
    """Fold the standings of habits that are hidden, for an account with these further pauses and this week."""
    with db.session() as session:
        user = users.get(session, user_id)
        plans = rows.plans_of(session, user, _hidden(session, user_id, made))
    folded = {}
    for habit_id, plan in plans.items():
        plan = replace(plan, pauses=(*plan.pauses, *pauses), week_start=week_start)
        marks = {day: rows.mark(said.state, said.value) for day, said in made[habit_id].entries.items()}
        folded[habit_id] = standing.folded(plan, marks, clock.today(user))
    with db.session(writes=True) as session:
        for habit_id, one in folded.items():
            standing.keep(session, user, habit_id, one)


def show(session: Session, user: User, made: Mapping[UUID, FoundHabit]) -> None:
    """Let the habits be seen, after those that are there already."""
    here = habits.listed(session, user, archived=None)
    next_place = max((habit.position for habit in here), default=-1) + 1
    hidden = {habit.id: habit for habit in _hidden(session, user.id, made)}
    for place, habit_id in enumerate(made, start=next_place):
        hidden[habit_id].position = place
        hidden[habit_id].deleted_at = None
    reminding.schedule(session, user, list(hidden.values()))
    session.execute(delete(Arriving).where(col(Arriving.user_id) == user.id, col(Arriving.habit_id).in_(made)))


def discard(user_id: UUID, habit_ids: Sequence[UUID]) -> None:
    """Take hidden habits away again with what was written of them."""
    for habit_id in habit_ids:
        with db.session(writes=True) as session:
            session.execute(delete(Habit).where(col(Habit.user_id) == user_id, col(Habit.id) == habit_id))


def discard_abandoned() -> int:
    """Take away what imports left that were killed on the way; gives the number of habits."""
    with db.session() as session:
        query = select(col(Arriving.user_id), col(Arriving.habit_id))
        left = session.execute(query.where(col(Arriving.since) < clock.now() - ABANDONED_AFTER)).all()
    for user_id, habit_id in left:
        discard(user_id, [habit_id])
    return len(left)


def _made(session: Session, user: User, found: FoundHabit) -> Habit:
    habit = habits.add(session, user, found.draft)
    now = clock.now()
    habit.deleted_at = now
    if found.rules:
        habit.rules = [rows.rule_as_json(rule) for rule in found.rules]
    if found.created_at:
        habit.created_at = found.created_at
    if found.archived:
        habit.archived_at = found.archived_at or now
    session.flush()
    session.add(Arriving(user_id=user.id, habit_id=habit.id, since=now))
    for pause in found.pauses:
        session.add(PauseRow(user_id=user.id, habit_id=habit.id, first=pause.first, last=pause.last))
    session.flush()
    return habit


def _hidden(session: Session, user_id: UUID, made: Mapping[UUID, FoundHabit]) -> Sequence[Habit]:
    return session.scalars(select(Habit).where(col(Habit.user_id) == user_id, col(Habit.id).in_(made))).all()
