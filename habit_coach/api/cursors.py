"""Opaque cursors for lists: where the next page begins, in a form that clients need not read."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from habit_coach.errors import Invalid

Row = TypeVar("Row")


def by_id(row: Any) -> str:
    """The place of a row that has an id."""
    return str(row.id)


def page(
    rows: Sequence[Row], limit: int, cursor: str | None, place: Callable[[Row], str] = by_id
) -> tuple[Sequence[Row], str | None]:
    """At most `limit` of a short list, from behind the row that `cursor` names, and the cursor of the next page."""
    try:
        first = list(map(place, rows)).index(decode(cursor)) + 1 if cursor else 0
    except ValueError:
        raise invalid() from None
    return cut(rows[first : first + limit + 1], limit, place)


def cut(found: Sequence[Row], limit: int, place: Callable[[Row], str] = by_id) -> tuple[Sequence[Row], str | None]:
    """Of one row more than `limit`, if there is one: the page, and the cursor with the place of its last row."""
    return found[:limit], encode(place(found[limit - 1])) if len(found) > limit else None


def id_in(cursor: str | None) -> UUID | None:
    """The id of the row behind which the page begins."""
    return _read(cursor, UUID)


def day_in(cursor: str | None) -> date | None:
    """The day at which the page begins, or behind which."""
    return _read(cursor, date.fromisoformat)


def _read(cursor: str | None, kind: Callable[[str], Row]) -> Row | None:
    if cursor is None:
        return None
    try:
        return kind(decode(cursor))
    except ValueError:
        raise invalid() from None


def encode(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def decode(cursor: str) -> str:
    """The place in a cursor that `encode` made. Raises Invalid for anything else."""
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise invalid() from None


def invalid() -> Invalid:
    sentence = "This cursor is not one of ours. Use `next_cursor` of the page before, or none for the first page."
    return Invalid(sentence, {"cursor": sentence})
