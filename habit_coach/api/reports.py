"""`/reports`: the weekly report, now and of past weeks."""

from datetime import date
from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from habit_coach import db
from habit_coach.accounts.models import User
from habit_coach.api import cursors
from habit_coach.api.deps import Reader, ReadSession, Writer, WriterLater, WriteSession
from habit_coach.api.resources import Resource
from habit_coach.api.schemas import Cursor, Limit
from habit_coach.reports import weekly
from habit_coach.reports.figures import Report

router = Resource.router("reports")
Week = Annotated[date | None, Query(description="A day of the week; the last week that has ended if left out.")]


class Sent(BaseModel):
    notification_id: UUID


class Archive(BaseModel):
    items: list[date]
    next_cursor: str | None = None


class SettingsOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    wanted: bool
    weekday: int | None = Field(description="0 is Monday; null the first day of the week.")
    hour: int


class SettingsChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    wanted: bool = True
    weekday: int | None = None
    hour: int = 8


@router.get("/reports/weekly")
async def report(user: Reader, week: Week = None) -> Report:
    """What was planned and done in a week, against the weeks before, and what may slip in the week after."""
    return await to_thread.run_sync(_report, user, week)


@router.get("/reports/weekly/archive")
async def archive(session: ReadSession, user: Reader, limit: Limit = 100, cursor: Cursor = None) -> Archive:
    """The first days of the weeks whose report was sent, newest first."""
    found = weekly.archive(session, user, limit + 1, cursors.day_in(cursor))
    some, following = cursors.cut(found, limit, date.isoformat)
    return Archive(items=list(some), next_cursor=following)


@router.post("/reports/weekly/email", status_code=202)
async def send(user: WriterLater, week: Week = None) -> Sent:
    """Send a week's report by e-mail, now."""
    made = await to_thread.run_sync(_report, user, week)
    with db.session(writes=True) as session:
        return Sent(notification_id=weekly.send(session, user, made))


def _report(user: User, week: date | None) -> Report:
    with db.session() as session:
        return weekly.of(session, user, week)


@router.get("/reports/settings")
async def settings_of(session: ReadSession, user: Reader) -> SettingsOut:
    """When the report comes."""
    return SettingsOut.model_validate(weekly.settings_of(session, user))


@router.patch("/reports/settings")
async def change_settings(change: SettingsChange, session: WriteSession, user: Writer) -> SettingsOut:
    """Change whether, on which day and at which hour the report comes."""
    changes = change.model_dump(exclude_unset=True)
    return SettingsOut.model_validate(weekly.change_settings(session, user, changes))
