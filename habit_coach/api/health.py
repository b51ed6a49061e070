"""`/health`: whether this instance can do its work."""

from typing import Literal

from anyio import to_thread
from fastapi import APIRouter
from pydantic import BaseModel, Field

from habit_coach import db, runs, throttle

router = APIRouter(tags=["health"])


class Health(BaseModel):
    status: Literal["ok", "degraded"]
    silent: list[str] = Field(description="Background jobs that missed their heartbeat.")
    away: list[str] = Field(description="Services beside the database that do not answer.")


@router.get("/health")
async def health() -> Health:
    """Answers once the database does; degraded while the worker, one of its jobs or Redis does not."""
    with db.session() as session:
        silent = runs.silent(session)
    away = [] if await to_thread.run_sync(throttle.answers) else ["redis"]
    return Health(status="degraded" if silent or away else "ok", silent=silent, away=away)
