"""Every refusal as RFC 9457 `application/problem+json`, built in this one place."""

import logging
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from habit_coach.api.headers import budget_headers, security_headers
from habit_coach.api.requests import template
from habit_coach.errors import HabitCoachError, Invalid, NotSignedIn, RateLimited, Unavailable
from habit_coach.throttle import Budget

log = logging.getLogger(__name__)


class OneField(BaseModel):
    field: str
    message: str


class Problem(BaseModel):
    """Why a request was refused, as in RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(description="A sentence that says what to do.")
    errors: list[OneField] = Field([], description="For a request that is not valid: what is wrong with each field.")


REFUSALS: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "Refused, and why",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}


def answer_with_problems(api: FastAPI) -> None:
    """Install the handlers that turn every error into problem details."""
    api.exception_handler(HabitCoachError)(expected)
    api.exception_handler(RequestValidationError)(not_valid)
    api.exception_handler(HTTPException)(from_http)
    api.exception_handler(Exception)(unexpected)


def problem(status: int, title: str, detail: str, errors: list[dict[str, str]] | None = None) -> JSONResponse:
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if errors:
        body["errors"] = errors
    return JSONResponse(body, status, media_type="application/problem+json")


async def expected(_request: Request, error: HabitCoachError) -> JSONResponse:
    fields = error.fields if isinstance(error, Invalid) else {}
    answer = problem(error.status, error.title, error.message, [{"field": k, "message": v} for k, v in fields.items()])
    if isinstance(error, NotSignedIn):
        answer.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, RateLimited | Unavailable):
        answer.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, RateLimited):
        answer.headers.update(budget_headers(Budget(error.allowed, 0, error.retry_after)))
    return answer


async def not_valid(_request: Request, error: RequestValidationError) -> JSONResponse:
    errors = [{"field": _place(one["loc"]), "message": _sentence(one["msg"])} for one in error.errors()]
    detail = " ".join(f"{one['field']}: {one['message']}" if one["field"] else one["message"] for one in errors[:5])
    return problem(422, Invalid.title, detail, errors)


async def from_http(_request: Request, error: HTTPException) -> JSONResponse:
    answer = problem(error.status_code, str(error.detail), str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def unexpected(request: Request, error: Exception) -> JSONResponse:
    error_id = uuid4().hex[:12]
    log.error("error %s at %s %s", error_id, request.method, template(request.scope), exc_info=error)
    answer = problem(500, "Something broke on our side", f"It has been noted as {error_id}. Try again in a moment.")
    # It is made outside of the middlewares that add these.
    answer.headers.update(security_headers() | {"X-Request-ID": request.state.request_id})
    return answer


def _place(location: tuple[int | str, ...]) -> str:
    """`("body", "schedule", "weekdays", "days")` as `schedule.weekdays.days`."""
    return ".".join(str(part) for part in location[1:])


def _sentence(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return message if message.endswith(".") else f"{message}."
