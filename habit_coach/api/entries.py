"""Checking in, and reading what was checked in."""

from datetime import date
from uuid import UUID

from fastapi import Request

from habit_coach import db
from habit_coach.api import cursors
from habit_coach.api.deps import CheckInWriter, Reader, ReadSession, WriteSession, as_reader, as_writer, needs
from habit_coach.api.resources import Json, Resource
from habit_coach.api.schemas import (
    Bulk,
    BulkResult,
    BulkResults,
    CheckedIn,
    CheckIn,
    Cursor,
    EntryList,
    EntryOut,
    Limit,
    Stats,
)
from habit_coach.habits import entry as entries
from habit_coach.habits import standing
from habit_coach.habits.habit import owned

router = Resource.router("entries")


@router.post("/habits/{habit_id}/checkin", response_model=CheckedIn, openapi_extra=needs("checkin"))
async def check_in(habit_id: UUID, change: CheckIn, request: Request) -> Json:
    """Check in for one day; the same request twice leaves one entry."""
    async with as_writer(request, "checkin") as (session, user):
        done = entries.check_in(session, user, habit_id, change.as_change())
    return Json({"entry": EntryOut.plain(done.habit, done.entry), "stats": Stats.plain(done.figures)})


@router.get("/habits/{habit_id}/stats", response_model=Stats, openapi_extra=needs("read"))
async def stats(habit_id: UUID, request: Request) -> Json:
    """Streaks, rates and strength as of the user's today."""
    with as_reader(request, "read") as (connection, user):
        known = standing.current(connection, user, habit_id)
    if known is None:
        with db.session() as session:
            known = standing.of(session, user, owned(session, user, habit_id))
    return Json(Stats.plain(known))


@router.post("/entries")
async def check_in_many(bulk: Bulk, session: WriteSession, user: CheckInWriter) -> BulkResults:
    """Check in for many habits and days: all of them, or with an error none."""
    done = [entries.check_in(session, user, item.habit_id, item.as_change()) for item in bulk.items]
    return BulkResults(
        items=[BulkResult(habit_id=one.habit.id, entry=EntryOut.of(one.habit, one.entry)) for one in done]
    )


@router.get("/habits/{habit_id}/entries")
async def listed(
    habit_id: UUID,
    session: ReadSession,
    user: Reader,
    first: date | None = None,
    last: date | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> EntryList:
    """The entries from `last` back to `first`, newest first."""
    habit = owned(session, user, habit_id)
    until = min((day for day in (cursors.day_in(cursor), last) if day), default=None)
    found = entries.listed(session, habit, first, until, limit + 1)
    more = cursors.encode(found[limit].day.isoformat()) if len(found) > limit else None
    return EntryList(items=[EntryOut.of(habit, written) for written in found[:limit]], next_cursor=more)


@router.delete("/habits/{habit_id}/entries/{day}", status_code=204)
async def remove(habit_id: UUID, day: date, session: WriteSession, user: CheckInWriter) -> None:
    """Take back what was said of a day; a day of which nothing was said stays so."""
    entries.remove(session, user, habit_id, day)
