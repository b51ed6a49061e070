"""The tools for assistants, by the Model Context Protocol: at `/mcp` over HTTP, and over stdio beside the database.

A personal token says who asks and what they may do, just as in REST.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi.security.utils import get_authorization_scheme_param
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import BaseModel, Field, TypeAdapter
from sqlmodel import Session
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from habit_coach import db, throttle
from habit_coach.accounts.models import User
from habit_coach.api.deps import bearer
from habit_coach.api.predictions import PredictionOut
from habit_coach.api.problems import problem
from habit_coach.api.schemas import CheckedIn, EntryOut, HabitOut, Stats
from habit_coach.errors import Conflict, Forbidden, HabitCoachError, NotFound, NotSignedIn
from habit_coach.habits import entry as entries
from habit_coach.habits import habit as habits
from habit_coach.habits import standing
from habit_coach.habits import today as days
from habit_coach.habits.entry import Change
from habit_coach.habits.models import Habit, State
from habit_coach.habits.schedule import describe
from habit_coach.predictions import serving
from habit_coach.reports import weekly
from habit_coach.reports.figures import Report
from habit_coach.settings import settings

secret: ContextVar[str] = ContextVar("secret")
REPORT = TypeAdapter(Report)


def _made() -> MCPServer:
    """The server. The SDK sets up the root logger as well, which is the app's own business: that is taken back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    made = MCPServer(
        "habit-coach",
        title="Habit Coach",
        version="1",
        instructions="A person's habits. Look at `today` first; check in only what the person says they did.",
    )
    root.handlers[:] = handlers
    root.setLevel(level)
    return made


server = _made()
Which = Annotated[str, Field(description="A habit's id, or its name.")]


class HabitToday(BaseModel):
    """A habit on a day. `outcome` is kept, partial, missed, skipped, paused, off, extra or open."""

    id: UUID
    name: str
    asks: str
    outcome: str
    asked: bool
    value: float | None
    unit: str
    target: float | None
    note: str
    current_streak: int


class DayOut(BaseModel):
    """What a day asks for, in the person's own order, and how much of it is kept."""

    day: date
    kept: int
    total: int
    habits: list[HabitToday]


@contextmanager
def _as_caller(scope: str, *, writes: bool = False) -> Iterator[tuple[Session, User]]:
    """A transaction of whoever's token this is. An expected error is the tool's answer; the SDK keeps others quiet."""
    try:
        with db.session(writes=writes) as session:
            yield session, bearer(session, secret.get(""), [scope], _spend)
    except HabitCoachError as error:
        raise ToolError(error.message) from None


def _spend(holder: str) -> None:
    throttle.spend(settings().limit_requests, "requests", holder)


def _named(session: Session, user: User, which: str) -> Habit:
    """The habit with this id or name. Raises NotFound, or Conflict where several have the name."""
    found = [
        habit
        for habit in habits.listed(session, user, archived=None)
        if which == str(habit.id) or habit.name.casefold() == which.strip().casefold()
    ]
    if not found:
        raise NotFound(f"There is no habit “{which}”. Ask list_habits for those that there are.")
    if len(found) > 1:
        raise Conflict(f"{len(found)} habits are named “{which}”. Use the id.")
    return found[0]


@server.tool()
def list_habits() -> list[HabitOut]:
    """The person's habits in use: what each asks for, since when, in which group."""
    with _as_caller("read") as (session, user):
        return [HabitOut.of(habit) for habit in habits.listed(session, user)]


@server.tool()
def today(day: date | None = None) -> DayOut:
    """What a day asks for and what came of it; without `day`, the person's today."""
    with _as_caller("read") as (session, user):
        found = days.of(session, user, day)
        return DayOut(day=found.day, kept=found.kept, total=found.total, habits=[_line(line) for line in found.lines])


def _line(line: days.Line) -> HabitToday:
    return HabitToday(
        id=line.habit.id,
        name=line.habit.name,
        asks=describe(line.rule.schedule),
        outcome=line.outcome,
        asked=line.asked,
        value=line.mark.value if line.mark else None,
        unit=line.habit.unit,
        target=line.rule.target,
        note=line.note,
        current_streak=line.figures.current_streak,
    )


@server.tool()
def check_in(
    habit: Which,
    day: date | None = None,
    state: State | None = None,
    value: float | None = None,
    increment: float | None = None,
    note: str | None = None,
) -> CheckedIn:
    """Say what came of a habit on a day: done unless `state` says missed or skipped.

    `value` sets the number of a habit that is counted, `increment` adds to it. The same again changes nothing.
    """
    with _as_caller("checkin", writes=True) as (session, user):
        found = _named(session, user, habit)
        change = Change(day, value, increment, state, note, source="assistant")
        done = entries.check_in(session, user, found.id, change)
        return CheckedIn(entry=EntryOut.of(done.habit, done.entry), stats=Stats.of(done.figures))


@server.tool()
def stats(habit: Which) -> Stats:
    """Streaks, rates of 7, 30 and 90 days, strength and total of a habit; a rate is null where nothing was due."""
    with _as_caller("read") as (session, user):
        return Stats.of(standing.of(session, user, _named(session, user, habit)))


@server.tool()
def prediction(habit: Which) -> PredictionOut:
    """How likely the next due day of a habit is kept, how the coming week looks, and what speaks for and against."""
    with _as_caller("read") as (session, user):
        found = serving.of(session, user, _named(session, user, habit).id)
    with db.session(writes=True) as session:
        serving.record(session, found.log)
    return PredictionOut.of(found.predictions[0])


@server.tool()
def weekly_report(week: date | None = None) -> dict[str, Any]:
    """What was planned and done in the week that holds this day, against the weeks before; else in the last week."""
    with _as_caller("read") as (session, user):
        report: dict[str, Any] = REPORT.dump_python(weekly.of(session, user, week), mode="json")
        return report


class OverHttp:
    """The ASGI app at `/mcp`: every request stands alone, so that any process can answer it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        _, token = get_authorization_scheme_param(headers.get("authorization"))
        try:
            if headers.get("origin", settings().base_url) not in settings().origins:
                raise Forbidden("This request comes from another site.")
            _require_known(token)
        except HabitCoachError as error:
            answer = problem(error.status, error.title, error.message)
            if isinstance(error, NotSignedIn):
                answer.headers["WWW-Authenticate"] = "Bearer"
            await answer(scope, receive, send)
            return
        secret.set(token)
        # The origin was looked at above, and a token is no cookie that another site could borrow.
        unguarded = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        app = server.streamable_http_app(json_response=True, stateless_http=True, transport_security=unguarded)
        async with server.session_manager.run():
            await app(scope, receive, send)


def over_stdio() -> None:
    """Serve one assistant on this machine, with the token of the settings. Raises NotSignedIn for a wrong one."""
    chosen = settings().token
    secret.set(chosen.get_secret_value() if chosen else "")
    _require_known(secret.get())
    server.run("stdio")


def _require_known(token: str) -> None:
    if not token:
        raise NotSignedIn("Send a personal token: make one in the settings.")
    with db.session() as session:
        bearer(session, token, [], _spend)
