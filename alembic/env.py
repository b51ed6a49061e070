"""Runs the migrations on the database that the settings name, or on the connection that a test hands over."""

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from habit_coach import db
from habit_coach.columns import Instant
from habit_coach.operations.schema import TABLES_COME_FROM  # noqa: F401 - importing it makes every table known


def plain_types(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Migrations name only SQLAlchemy's own types, so that they stay readable and run when ours have changed."""
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String({item.length or ''})"
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def migrate() -> None:
    connection = context.config.attributes.get("connection")
    if connection is not None:
        run(connection)
        return
    with db.engine().execution_options(writes=True).connect() as opened:
        run(opened)
        opened.commit()


def run(connection: object) -> None:
    context.configure(
        connection=connection,  # type: ignore[arg-type]
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        render_item=plain_types,
    )
    with context.begin_transaction():
        context.run_migrations()


migrate()
