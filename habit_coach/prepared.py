"""The short way to the database, for the few statements that every check-in and every list runs.

SQLAlchemy takes some 60 µs to run a statement that SQLite answers in 5, most of it for rows that know their columns.
Here it compiles a statement once; values and columns are converted by the same types as ever, and rows are tuples.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Select
from sqlmodel import Session

Convert = Callable[[Any], Any]
Statement = Select[*tuple[Any, ...]] | Insert
Transaction = Session | Connection
CACHED = 256


@dataclass(slots=True)
class Prepared:
    """A statement in the words of one database, the values that stand in it, and how to turn ours into the driver's.

    `values` are in the order in which the statement names them; `columns`, known from the first answer on, are the
    places in a row whose value is turned back into ours.
    """

    text: str
    fixed: dict[str, Any]
    values: tuple[tuple[str, Convert | None], ...]
    is_positional: bool
    columns: tuple[tuple[int, Convert], ...] | None = None


def run(transaction: Transaction, statement: Statement, **values: Any) -> list[tuple[Any, ...]]:
    """What `statement` finds or returns, in the transaction of this session or connection.

    The statement is a constant without `IN`, an INSERT is given every column, and nothing a session has yet to flush
    may matter to it. Errors are the driver's own.
    """
    connection = _connection(transaction)
    prepared = _prepared(connection.dialect, statement)
    cursor = connection.connection.cursor()
    try:
        cursor.execute(prepared.text, _parameters(prepared, values))
        if cursor.description is None:
            return []
        if prepared.columns is None:
            prepared.columns = _columns(connection.dialect, statement, cursor.description)
        return [_converted(row, prepared.columns) for row in cursor.fetchall()]
    finally:
        cursor.close()


def _connection(transaction: Transaction) -> Connection:
    if isinstance(transaction, Connection):
        return transaction
    return transaction.bind if isinstance(transaction.bind, Connection) else transaction.connection()


def _parameters(prepared: Prepared, values: dict[str, Any]) -> list[Any] | dict[str, Any]:
    given = prepared.fixed | values
    if prepared.is_positional:
        return [convert(given[name]) if convert else given[name] for name, convert in prepared.values]
    return {name: convert(given[name]) if convert else given[name] for name, convert in prepared.values}


def _converted(row: tuple[Any, ...], columns: tuple[tuple[int, Convert], ...]) -> tuple[Any, ...]:
    cells = list(row)
    for place, convert in columns:
        cells[place] = convert(cells[place])
    return tuple(cells)


@lru_cache(maxsize=CACHED)
def _prepared(dialect: Dialect, statement: Statement) -> Prepared:
    compiled = statement.compile(dialect=dialect)
    known = compiled.binds
    return Prepared(
        str(compiled),
        {name: bound.value for name, bound in known.items() if not bound.required},
        tuple(
            (name, known[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup or known
        ),
        dialect.positional,
    )


def _columns(
    dialect: Dialect, statement: Statement, description: Sequence[Sequence[Any]]
) -> tuple[tuple[int, Convert], ...]:
    """What makes our values of the driver's, which `description` says the types of."""
    converts = [
        column.type.dialect_impl(dialect).result_processor(dialect, told[1])
        for column, told in zip(statement.exported_columns, description, strict=True)
    ]
    return tuple((place, convert) for place, convert in enumerate(converts) if convert)
