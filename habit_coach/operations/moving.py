"""Moving an instance to another database, such as from SQLite to PostgreSQL when it has grown."""

from collections.abc import Callable

from sqlalchemy import Connection, Table, insert, select

from habit_coach import db
from habit_coach.errors import Conflict, HabitCoachError
from habit_coach.operations import schema

CHUNK = 1000


def move(target_url: str, tell: Callable[[str, int], None]) -> int:
    """Copy every row of the settings' database into an empty one; gives how many there were.

    All of it in one transaction, as the source is at one instant: a failure leaves the target without a row. `tell`
    hears each table's name and count. Raises Conflict for a target that has rows, and for a source whose tables are
    not up to date.
    """
    target = db.open_engine(target_url)
    with db.engine().connect() as old:
        if schema.revision(old) != schema.newest():
            raise Conflict("The database to move is not up to date. Run `python -m habit_coach migrate` first.")
        schema.migrate(target)
        with target.execution_options(writes=True).begin() as new:
            _require_empty(new)
            return sum(_copy(old, new, table, tell) for table in schema.tables())


def _require_empty(new: Connection) -> None:
    for table in schema.tables():
        if count := schema.rows(new, table):
            raise Conflict(f"The target has {count} rows in {table.name} already. Name an empty database.")


def _copy(old: Connection, new: Connection, table: Table, tell: Callable[[str, int], None]) -> int:
    found = old.execution_options(yield_per=CHUNK).execute(select(table)).mappings()
    for chunk in found.partitions():
        new.execute(insert(table), [dict(row) for row in chunk])
    count, arrived = schema.rows(old, table), schema.rows(new, table)
    if count != arrived:
        raise HabitCoachError(f"Of {count} rows in {table.name}, {arrived} arrived. Nothing was moved.")
    tell(table.name, count)
    return count
