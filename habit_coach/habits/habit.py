"""Making, finding, changing and leaving habits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, Table, bindparam, func, inspect, select
from sqlmodel import Session, col

from habit_coach import clock, feed, prepared
from habit_coach.accounts.models import User
from habit_coach.errors import Conflict, Invalid, NotFound
from habit_coach.habits import reminding, standing
from habit_coach.habits.drafts import HabitDraft, draft_from
from habit_coach.habits.models import Habit
from habit_coach.habits.plan import Plan, Rule
from habit_coach.habits.rows import rule_as_json, rules_of
from habit_coach.prepared import Transaction

MOST_HABITS = 500
NO_SUCH_HABIT = "There is no such habit."
PLAIN = ("name", "description", "icon", "color", "unit", "group", "tags", "reminders", "remind_only_if_open")

OWNED = select(Habit).where(
    col(Habit.user_id) == bindparam("user_id"),
    col(Habit.id) == bindparam("habit_id"),
    col(Habit.deleted_at).is_(None),
)
OWNED_LOCKED = OWNED.with_for_update()


TABLE = cast(Table, Habit.__table__)  # type: ignore[attr-defined]
# Asking for them makes the class ready, whoever makes its first instance.
FIELDS = tuple(inspect(Habit).column_attrs.keys())
UNCHANGING = ("id", "kind", "start_date", "position", "created_at", "updated_at", *PLAIN)
ROW = (*UNCHANGING, "rules", "archived_at")
ONE_LOCKED = (
    select(*(TABLE.c[name] for name in FIELDS))
    .where(TABLE.c.user_id == bindparam("user_id"), TABLE.c.id == bindparam("habit_id"), TABLE.c.deleted_at.is_(None))
    .with_for_update()
)


@cache
def _listed(names: tuple[str, ...], archived: bool) -> Select[*tuple[Any, ...]]:
    """The columns of a user's habits, of those put away or those in use, in their own order."""
    mine = (TABLE.c.user_id == bindparam("user_id"), TABLE.c.deleted_at.is_(None))
    put_away = TABLE.c.archived_at.is_not(None) if archived else TABLE.c.archived_at.is_(None)
    return select(*(TABLE.c[name] for name in names)).where(*mine, put_away).order_by(TABLE.c.position, TABLE.c.id)


def owned(session: Session, user: User, habit_id: UUID, *, lock: bool = False) -> Habit:
    """The user's habit; `lock` keeps others from changing it until this transaction ends.

    Raises NotFound for one that is not theirs, never was, or is deleted.
    """
    habit = session.scalar(OWNED_LOCKED if lock else OWNED, {"user_id": user.id, "habit_id": habit_id})
    if habit is None:
        raise NotFound(NO_SUCH_HABIT)
    return habit


def read_locked(session: Session, user: User, habit_id: UUID) -> Habit:
    """What `owned` gives with `lock`, at a third of its cost: to be read, and not to be changed."""
    found = prepared.run(session, ONE_LOCKED, user_id=user.id, habit_id=habit_id)
    if not found:
        raise NotFound(NO_SUCH_HABIT)
    return Habit.model_construct(**dict(zip(FIELDS, found[0], strict=True)))


def listed(session: Session, user: User, *, archived: bool | None = False) -> Sequence[Habit]:
    """The user's habits in their own order; `archived` None gives those in use and those put away."""
    query = select(Habit).where(col(Habit.user_id) == user.id, col(Habit.deleted_at).is_(None))
    if archived is not None:
        put_away = col(Habit.archived_at)
        query = query.where(put_away.is_not(None) if archived else put_away.is_(None))
    return session.scalars(query.order_by(col(Habit.position), col(Habit.id))).all()


def read(transaction: Transaction, user: User, *, archived: bool) -> Sequence[Habit]:
    """What `listed` gives, at a third of its cost: to be read, and not to be changed."""
    found = prepared.run(transaction, _listed(FIELDS, archived), user_id=user.id)
    return [Habit.model_construct(**dict(zip(FIELDS, row, strict=True))) for row in found]


def rows(transaction: Transaction, user: User, *, archived: bool) -> list[dict[str, Any]]:
    """What `read` gives as plain values by the names in `ROW`, for a list that is only passed on."""
    found = prepared.run(transaction, _listed(ROW, archived), user_id=user.id)
    return [dict(zip(ROW, row, strict=True)) for row in found]


def create(session: Session, user: User, draft: HabitDraft) -> Habit:
    """Add a habit at the end of the user's list; it starts today unless the draft says otherwise.

    Raises Conflict when the user has 500 habits.
    """
    habit = add(session, user, draft)
    standing.rebuild(session, user, habit)
    feed.changed(session, user.id)
    _tell(session, habit, "habit.created")
    return habit


