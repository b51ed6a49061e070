"""What every resource route does alike: conditional reads, and writes that may be sent twice."""

import hashlib
import json
import re
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Any, ClassVar
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from fastapi.security.utils import get_authorization_scheme_param
from pydantic_core import to_json
from sqlalchemy import delete, select, update
from starlette.responses import JSONResponse, StreamingResponse
from starlette.types import Message, Receive

from habit_coach import clock, db, vault
from habit_coach.accounts import sessions, tokens
from habit_coach.accounts.models import IdempotentAnswer
from habit_coach.api.problems import REFUSALS
from habit_coach.api.requests import PREFIX
from habit_coach.columns import can_be_kept
from habit_coach.errors import Conflict, Invalid, NotSignedIn

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
LONGEST_KEY = 255
IN_MEMORY = 1024 * 1024
PIECE = 256 * 1024
BOUNDARY = re.compile(r'^multipart/form-data;.*boundary="?([^";]+)')
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same request sent again with this key, within a day, is answered again and done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
}
KNOWN = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of an answer that you have: 304 while it is still so.",
    "schema": {"type": "string"},
}
ABANDONED_AFTER = timedelta(minutes=1)
RUNNING = 0
TABLE = IdempotentAnswer.__table__  # type: ignore[attr-defined]


class Json(JSONResponse):
    """An answer of plain values, ids, days and instants, for the hottest roads: no models, nothing checked again."""

    def render(self, content: Any) -> bytes:
        return to_json(content)


class Resource(APIRoute):
    """GET answers carry an ETag, and 304 when the client has it (RFC 9110, section 13.1.2); only files do not.

    POST takes an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) from whoever is signed in: the same
    request sent again, within a day, gets the first answer again and is not carried out again.
    """

    cache_control: ClassVar = "private, no-cache"

    @classmethod
    def router(cls, tag: str, path: str = "") -> APIRouter:
        """For such routes below `path`, complete: the app takes them over, as an included router is searched twice."""
        return APIRouter(
            prefix=PREFIX + path,
            tags=[tag],
            route_class=cls,
            responses=REFUSALS,
            generate_unique_id_function=operation_id,
        )

    def get_route_handler(self) -> Handler:
        handle = partial(_with_text_that_can_be_kept, super().get_route_handler())
        if self.methods == {"GET"}:
            return partial(_if_changed, handle, self.cache_control)
        if self.methods == {"POST"}:
            return partial(_once, handle)
        return handle


class Guarded(Resource):
    """The same for what guards an account or holds a secret: no cache keeps it."""

    cache_control = "no-store"


def describe(operation: dict[str, Any], method: str) -> None:
    """Add to an operation of the OpenAPI document what `Resource` makes of it."""
    parameters = operation.setdefault("parameters", [])
    if method == "post" and "security" in operation:
        parameters.append(KEY)
    content = operation["responses"].get("200", {}).get("content", {})
    if method == "get" and content.keys() == {"application/json"}:
        parameters.append(KNOWN)
        operation["responses"]["200"]["headers"] = {"ETag": {"schema": {"type": "string"}}}
        operation["responses"]["304"] = {"description": "What you have is still so"}


def operation_id(route: APIRoute) -> str:
    """Names that a generated client can wear: `habits_create`."""
    return f"{route.tags[0]}_{route.name}".replace(" ", "_") if route.tags else route.name


async def _with_text_that_can_be_kept(handle: Handler, request: Request) -> Response:
    found: list[Any] = [*request.path_params.values(), *request.query_params.values()]
    if "json" in request.headers.get("content-type", "") and b"\\u" in await request.body():
        with suppress(ValueError, RecursionError):  # the route itself says what is wrong with it
            found.append(await request.json())
    if not can_be_kept(found):
        raise Invalid("There is a character in this text that cannot be kept: NUL, or half of a surrogate pair.")
    return await handle(request)


async def _if_changed(handle: Handler, cache_control: str, request: Request) -> Response:
    answer = await handle(request)
    if answer.status_code != 200 or isinstance(answer, StreamingResponse):
        return answer
    tag = f'W/"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": cache_control, "Vary": "Authorization"}
    if given := request.headers.get("if-none-match"):
        known = {one.strip().removeprefix("W/") for one in given.split(",")}
        if known & {"*", tag.removeprefix("W/")}:
            return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer


