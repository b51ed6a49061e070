"""Checking in: one entry a habit and local day, however often and from wherever it is sent."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Float, Insert, Table, bindparam, case, delete, func, select
from sqlmodel import Session

from habit_coach import clock, db, feed, prepared
from habit_coach.accounts.models import User
from habit_coach.errors import Conflict, Invalid
from habit_coach.habits import reminding, standing
from habit_coach.habits.drafts import EARLIEST, LARGEST
from habit_coach.habits.figures import Figures
from habit_coach.habits.habit import owned, read_locked
from habit_coach.habits.models import Entry, Habit, State
from habit_coach.habits.outcomes import Outcome, judged
from habit_coach.habits.plan import Mark, Plan, Rule
from habit_coach.habits.rows import rules_of

TABLE = cast(Table, Entry.__table__)  # type: ignore[attr-defined]
WRITTEN = (TABLE.c.day, TABLE.c.state, TABLE.c.value, TABLE.c.note, TABLE.c.source)
LONGEST_NOTE = 2000
Shown = Literal["done", "partial", "missed", "skipped"]
SHOWN: dict[Outcome | None, Shown] = {
    Outcome.kept: "done",
    Outcome.partial: "partial",
    Outcome.missed: "missed",
    Outcome.skipped: "skipped",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What is said of a day; None leaves that part as it is. `day` None is today, a new entry without `state` is done.

    `value` sets the number, `increment` adds to it (never below zero); `note` alone changes only the note.
    """

    day: date | None = None
    value: float | None = None
    increment: float | None = None
    state: State | None = None
    note: str | None = None
    source: str = "web"


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as it is stored."""

    day: date
    state: str
    value: float | None
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """A check-in that counts: the habit, the entry as it is now, and where the habit stands with it."""

    habit: Habit
    entry: Written
    figures: Figures


def check_in(session: Session, user: User, habit_id: UUID, change: Change) -> CheckedIn:
    """Record `change` for one of the user's habits; repeating it (unless it increments) changes nothing.

    A day before the habit's start moves the start there. Raises NotFound for a habit that is not theirs, Conflict for
    one that is archived, Invalid for a day in the future or a number that cannot be.
    """
    habit = read_locked(session, user, habit_id)
    today = clock.today(user)
    day = change.day or today
    _require_open(habit, day, today)
    _require_fitting(habit, change)
    written = _write(session, habit, day, change)
    figures = _include(session, user, habit, day, written)
    _tell(session, habit, day, written)
    return CheckedIn(habit, written, figures)


def remove(session: Session, user: User, habit_id: UUID, day: date) -> Written | None:
    """Take back what was said of a day; gives what it was, for an undo."""
    habit = owned(session, user, habit_id, lock=True)
    before = read(session, habit, day)
    session.execute(delete(TABLE).where(*_key(habit, day)))
    _include(session, user, habit, day, None)
    _tell(session, habit, day, None)
    return before


def put_back(session: Session, user: User, habit_id: UUID, day: date, before: Written | None) -> None:
    """Undo: make the day's entry what it was before, or none."""
    if before is None:
        remove(session, user, habit_id, day)
        return
    habit = owned(session, user, habit_id, lock=True)
    values = {"state": before.state, "value": before.value, "note": before.note, "source": before.source}
    db.upsert(session, TABLE, _key_values(habit, day), values | {"updated_at": clock.now()}, created_at=clock.now())
    _include(session, user, habit, day, before)
    _tell(session, habit, day, before)


def read(session: Session, habit: Habit, day: date) -> Written | None:
    """What is stored of one day."""
    found = session.execute(select(*WRITTEN).where(*_key(habit, day))).first()
    return Written(*found) if found else None


def listed(
    session: Session, habit: Habit, first: date | None = None, last: date | None = None, limit: int = 400
) -> Sequence[Written]:
    """The habit's entries from `last` back to `first`, newest first, at most `limit`."""
    query = select(*WRITTEN).where(TABLE.c.user_id == habit.user_id, TABLE.c.habit_id == habit.id)
    if first is not None:
        query = query.where(TABLE.c.day >= first)
    if last is not None:
        query = query.where(TABLE.c.day <= last)
    return [Written(*row) for row in session.execute(query.order_by(TABLE.c.day.desc()).limit(limit))]


def shown(habit: Habit, written: Written) -> Shown:
    """The state as a person reads it: a number below its target is partial, one beyond its limit missed."""
    if written.value is None:
        return written.state  # type: ignore[return-value]  # the column holds one of the states
    rule = _rule_on(habit, written.day)
    said = judged(habit.kind, rule, Mark(written.state, written.value), running=False)  # type: ignore[arg-type]
    return SHOWN[said]


def _rule_on(habit: Habit, day: date) -> Rule:
    return Plan(habit.kind, habit.start_date, rules_of(habit)).rule_on(day)  # type: ignore[arg-type]