def add(session: Session, user: User, draft: HabitDraft) -> Habit:
    """The row of a new habit, for those who write its history before it is judged and announced; errors as `create`."""
    places = select(func.count(), func.max(Habit.position)).where(
        col(Habit.user_id) == user.id, col(Habit.deleted_at).is_(None)
    )
    count, last = session.execute(places).one()
    if count >= MOST_HABITS:
        raise Conflict(f"There is room for {MOST_HABITS} habits. Delete one that you no longer need.")
    today, now = clock.today(user), clock.now()
    start = draft.start_date or today
    habit = Habit(
        user_id=user.id,
        kind=draft.kind,
        rules=[rule_as_json(Rule(start, draft.schedule, draft.target, draft.direction))],
        start_date=start,
        position=0 if last is None else last + 1,
        created_at=now,
        updated_at=now,
        **{name: getattr(draft, name) for name in PLAIN},
    )
    session.add(habit)
    session.flush()
    reminding.schedule(session, user, [habit])
    return habit


def update(session: Session, user: User, habit_id: UUID, changes: dict[str, Any]) -> Habit:
    """Change what `changes` names. A new schedule, target or direction counts from today; the past keeps its own.

    Raises Invalid when the habit that would result is not valid, or its kind would change.
    """
    habit = owned(session, user, habit_id, lock=True)
    current = as_draft(habit).model_dump(mode="json")
    draft = draft_from(current | changes)
    if draft.kind != habit.kind:
        sentence = "A habit keeps its kind: its history would lose its meaning. Make a new one instead."
        raise Invalid(sentence, {"kind": sentence})
    for name in PLAIN:
        setattr(habit, name, getattr(draft, name))
    _change_rules(habit, draft, clock.today(user))
    habit.updated_at = clock.now()
    session.add(habit)
    reminding.schedule(session, user, [habit])
    standing.rebuild(session, user, habit)
    feed.changed(session, user.id)
    _tell(session, habit, "habit.changed")
    return habit


def archive(session: Session, user: User, habit_id: UUID) -> Habit:
    """Put a habit away with all of its history."""
    return _mark(session, user, habit_id, archived_at=clock.now())


def unarchive(session: Session, user: User, habit_id: UUID) -> Habit:
    """Take a habit that was put away up again."""
    return _mark(session, user, habit_id, archived_at=None)


def delete(session: Session, user: User, habit_id: UUID) -> Habit:
    """Take a habit away; it can be brought back with `restore`."""
    return _mark(session, user, habit_id, deleted_at=clock.now())


def restore(session: Session, user: User, habit_id: UUID) -> Habit:
    """Bring back a habit that was deleted. Raises NotFound for one that is not theirs."""
    habit = session.get(Habit, (user.id, habit_id))
    if habit is None:
        raise NotFound("There is no such habit.")
    habit.deleted_at = None
    reminding.schedule(session, user, [habit])
    feed.changed(session, user.id)
    return habit


def erase(session: Session, user: User, habit_id: UUID) -> None:
    """Delete a habit and every entry of it, for good."""
    session.delete(owned(session, user, habit_id, lock=True))
    session.flush()
    feed.changed(session, user.id)


def reorder(session: Session, user: User, order: list[UUID]) -> Sequence[Habit]:
    """Put the user's habits in this order; those it leaves out follow in the order they had.

    Raises NotFound when one of them is not the user's.
    """
    habits = {habit.id: habit for habit in listed(session, user, archived=None)}
    if set(order) - habits.keys():
        raise NotFound("One of these habits does not exist.")
    wanted = list(dict.fromkeys(order))
    rest = [habit_id for habit_id in habits if habit_id not in set(wanted)]
    for position, habit_id in enumerate([*wanted, *rest]):
        habits[habit_id].position = position
    session.flush()
    feed.changed(session, user.id)
    return sorted(habits.values(), key=lambda habit: habit.position)


def as_draft(habit: Habit) -> HabitDraft:
    """The habit as it is described today."""
    rule = rules_of(habit)[-1]
    return HabitDraft(
        kind=habit.kind,  # the column holds one of the kinds
        schedule=rule.schedule,
        target=rule.target,
        direction=rule.direction,
        start_date=habit.start_date,
        **{name: getattr(habit, name) for name in PLAIN},
    )


def _change_rules(habit: Habit, draft: HabitDraft, today: date) -> None:
    rules = rules_of(habit)
    start = draft.start_date or habit.start_date
    if start != habit.start_date:
        habit.start_date = start
        rules = (replace(rules[0], since=min(start, rules[0].since)), *rules[1:])
    plan = Plan(habit.kind, habit.start_date, rules)  # type: ignore[arg-type]
    changed = plan.changed(today, schedule=draft.schedule, target=draft.target, direction=draft.direction)
    habit.rules = [rule_as_json(rule) for rule in changed.rules]


def _mark(session: Session, user: User, habit_id: UUID, **values: Any) -> Habit:
    habit = owned(session, user, habit_id, lock=True)
    for name, value in values.items():
        setattr(habit, name, value)
    habit.updated_at = clock.now()
    reminding.schedule(session, user, [habit])
    feed.changed(session, user.id)
    _tell(session, habit, "habit.changed")
    return habit


def _tell(session: Session, habit: Habit, event: str) -> None:
    is_gone, is_archived = habit.deleted_at is not None, habit.archived_at is not None
    details = {"habit_id": str(habit.id), "habit": habit.name, "archived": is_archived, "deleted": is_gone}
    feed.happened(session, habit.user_id, event, details)
