"""Writing years of entries: thousands of days in one statement, and the standing folded once."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from io import StringIO
from itertools import chain, islice
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, Text, bindparam, cast, func, literal, select, true
from sqlmodel import Session

from habit_coach import clock, db
from habit_coach.accounts.models import User
from habit_coach.habits import standing
from habit_coach.habits.entry import TABLE
from habit_coach.habits.models import Habit

ROWS_A_STATEMENT = 10_000
IMPORTED = "import"
CELLS = ("day", "state", "value", "note", "source", "created_at")
COLUMNS = ("user_id", "habit_id", *CELLS, "updated_at")
INSERT = f"INSERT INTO entry ({', '.join(COLUMNS)}) VALUES "  # noqa: S608 - constants
PLACES = f"({', '.join('?' * len(COLUMNS))})"
ROWS_AN_INSERT = 100  # each call of the driver costs as much as half a row
INSTANT = "%04d-%02d-%02d %02d:%02d:%02d.%06d"  # twice as fast as isoformat
COPY = f"COPY entry ({', '.join(COLUMNS)}) FROM STDIN"
COPY_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class Said(NamedTuple):
    """An entry without its day. `at` is when it was said, now if None."""

    state: str
    value: float | None = None
    note: str = ""
    at: datetime | None = None
    source: str = IMPORTED

    def same_as(self, other: "Said") -> bool:
        """Whether both say the same, whenever and wherever they were said."""
        return self[:3] == other[:3]


Row = tuple[str, str, str, str, float | None, str, str, str, str]
"""An entry by COLUMNS as both databases read it: ids and days as text, instants in UTC."""


def rows(user_id: UUID, habit_id: UUID, said: Mapping[date, Said]) -> Iterator[Row]:
    """The rows of one habit's days, oldest first, made ahead of the transaction that `insert`s them."""
    owner, habit, now = user_id.hex, habit_id.hex, _instant(clock.now())
    for day, (state, value, note, at, source) in sorted(said.items()):
        created = now if at is None else _instant(at)
        yield owner, habit, day.isoformat(), state, value, note, source, created, now


def insert(session: Session, new: Sequence[Row]) -> None:
    """Write rows of days that hold nothing yet, of any habits; they count once `standing.keep` has what they come to.

    They go in fastest in the order of their key, the habits by their ids.
    """
    connection = session.connection()
    cursor: Any = connection.connection.cursor()
    if connection.dialect.name == "postgresql":
        cursor.copy_expert(COPY, StringIO("".join(map(_copied, new))))
    else:
        for some in (new[number : number + ROWS_AN_INSERT] for number in range(0, len(new), ROWS_AN_INSERT)):
            cursor.execute(INSERT + ", ".join([PLACES] * len(some)), list(chain.from_iterable(some)))
    cursor.close()


def write(session: Session, user: User, habit: Habit, said: Mapping[date, Said]) -> None:
    """Write days of one habit, and let them count. What the person said here since stays; other days are written over.

    The caller has checked that days and numbers are allowed, and that the habit starts no later than it should.
    """
    days = iter(said.items())
    while some := list(islice(days, ROWS_A_STATEMENT)):
        _upsert(session, habit, some)
    standing.advance(session, user, habit, min(said))


def _upsert(session: Session, habit: Habit, said: list[tuple[date, Said]]) -> None:
    """The rows travel as one JSON text that the database takes apart: no driver binds their cells one by one."""
    cells = _on_postgresql() if session.get_bind().dialect.name == "postgresql" else _on_sqlite()
    now = literal(clock.now(), TABLE.c.updated_at.type)
    owner = [literal(habit.user_id, TABLE.c.user_id.type), literal(habit.id, TABLE.c.habit_id.type)]
    query = select(*owner, *cells[:-1], func.coalesce(cells[-1], now), now).where(true())  # SQLite needs a WHERE here
    statement = db.insert(session, TABLE).from_select(COLUMNS, query)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "habit_id", "day"],
            set_={name: statement.excluded[name] for name in (*CELLS[1:], "updated_at")},
            where=TABLE.c.source == IMPORTED,
        ),
        {"rows": json.dumps([_as_json(day, one) for day, one in said])},
    )


def _on_postgresql() -> list[ColumnElement[Any]]:
    element = func.json_array_elements(cast(bindparam("rows", type_=Text), JSON)).table_valued("value").c.value
    return [cast(element.op("->>")(index), TABLE.c[name].type) for index, name in enumerate(CELLS)]


def _on_sqlite() -> list[ColumnElement[Any]]:
    element = func.json_each(bindparam("rows")).table_valued("value").c.value
    return [func.json_extract(element, f"$[{index}]") for index in range(len(CELLS))]


def _as_json(day: date, said: Said) -> tuple[str, str, float | None, str, str, str | None]:
    state, value, note, at, source = said
    return day.isoformat(), state, value, note, source, None if at is None else _instant(at)


def _copied(row: Row) -> str:
    """The row as PostgreSQL's COPY reads it."""
    owner, habit, day, state, value, note, source, created, updated = row
    amount = r"\N" if value is None else repr(value)
    note, source = note.translate(COPY_ESCAPES), source.translate(COPY_ESCAPES)
    return f"{owner}\t{habit}\t{day}\t{state}\t{amount}\t{note}\t{source}\t{created}+00\t{updated}+00\n"


def _instant(at: datetime) -> str:
    utc = at.astimezone(UTC) if at.utcoffset() else at
    return INSTANT % (utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, utc.microsecond)