def _key(habit: Habit, day: date) -> tuple[ColumnElement[bool], ...]:
    return TABLE.c.user_id == habit.user_id, TABLE.c.habit_id == habit.id, TABLE.c.day == day


def _key_values(habit: Habit, day: date) -> dict[str, Any]:
    return {"user_id": habit.user_id, "habit_id": habit.id, "day": day}


def _require_open(habit: Habit, day: date, today: date) -> None:
    if habit.archived_at is not None:
        raise Conflict("This habit is archived. Take it up again to check in.")
    if day > today:
        sentence = f"{day} is still to come. Check in for {today} or an earlier day."
        raise Invalid(sentence, {"day": sentence})
    if day < EARLIEST:
        sentence = f"{day} is too long ago. The first day is {EARLIEST}."
        raise Invalid(sentence, {"day": sentence})


def _require_fitting(habit: Habit, change: Change) -> None:
    fields = {}
    number = change.value if change.increment is None else change.increment
    if change.value is not None and change.increment is not None:
        fields["increment"] = "Send either a value or an increment, not both."
    elif number is not None and habit.kind == "binary":
        name = "value" if change.increment is None else "increment"
        fields[name] = "This is a yes-or-no habit: it takes a state, not a number."
    elif number is not None and (not math.isfinite(number) or abs(number) > LARGEST):
        fields["value"] = f"Use a number up to {LARGEST:,.0f}."
    elif change.value is not None and change.value < 0:
        fields["value"] = "Use a number from 0 up."
    if change.note is not None and len(change.note) > LONGEST_NOTE:
        fields["note"] = f"Use at most {LONGEST_NOTE} characters."
    if fields:
        raise Invalid(" ".join(fields.values()), fields)


def _write(session: Session, habit: Habit, day: date, change: Change) -> Written:
    """One upsert: of two at once, both count, and neither fails."""
    now = clock.now()
    value = _new_value(habit, day, change)
    statement = _upsert(session.get_bind().dialect.name, _untouched(change, value), change.increment is not None)
    new = {
        "state": change.state or State.done,
        "value": value,
        "note": change.note or "",
        "source": change.source,
        "created_at": now,
        "updated_at": now,
        "increment": change.increment,
    }
    return Written(*prepared.run(session, statement, **_key_values(habit, day), **new)[0])


@cache
def _upsert(dialect: str, untouched: tuple[str, ...], adds: bool) -> Insert:
    statement = db.INSERT[dialect](TABLE)
    new = ("state", "value", "note", "source", "updated_at")
    values: dict[str, ColumnElement[Any]] = {name: statement.excluded[name] for name in new if name not in untouched}
    if adds:
        total = func.coalesce(TABLE.c.value, 0) + bindparam("increment", type_=Float)
        values["value"] = case((total < 0, 0.0), else_=total)
    return statement.on_conflict_do_update(index_elements=["user_id", "habit_id", "day"], set_=values).returning(
        *WRITTEN
    )


def _untouched(change: Change, new_value: float | None) -> tuple[str, ...]:
    """The columns of an existing entry that `change` says nothing about; a limit simply kept leaves its number."""
    only_note = change.note is not None and (change.state, change.value, change.increment) == (None, None, None)
    simply_kept = change.state in (None, State.done) and new_value is None
    said_nothing_of = {"state": only_note, "value": only_note or simply_kept, "note": change.note is None}
    return tuple(name for name, untouched in said_nothing_of.items() if untouched)


def _new_value(habit: Habit, day: date, change: Change) -> float | None:
    """The number of an entry that is new. One simply done comes to the target; a limit simply kept has none."""
    if change.increment is not None:
        return max(0.0, change.increment)
    if change.value is not None or habit.kind == "binary" or change.state in (State.missed, State.skipped):
        return change.value
    rule = _rule_on(habit, day)
    return rule.target if rule.direction == "at_least" else None


def _include(session: Session, user: User, habit: Habit, day: date, written: Written | None) -> Figures:
    """Let a changed day count: in the standing, and in every page that is open."""
    if day < habit.start_date and written:
        moved = owned(session, user, habit.id)
        moved.start_date = day
        reminding.schedule(session, user, [moved])
        figures = standing.rebuild(session, user, moved)
    else:
        said = {day: Mark(written.state, written.value)} if written else {}  # type: ignore[arg-type]
        figures = standing.advance(session, user, habit, day, said)
    feed.changed(session, user.id)
    return figures


def _tell(session: Session, habit: Habit, day: date, written: Written | None) -> None:
    said = {"state": written.state, "value": written.value, "note": written.note} if written else {"state": None}
    details = {"habit_id": str(habit.id), "habit": habit.name, "day": day.isoformat(), **said}
    feed.happened(session, habit.user_id, "entry.changed", details)
