"""One engine, one way to open a session, and the guarantees that each database needs to be asked for."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache, lru_cache
from typing import Any, cast

import psycopg2
from pydantic_core import from_json
from sqlalchemy import Connection, Engine, Executable, RootTransaction, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session, SQLModel

from habit_coach.errors import Unavailable
from habit_coach.settings import settings

log = logging.getLogger(__name__)
BUSY_SECONDS = 10
BUSY_LOOP_SECONDS = 1  # where everybody else waits along
LOOK_AGAIN_SECONDS = 0.01
_listeners: list[Callable[[Session], None]] = []

INSERT: dict[str, Callable[[Table], postgresql.Insert | sqlite.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
# What passes by itself or once somebody has tended to the machine, as each database names it.
SQLITE_TROUBLE = {"BUSY", "LOCKED", "FULL", "IOERR", "READONLY", "CANTOPEN", "PROTOCOL"}
TROUBLE = (DBAPIError, PoolTimeout, sqlite3.Error, psycopg2.Error)  # a prepared statement raises the driver's own
AWAY = (psycopg2.OperationalError, psycopg2.InterfaceError)
POSTGRES_TROUBLE = ("08", "25006", "40", "53", "55", "57", "58")
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The process's engine for the database that the settings name."""
    return open_engine(settings().database_url)


def open_engine(url: str) -> Engine:
    """An engine with the same guarantees on both databases; SQLite is told of them on every connection."""
    if not url.startswith("sqlite"):
        return create_engine(
            url,
            hide_parameters=True,
            json_deserializer=from_json,
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=20,
            pool_timeout=5,
            connect_args={"connect_timeout": 5},
        )
    made = create_engine(
        url,
        hide_parameters=True,
        json_deserializer=from_json,
        max_overflow=-1,  # a connection is a file and costs little; waiting for one could hold the event loop
        connect_args={"check_same_thread": False},
    )
    event.listen(made, "connect", _prepare_sqlite)
    event.listen(made, "begin", _begin_sqlite)
    return made


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    if not options.get("writes"):
        driver.execute("BEGIN")
        return
    patience = (BUSY_LOOP_SECONDS if _on_the_loop() else BUSY_SECONDS) if options.get("waits", True) else 0
    driver.execute(f"PRAGMA busy_timeout={patience * 1000}")
    try:
        driver.execute("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def _on_the_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@contextmanager
def session(*, writes: bool = False) -> Iterator[Session]:
    """One transaction: commits on a clean exit, rolls back on an error; `writes` takes SQLite's write lock first, for
    which a thread waits ten seconds at most and the event loop one.

    Raises Unavailable when the database does not answer, is held by somebody else, or can write no more.
    """
    bind = _writing(engine(), waits=True) if writes else engine()
    with _trouble_told(), Session(bind, expire_on_commit=False) as opened:
        with opened.begin():
            yield opened
        _tell(opened)


def after_commit(listener: Callable[[Session], None]) -> Callable[[Session], None]:
    """Let `listener` hear of each session whose transaction has committed."""
    _listeners.append(listener)
    return listener


def _tell(committed: Session) -> None:
    for listener in _listeners:
        listener(committed)


@contextmanager
def connection() -> Iterator[Connection]:
    """For a few prepared statements that only read, each seeing what is committed by then; errors as of `session`.

    A session and a transaction around them would cost more than they do.
    """
    with _trouble_told(), engine().connect() as opened:
        yield opened


@contextmanager
def _trouble_told() -> Iterator[None]:
    try:
        yield
    except TROUBLE as error:
        if not passes(error):
            raise
        log.warning("The database is not available: %s", " ".join(str(error).split())[:200])
        raise Unavailable("The database is not available at the moment. Try again in a few seconds.") from error


@asynccontextmanager
async def writing_session() -> AsyncIterator[Session]:
    """A session that writes, for the event loop: while somebody else holds SQLite's write lock, others are served.

    The transaction is its connection's. It takes part only once something but a prepared statement is run, since its
    own part costs as much as four of those.
    """
    with _trouble_told():
        begun = await _in_turn()
        with begun.connection, Session(begun.connection, expire_on_commit=False) as opened:
            with begun:
                yield opened
                opened.flush()
            _tell(opened)


async def _in_turn() -> RootTransaction:
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        connection = _writing(engine(), waits=False).connect()
        try:
            return connection.begin()
        except BaseException as error:
            connection.close()  # while it waits, others need it
            name = getattr(error, "sqlite_errorname", None)
            if name != "SQLITE_BUSY" or time.monotonic() > deadline:
                raise
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


@lru_cache(maxsize=2)
def _writing(engine: Engine, *, waits: bool) -> Engine:
    """Made once: it costs as much as a statement."""
    return engine.execution_options(writes=True, waits=waits)


def passes(error: Exception) -> bool:
    """Whether it lies with the database and its machine, rather than with what it was asked."""
    if isinstance(error, PoolTimeout) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return True
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", "")
        return name.removeprefix("SQLITE_").partition("_")[0] in SQLITE_TROUBLE
    code = getattr(cause, "pgcode", None)
    return code.startswith(POSTGRES_TROUBLE) if code else isinstance(cause, AWAY)


def note(transaction: Session | Connection, change: Executable) -> None:
    """Carry out a small change that reading brings with it: in this transaction if it writes, else in one of its own.

    SQLite cannot turn a transaction that has read into one that writes. What cannot be noted now is left for next time.
    """
    bind = transaction if isinstance(transaction, Connection) else transaction.get_bind()
    if bind.get_execution_options().get("writes"):
        transaction.execute(change)
        return
    try:
        with _writing(engine(), waits=True).begin() as connection:
            connection.execute(change)
    except (OperationalError, sqlite3.OperationalError):
        log.info("A change in passing could not be noted.")


def insert(session: Session, table: Table) -> postgresql.Insert | sqlite.Insert:
    """The database's own INSERT, which knows `on_conflict_do_update`."""
    return INSERT[session.get_bind().dialect.name](table)


def upsert(session: Session, table: Table, key: dict[str, Any], values: dict[str, Any], **only_new: Any) -> None:
    """Write the row with this key: two at once leave one row and no error. `only_new` stays as first written."""
    statement = _upsert(session.get_bind().dialect.name, table, tuple(key), tuple(values))
    session.execute(statement, key | values | only_new)


@cache
def _upsert(dialect: str, table: Table, key: tuple[str, ...], values: tuple[str, ...]) -> Executable:
    """Made once for each shape: building a statement costs more than running it."""
    statement = INSERT[dialect](table)
    return statement.on_conflict_do_update(index_elements=key, set_={name: statement.excluded[name] for name in values})
