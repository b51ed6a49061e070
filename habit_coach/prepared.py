"""The short way to the database, for the few statements that every check-in and every list runs.

SQLAlchemy takes some 60 µs to run a statement that SQLite answers in 5, most of it for rows that know their columns.
Here it compiles a statement once; values and columns are converted by the same types as ever, and rows are tuples.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Insert, Select
from sqlmodel import Session

Convert = Callable[[Any], Any] | None
Statement = Select[*tuple[Any, ...]] | Insert
Transaction = Session | Connection
CACHED = 256


class Prepared(NamedTuple):
    """A statement in the words of one database, the values that stand in it, and how to turn ours into the driver's.

    `values` are in the order in which the statement names them.
    """

    text: str
    fixed: dict[str, Any]
    values: tuple[tuple[str, Convert], ...]
    is_positional: bool


def run(transaction: Transaction, statement: Statement, **values: Any) -> list[tuple[Any, ...]]:
    """What `statement` finds or returns, in the transaction of this session or connection.

    The statement is a constant without `IN`, an INSERT is given every column, and nothing a session has yet to flush
    may matter to it. Errors are the driver's own.
    """
    connection = _connection(transaction)
    dialect = connection.dialect
    cursor = connection.connection.cursor()
    try:
        prepared = _prepared(dialect, statement)
        cursor.execute(prepared.text, _parameters(prepared, prepared.fixed | values))
        if cursor.description is None:
            return []
        columns = _columns(dialect, statement, tuple([column[1] for column in cursor.description]))
        return [
            tuple([convert(raw) if convert else raw for convert, raw in zip(columns, row, strict=True)])
            for row in cursor.fetchall()
        ]
    finally:
        cursor.close()


def _connection(transaction: Transaction) -> Connection:
    if isinstance(transaction, Connection):
        return transaction
    return transaction.bind if isinstance(transaction.bind, Connection) else transaction.connection()


def _parameters(prepared: Prepared, given: dict[str, Any]) -> list[Any] | dict[str, Any]:
    if prepared.is_positional:
        return [convert(given[name]) if convert else given[name] for name, convert in prepared.values]
    return {name: convert(given[name]) if convert else given[name] for name, convert in prepared.values}


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


@lru_cache(maxsize=CACHED)
def _columns(dialect: Dialect, statement: Statement, types: tuple[Any, ...]) -> tuple[Convert, ...]:
    """What makes our values of the driver's, which are of these `types` of its own."""
    columns = zip(statement.exported_columns, types, strict=True)
    return tuple(column.type.dialect_impl(dialect).result_processor(dialect, kind) for column, kind in columns)
