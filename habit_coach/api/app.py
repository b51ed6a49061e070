"""The REST front: one FastAPI app, which the Reflex app is mounted behind."""

from functools import partial
from importlib import import_module
from typing import Any

from anyio import to_thread
from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Match, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from habit_coach.api import (
    account,
    admin,
    answers,
    auth,
    browser,
    calendar,
    channels,
    docs,
    entries,
    habits,
    health,
    metrics,
    models,
    notifications,
    predictions,
    provider,
    reports,
    resources,
    second_factor,
    tokens,
    transfer,
)
from habit_coach.api.headers import Careful
from habit_coach.api.problems import REFUSALS, Problem, answer_with_problems
from habit_coach.api.requests import PREFIX, Watched
from habit_coach.notifications import events
from habit_coach.settings import settings

# Routes are tried one after another: what is asked all day comes first. `TAGS` is the order in which `/docs` tells.
ROUTERS = (
    entries.router,
    habits.router,
    auth.router,
    account.router,
    second_factor.router,
    tokens.router,
    notifications.router,
    channels.router,
    calendar.router,
    predictions.router,
    reports.router,
    transfer.router,
    admin.router,
    models.router,
)
DESCRIPTION = """Everything that the browser app does with habits, for scripts, phones and home automation.

Get a token with `POST /api/v1/auth/login`, or make one for a script with `POST /api/v1/auth/tokens`, and send it as
`Authorization: Bearer ...`. Every error is [problem details](https://www.rfc-editor.org/rfc/rfc9457).

Every `GET` answers with an `ETag`: send it as `If-None-Match` and get 304 when nothing changed. Every `POST` of
somebody who is signed in takes an `Idempotency-Key`: the same request sent again within a day is answered again, and
done once.
A list has `items` and `next_cursor`: send that as `cursor` for the next page; it is null on the last.
"""


def build_api() -> FastAPI:
    """The app with all routes; `/docs` and `/openapi.json` describe it."""
    events.introduce()
    api = FastAPI(
        title="Habit Coach",
        version="1",
        description=DESCRIPTION,
        redirect_slashes=False,
        openapi_url="/openapi.json",
        generate_unique_id_function=resources.operation_id,
        docs_url=None,
        responses=REFUSALS,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # `/metrics` and the log have our own
    )
    answer_with_problems(api)
    for router in ROUTERS:
        api.router.routes += router.routes
    api.include_router(health.router)
    api.include_router(metrics.router)
    api.include_router(browser.router)
    api.include_router(provider.router)
    api.include_router(docs.router)
    api.include_router(answers.router)
    api.include_router(calendar.feed)
    api.router.routes.append(Route("/mcp", Agents(), include_in_schema=False))
    api.add_api_route("/api/{path:path}", _nothing_here, methods=METHODS, include_in_schema=False)
    api.openapi = partial(_described, api)  # type: ignore[method-assign]
    api.add_middleware(EitherSlash)
    api.add_middleware(Careful)
    api.add_middleware(Watched)
    if settings().allowed_origins:
        api.add_middleware(
            CORSMiddleware,
            allow_origins=settings().origins,
            allow_methods=["*"],
            allow_headers=["*"],
            allow_credentials=True,
        )
    return api


def _described(api: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the problem details that every route may answer and the headers that all share."""
    if api.openapi_schema is None:
        document = FastAPI.openapi(api)
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if path.startswith(PREFIX):
                    resources.describe(operation, method)
        # FastAPI would file a response's model under its own media type, which is not that of problems.
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        document["components"]["schemas"] |= problem.pop("$defs") | {"Problem": problem}
    return api.openapi_schema or {}


METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


async def _nothing_here(request: Request, path: str) -> None:
    """404 as JSON under `/api`, where the pages' own 404 would be HTML; 405 where only the method is wrong."""
    *others, _this = [route for route in request.app.routes if not isinstance(route, Mount)]
    allowed = [
        method
        for method in METHODS
        if any(route.matches({**request.scope, "method": method})[0] == Match.FULL for route in others)
    ]
    if allowed:
        raise HTTPException(405, f"Use {' or '.join(allowed)} here.", {"Allow": ", ".join(allowed)})
    raise HTTPException(404, "There is nothing at this address. The routes are listed at /docs.")


class Agents:
    """`/mcp`, loaded with its first request: the SDK takes a second and 30 MB that most servers never need."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        agents = await to_thread.run_sync(import_module, "habit_coach.api.agents")
        await agents.OverHttp()(scope, receive, send)


class EitherSlash:
    """`/api/v1/habits/` and `/api/v1/habits` are the same place, without a redirect that would drop a body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/api/") and scope["path"].endswith("/"):
            scope["path"] = scope["path"].rstrip("/")
        await self.app(scope, receive, send)
