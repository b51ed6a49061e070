"""Column types that both databases agree on."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, DateTime, Dialect, Float, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from uuid_utils.compat import uuid7

Json = JSON(none_as_null=True)
HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def new_id() -> UUID:
    """A UUIDv7: opaque to clients, and ascending, so that new rows land at the end of an index."""
    return uuid7()


def can_be_kept(value: object) -> bool:
    """Whether both databases can keep every text in this JSON value: no NUL character, no half of a surrogate pair."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and ("\0" in one or (not one.isascii() and HALF_A_PAIR.search(one))):
            return False
    return True


class Instant(TypeDecorator[datetime]):
    """A UTC-aware datetime; SQLite, which keeps no zone, gets and gives it as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        return value.astimezone(UTC) if value else None

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], datetime | None] | None:
        """SQLite's text is read in one go: most rows have several, and the usual way takes five calls for each."""
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _from_text(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


class Epoch(FunctionElement[float]):
    """The seconds since 1970 of an instant; SQLite's way of `extract` would write each as text first."""

    type = Float()
    inherit_cache = True


@compiles(Epoch)
def _extracted(element: Epoch, compiler: SQLCompiler, **options: Any) -> str:
    return f"EXTRACT(epoch FROM {compiler.process(element.clauses, **options)})"


@compiles(Epoch, "sqlite")
def _in_sqlite(element: Epoch, compiler: SQLCompiler, **options: Any) -> str:
    return f"unixepoch({compiler.process(element.clauses, **options)})"