async def _once(handle: Handler, request: Request) -> Response:
    key = request.headers.get("idempotency-key")
    if key is None:
        return await handle(request)
    if not 0 < len(key) <= LONGEST_KEY:
        raise Invalid(f"An Idempotency-Key has 1 to {LONGEST_KEY} characters.")
    user_id = await to_thread.run_sync(_user_id, request)
    if user_id is None:
        return await handle(request)
    row = {"user_id": user_id, "key_hash": _digest(key.encode())}
    with SpooledTemporaryFile(IN_MEMORY) as body:
        async for piece in request.stream():
            body.write(piece)
        request_hash = await to_thread.run_sync(_fingerprint, request, body)
        known = await to_thread.run_sync(_claim, row, request_hash)
        if known is not None:
            return _again(known)
        return await _carry_out(handle, Request(request.scope, _read_again(body)), row)


async def _carry_out(handle: Handler, request: Request, row: dict[str, Any]) -> Response:
    answered: list[Response] = []

    async def settle(_kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None and answered:
            await to_thread.run_sync(_keep, row, answered[0].status_code, bytes(answered[0].body).decode())
        else:
            await to_thread.run_sync(_release, row)

    # What is pushed first runs last: when the route's own transaction has committed, and before the answer is sent.
    request.scope["fastapi_function_astack"].push_async_exit(settle)
    answered.append(await handle(request))
    return answered[0]


def _again(known: IdempotentAnswer) -> Response:
    """What was answered the first time."""
    body = vault.unseal(known.body)
    headers = {"Idempotency-Replayed": "true"}
    return Response(body, known.status, headers, media_type="application/json" if body else None)


def _fingerprint(request: Request, body: IO[bytes]) -> str:
    """By which the same request is known again: its address and its body, without the marks between a form's parts,
    which clients draw anew each time.
    """
    found = BOUNDARY.search(request.headers.get("content-type", ""))
    mark = b"--" + found[1].encode() if found else None
    content = hashlib.sha256()
    body.seek(0)
    while line := body.readline(PIECE):
        if mark is None or not line.startswith(mark):
            content.update(line)
    return _digest(request.url.path.encode(), request.url.query.encode(), content.digest())


def _read_again(body: IO[bytes]) -> Receive:
    body.seek(0)

    async def receive() -> Message:
        piece = body.read(PIECE)
        return {"type": "http.request", "body": piece, "more_body": bool(piece)}

    return receive


def _user_id(request: Request) -> UUID | None:
    """Whose key this is; None for somebody whom the route itself will refuse."""
    _, secret = get_authorization_scheme_param(request.headers.get("authorization"))
    find = tokens.owner if secret.startswith(tokens.PREFIX) else sessions.from_access_token
    try:
        with db.session() as session:
            return find(session, secret)[0].id
    except NotSignedIn:
        return None


def _claim(row: dict[str, Any], request_hash: str) -> IdempotentAnswer | None:
    """Take the key for this request, or give what was answered to it before.

    Raises Invalid when the key came with another request, Conflict while the first one is still at work.
    """
    now = clock.now()
    mine = [TABLE.c[name] == value for name, value in row.items()]
    with db.session(writes=True) as session:
        new = {**row, "request_hash": request_hash, "status": RUNNING, "body": "", "created_at": now}
        if session.execute(db.insert(session, TABLE).values(new).on_conflict_do_nothing()).rowcount:  # type: ignore[attr-defined]
            return None
        found = session.scalars(select(IdempotentAnswer).where(*mine)).one()
        if found.request_hash != request_hash:
            raise Invalid("This Idempotency-Key was used for another request. Use a new key for each.")
        if found.status != RUNNING:
            return found
        abandoned = update(IdempotentAnswer).where(*mine, TABLE.c.created_at < now - ABANDONED_AFTER)
        if session.execute(abandoned.values(created_at=now)).rowcount:  # type: ignore[attr-defined]
            return None
        raise Conflict("The first request with this Idempotency-Key is still at work. Try again in a moment.")


def _keep(row: dict[str, Any], status: int, body: str) -> None:
    mine = [TABLE.c[name] == value for name, value in row.items()]
    with db.session(writes=True) as session:
        # Sealed, since an answer may hold a secret that is shown once.
        session.execute(update(IdempotentAnswer).where(*mine).values(status=status, body=vault.seal(body)))


def _release(row: dict[str, Any]) -> None:
    mine = [TABLE.c[name] == value for name, value in row.items()]
    with db.session(writes=True) as session:
        session.execute(delete(IdempotentAnswer).where(*mine))


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(json.dumps([hashlib.sha256(part).hexdigest() for part in parts]).encode()).hexdigest()
