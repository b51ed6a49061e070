"""Entries in parts by user, for a PostgreSQL whose table of entries has outgrown one piece."""

from typing import cast

from sqlalchemy import Connection, MetaData, Table, inspect, text
from sqlalchemy.schema import CreateTable

from habit_coach import db
from habit_coach.errors import Conflict
from habit_coach.habits.models import Entry
from habit_coach.operations import schema

ENTRY = cast(Table, Entry.__table__)  # type: ignore[attr-defined]


def partition(parts: int) -> int:
    """Copy every entry into a table of as many parts by hash of the user; gives how many entries there are.

    One transaction, during which nobody checks in. Raises Conflict for SQLite, for tables that are not up to date, and
    where it has been done.
    """
    with db.engine().begin() as connection:
        _require_whole(connection)
        before = schema.rows(connection, ENTRY)
        connection.execute(text("ALTER TABLE entry RENAME TO entry_whole"))
        for name in _names(connection):
            connection.execute(text(f'ALTER TABLE entry_whole RENAME CONSTRAINT "{name}" TO "{name}_whole"'))
        _create(connection, parts)
        columns = ", ".join(f'"{column.name}"' for column in ENTRY.columns)
        connection.execute(text(f"INSERT INTO entry ({columns}) SELECT {columns} FROM entry_whole"))  # noqa: S608
        connection.execute(text("DROP TABLE entry_whole"))
        if schema.rows(connection, ENTRY) != before:
            raise Conflict("Not every entry arrived. Nothing was changed.")
    with db.engine().begin() as connection:
        connection.execute(text("ANALYZE entry"))
    return before


def _require_whole(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        raise Conflict("Only PostgreSQL keeps a table in parts. See `python -m habit_coach move`.")
    if schema.revision(connection) != schema.newest():
        raise Conflict("The database is not up to date. Run `python -m habit_coach migrate` first.")
    kind = connection.scalar(text("SELECT relkind FROM pg_class WHERE oid = 'entry'::regclass"))
    if kind == "p":
        raise Conflict("The entries are in parts already.")


def _names(connection: Connection) -> list[str]:
    found = inspect(connection)
    keys = [
        found.get_pk_constraint("entry_whole")["name"],
        *(key["name"] for key in found.get_foreign_keys("entry_whole")),
    ]
    return [str(key) for key in keys]


def _create(connection: Connection, parts: int) -> None:
    whole = MetaData(naming_convention=ENTRY.metadata.naming_convention)
    for table in schema.tables():
        table.to_metadata(whole)
    made = whole.tables["entry"]
    made.dialect_options["postgresql"]["partition_by"] = "HASH (user_id)"
    connection.execute(CreateTable(made))
    for part in range(parts):
        connection.execute(
            text(f"CREATE TABLE entry_{part} PARTITION OF entry FOR VALUES WITH (MODULUS {parts}, REMAINDER {part})")
        )
