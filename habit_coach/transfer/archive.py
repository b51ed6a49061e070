"""Everything that is kept about a person, as one zip: what `own_json` imports again, and what is only for reading."""

import io
import json
import zipfile
from typing import Any, BinaryIO

from sqlalchemy import Row, Table, select
from sqlmodel import Session, SQLModel

from habit_coach.accounts.models import AuditEvent, LoginSession, PersonalToken, User
from habit_coach.transfer import calendar_export, csv_export, own_json

ABOUT = """Your account at Habit Coach.

habit-coach.json  everything about your habits; Habit Coach imports this zip or this file
entries.csv       all days, for a spreadsheet
calendar.ics      when habits are due, and what was done in the last year
account.json      you, your sign-ins, your tokens and the log of your account, without any secret
"""
SHOWN: dict[type[SQLModel], tuple[str, ...]] = {
    User: ("id", "email", "name", "role", "timezone", "day_start", "week_start", "region", "created_at"),
    LoginSession: ("id", "device", "address", "created_at", "last_used_at", "expires_at", "ended_at"),
    PersonalToken: ("id", "name", "scopes", "created_at", "expires_at", "last_used_at"),
    AuditEvent: ("at", "action", "address", "details"),
}


def write(session: Session, user: User, out: BinaryIO) -> None:
    """Write the zip file."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", ABOUT)
        for name, form in (
            (own_json.FILENAME, own_json),
            ("entries.csv", csv_export),
            ("calendar.ics", calendar_export),
        ):
            with archive.open(name, "w", force_zip64=True) as file:
                form.write(session, user, io.BufferedWriter(file))
        archive.writestr("account.json", json.dumps(_account(session, user), ensure_ascii=False, indent=1, default=str))


def _account(session: Session, user: User) -> dict[str, Any]:
    return {_table(model).name: _rows(session, user, model, names) for model, names in SHOWN.items()}


def _rows(session: Session, user: User, model: type[SQLModel], names: tuple[str, ...]) -> list[dict[str, Any]]:
    table = _table(model)
    owner = table.c.id if model is User else table.c.user_id
    found: list[Row[Any]] = list(session.execute(select(*(table.c[name] for name in names)).where(owner == user.id)))
    return [dict(row._mapping) for row in found]


def _table(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table
