"""Every table there is, and the migrations that bring a database to them."""

import time

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Table, func, inspect, select
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from habit_coach import db, feed, runs
from habit_coach.accounts import models as accounts
from habit_coach.building import ROOT
from habit_coach.errors import Conflict
from habit_coach.habits import models as habits
from habit_coach.notifications import models as notifications
from habit_coach.predictions import models as predictions
from habit_coach.reports import models as reports
from habit_coach.transfer import models as transfer

LOCK_NOT_AVAILABLE = "55P03"
LOCK_MILLISECONDS = 1000
PAUSE_SECONDS = 0.5
TRIES = 40
TABLES_COME_FROM = (feed, runs, accounts, habits, notifications, predictions, reports, transfer)


def tables() -> list[Table]:
    """All tables, those that others point to first."""
    return SQLModel.metadata.sorted_tables


def migrate(engine: Engine | None = None) -> None:
    """Bring a database up to date: that of the settings, unless another one is given. The app may go on meanwhile.

    On PostgreSQL a table is asked for again and again, since whoever waits for one makes all others wait behind it.
    Raises Conflict when a table is in use all the time.
    """
    for _ in range(TRIES):
        try:
            upgrade(_config(), engine or db.engine())
            return
        except OperationalError as error:
            if getattr(error.orig, "pgcode", None) != LOCK_NOT_AVAILABLE:
                raise
        time.sleep(PAUSE_SECONDS)
    raise Conflict("A long query or backup holds a table that has to change. Run this again once it has ended.")


def upgrade(config: Config, engine: Engine) -> None:
    """Carry out what is missing, in one transaction on PostgreSQL: all of it or, when a table is in use, nothing."""
    with engine.execution_options(writes=True).connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_MILLISECONDS}ms'")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def newest() -> str:
    """The revision that this version of the app works with."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def knows(revision: str) -> bool:
    """Whether this version of the app has the migration, and so can bring such a database up to date."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def revision(connection: Connection) -> str:
    """The revision that a database is at; empty for one that has no tables yet."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def rows(connection: Connection, table: Table) -> int:
    """How many rows a table has; 0 where there is no such table yet."""
    if not inspect(connection).has_table(table.name):
        return 0
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _config() -> Config:
    return Config(ROOT / "alembic.ini")
