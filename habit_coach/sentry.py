"""Unexpected errors, sent to Sentry where the settings name one: what broke and where, without anybody's words.

An error is sent as its kind and its place in our code, with the id that the person was shown. What it said is in our
own log under that id.
"""

from typing import cast

import sentry_sdk
from sentry_sdk.types import Event, Hint

from habit_coach.logs import request_id, scrubbed
from habit_coach.settings import settings

SENT = {"event_id", "timestamp", "platform", "level", "logger", "environment", "release", "contexts", "sdk"}
CONTEXTS = {"runtime", "os", "trace"}


def start(part: str) -> None:
    """Report what `part` (web or worker) logs as an error, if the settings say where to."""
    if not settings().sentry_dsn.get_secret_value():
        return
    sentry_sdk.init(
        dsn=settings().sentry_dsn.get_secret_value(),
        environment=settings().environment,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_enabling_integrations=False,
        auto_session_tracking=False,
        before_send=lambda event, hint: without_persons(event, hint) | {"tags": {"part": part} | _request()},
    )


def without_persons(event: Event, _hint: Hint) -> Event:
    """The event with what is known to hold nobody's data, and nothing else."""
    kept = {name: value for name, value in event.items() if name in SENT}
    kept["contexts"] = {name: one for name, one in (event.get("contexts") or {}).items() if name in CONTEXTS}
    if entry := event.get("logentry"):
        # A library may have put what it speaks of into the message itself.
        kept["logentry"] = {name: scrubbed(str(entry.get(name, ""))) for name in ("message", "formatted")}
    if errors := event.get("exception"):
        kept["exception"] = {"values": [one | {"value": ""} for one in errors.get("values", [])]}
    return cast(Event, kept)


def _request() -> dict[str, str]:
    return {"request_id": request_id.get()} if request_id.get() else {}
