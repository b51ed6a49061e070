"""What the processes write about themselves: JSON lines in production, plain lines in development.

No line carries a secret or a person's words: addresses, tokens and e-mail addresses that slip into an error's text are
hidden. Each line that belongs to a request carries its id.
"""

import json
import logging
import logging.config
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from habit_coach.settings import settings

request_id: ContextVar[str] = ContextVar("request_id", default="")
request_facts: ContextVar[dict[str, str] | None] = ContextVar("request_facts", default=None)
HIDDEN = re.compile(
    r"[^\s@<>\"'():/]+@[\w.-]+\.\w+"  # an e-mail address
    r"|eyJ[\w-]+\.[\w-]+\.[\w-]*"  # an access token
    r"|\bhabitcoach_[\w-]+"  # a personal token
    r"|(?<=://)[^\s/@]*:[^\s/@]+(?=@)"  # name and password in a URL
    r"|(?<=\?)[^\s\"']+"  # a query string
    r"|(?<=habit_coach_)\w+=[^\s;'\"]+"  # a cookie
    r"|(?:(?<=router_data=)|(?<=payload=)|(?<=[Ee]vent data: )).+"  # what a page sent, which Reflex logs when it fails
)
BELOW = "\n    "  # no text that somebody sends looks like a line of ours


class Plain(logging.Formatter):
    """For people: time, level, what happened, and its facts."""

    def format(self, record: logging.LogRecord) -> str:
        facts = " ".join(f"{name}={value}" for name, value in _facts(record).items())
        said = f"{record.levelname.lower():<7} {scrubbed(record.getMessage())} {facts}".rstrip()
        line = f"{self.formatTime(record, '%H:%M:%S')} {said}\n{_trace(self, record)}"
        return line.rstrip("\n").replace("\n", BELOW)


class Json(logging.Formatter):
    """For machines: one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": scrubbed(record.getMessage()),
            **_facts(record),
        }
        if trace := _trace(self, record):
            line["error"] = trace
        return json.dumps(line, ensure_ascii=False, default=str)


def note_user(user_id: UUID) -> None:
    """Let the line of the request under way name whose it is; a page's event has no line of its own."""
    facts = request_facts.get()
    if facts is not None:
        facts["user"] = str(user_id)


def scrubbed(text: str) -> str:
    """The text with whatever looks like a secret or a person hidden."""
    return HIDDEN.sub("[hidden]", text)


def config() -> dict[str, Any]:
    """For `logging.config.dictConfig`, and for the web server, which hands it to its workers."""
    form = "Json" if settings().environment == "production" else "Plain"
    quiet = {"level": "WARNING"}
    errors = {"level": "ERROR"}  # without a level of ours these bring a handler of their own, which hides nothing
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": f"habit_coach.logs.{form}"}},
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "ours", "stream": "ext://sys.stdout"}},
        "root": {"handlers": ["out"], "level": "WARNING"},
        "loggers": {
            "habit_coach": {"level": "INFO"},
            "_granian": quiet,
            "granian.access": quiet,
            "huey": quiet,
            "engineio.server": errors,
            "socketio.server": errors,
        },
    }


def configure() -> None:
    """Let this process log in our form."""
    logging.config.dictConfig(config())


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    """What was given as `extra={"facts": {...}}`, and the request that the line belongs to."""
    facts: dict[str, Any] = getattr(record, "facts", {})
    return facts | ({"request_id": request_id.get()} if request_id.get() else {})


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    return scrubbed(formatter.formatException(record.exc_info)) if record.exc_info else ""
