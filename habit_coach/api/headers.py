"""What every answer tells the browser to allow, and how much a request may bring."""

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Literal

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from habit_coach.settings import settings
from habit_coach.throttle import Budget

PAGES = Path(__file__).parents[2] / ".web" / "build" / "client"
UPLOADS = ("/api/v1/transfer/", "/_upload")
Kind = Literal["api", "document", "page"]
Sent = tuple[tuple[bytes, bytes], ...]
INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


def security_headers() -> dict[str, str]:
    """The headers of every answer; pages get `content_security_policy` in place of the one here."""
    found = {
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
    if settings().is_https:
        found["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return found


def content_security_policy() -> str:
    """For pages: only what we serve ourselves; of scripts our files, and by their hash the inline ones of the build.

    `unsafe-eval` is for Reflex, which runs what an event handler sends back (a toast, a redirect) with `eval`;
    `unsafe-inline` for styles is for the style attributes and elements that it and the toasts write. docs/security.md
    says what was measured.
    """
    scripts = " ".join(["'self'", "'unsafe-eval'", *sorted(_inline_scripts(PAGES))])
    rules = {
        "default-src": "'self'",
        "script-src": scripts,
        "script-src-attr": "'none'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _inline_scripts(pages: Path) -> set[str]:
    found = {script for page in pages.rglob("*.html") for script in INLINE_SCRIPT.findall(page.read_bytes())}
    digests = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in found if script.strip())
    return {f"'sha256-{digest}'" for digest in digests}


def budget_headers(budget: Budget) -> dict[str, str]:
    """How much of a rate is left: the IETF draft's two headers, and the three that clients have read for years."""
    return {
        "RateLimit-Policy": f'"default";q={budget.allowed}',
        "RateLimit": f'"default";r={budget.remaining};t={budget.resets_in}',
        "RateLimit-Limit": str(budget.allowed),
        "RateLimit-Remaining": str(budget.remaining),
        "RateLimit-Reset": str(budget.resets_in),
    }


class Careful:
    """Adds the security headers to every answer, and refuses a body that is larger than the settings allow (413)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                budget: Budget | None = state.get("budget")
                wanted = always_sent(_kind(scope["path"])) + (_as_sent(budget_headers(budget)) if budget else ())
                given = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(pair for pair in wanted if pair[0] not in given)]
            await send(message)

        await self.app(scope, _at_most(_largest(scope), scope, receive), with_headers)


def _kind(path: str) -> Kind:
    if path.startswith("/api/"):
        return "api"
    return "document" if path.startswith("/openapi.json") else "page"


@lru_cache(maxsize=3)
def always_sent(kind: Kind) -> Sent:
    """The headers of every answer of this kind, as they go over the line."""
    match kind:
        case "api":
            return _as_sent(security_headers() | {"Cache-Control": "no-store"})
        case "document":
            return _as_sent(security_headers())
        case "page":
            return _as_sent(security_headers() | {"Content-Security-Policy": content_security_policy()})


def _as_sent(headers: dict[str, str]) -> Sent:
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items())


def _largest(scope: Scope) -> int:
    is_upload = scope["path"].startswith(UPLOADS)
    return settings().largest_upload if is_upload else settings().largest_body


def _at_most(largest: int, scope: Scope, receive: Receive) -> Receive:
    arrived = 0

    async def limited() -> Message:
        nonlocal arrived
        message = await receive()
        arrived += len(message.get("body", b""))
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if arrived > largest or (announced.isdigit() and int(announced) > largest):
            raise HTTPException(413, f"This is larger than the {largest:,} bytes that are taken here.")
        return message

    return limited
