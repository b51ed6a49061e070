"""Every request: its id, its one line in the log, and its place in the numbers of `/metrics`."""

import asyncio
import logging
import re
import secrets
import time

from prometheus_client import Counter, Gauge, Histogram
from starlette.datastructures import Headers
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from habit_coach import logs

log = logging.getLogger(__name__)
PREFIX = "/api/v1"
SANE_ID = re.compile(r"[\w.-]{8,64}", re.ASCII)
PAGES = "(pages)"
PROBES = ("/health", "/metrics")
AT_ONCE, A_SECOND = 200, 40

REQUESTS = Counter("habit_coach_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "habit_coach_request_seconds",
    "Time until the last byte of an answer was handed over.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
OPEN_PAGES = Gauge("habit_coach_open_websockets", "Pages that are connected.", multiprocess_mode="livesum")
EVENTS = Counter("habit_coach_websocket_messages", "Messages from pages.")


def template(scope: Scope) -> str:
    """The route as it is declared, such as `/api/v1/habits/{habit_id}`: never what a person put into the address."""
    route = scope.get("route")
    if route is None or isinstance(route, Mount):
        return PAGES
    return str(route.path)


class Watched:
    """Gives each request an id (a sane `X-Request-ID` is kept), notes how it went; counts and paces what pages send."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._request(scope, receive, send)
        elif scope["type"] == "websocket":
            with OPEN_PAGES.track_inprogress():
                await self.app(scope, _paced(receive), send)
        else:
            await self.app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if SANE_ID.fullmatch(given) else secrets.token_hex(16)
        scope.setdefault("state", {})["request_id"] = request_id
        began, status = time.perf_counter(), 500
        logs.request_id.set(request_id)  # for good: an unexpected error is answered outside of here
        facts: dict[str, str] = {}
        logs.request_facts.set(facts)

        async def with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, with_id)
        finally:
            _note(scope, status, time.perf_counter() - began, facts)


def _note(scope: Scope, status: int, seconds: float, known: dict[str, str]) -> None:
    route, method = template(scope), scope["method"]
    REQUESTS.labels(method, route, status).inc()
    SECONDS.labels(route).observe(seconds)
    level = logging.DEBUG if route in PROBES else logging.INFO
    if not log.isEnabledFor(level):
        return
    facts = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1), **known}
    if user_id := scope["state"].get("user_id"):
        facts["user"] = str(user_id)
    log.log(level, "request", extra={"facts": facts})


class Pace:
    """How fast one page may send: `AT_ONCE` messages, and `A_SECOND` more with every second that passes."""

    def __init__(self, now: float) -> None:
        self.left, self.at = float(AT_ONCE), now

    def wait(self, now: float) -> float:
        """The seconds for which a message that came at `now` has to wait for its turn."""
        self.left = min(AT_ONCE, self.left + (now - self.at) * A_SECOND) - 1
        self.at = now
        return max(0.0, -self.left / A_SECOND)


def _paced(receive: Receive) -> Receive:
    """What a page sends, counted; one that floods us is read no faster than a person could ever tap."""
    pace = Pace(time.perf_counter())

    async def reading() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive":
            EVENTS.inc()
            if pause := pace.wait(time.perf_counter()):
                await asyncio.sleep(pause)
        return message

    return reading
