"""The calendar feed, and its secret address."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from habit_coach.api.deps import Reader, ReadSession, Writer, WriteSession
from habit_coach.api.resources import Guarded
from habit_coach.notifications import calendar

router = Guarded.router("calendar")
feed = APIRouter(include_in_schema=False)


class Address(BaseModel):
    url: str | None = Field(description="Whoever knows it can read the calendar.")


@router.get("/calendar")
async def address(session: ReadSession, user: Reader) -> Address:
    """The address of your calendar, null while there is none."""
    return Address(url=calendar.url(session, user))


@router.post("/calendar", status_code=201)
async def renew(session: WriteSession, user: Writer) -> Address:
    """A new address; the one before stops working."""
    return Address(url=calendar.renew(session, user))


@router.delete("/calendar", status_code=204)
async def end(session: WriteSession, user: Writer) -> None:
    """Take the address back."""
    calendar.end(session, user)


@feed.get("/calendar/{token}.ics")
async def read(token: str, session: ReadSession) -> Response:
    return Response(calendar.read(session, token), media_type="text/calendar; charset=utf-8")
