"""`/predictions`: how likely the next due day of each habit is kept, and why."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from anyio import to_thread
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from habit_coach import db
from habit_coach.api import cursors
from habit_coach.api.deps import Reader
from habit_coach.api.resources import Resource
from habit_coach.api.schemas import Cursor, Limit
from habit_coach.habits import habit as habits
from habit_coach.predictions import serving
from habit_coach.predictions.serving import Prediction, Said
from habit_coach.predictions.targets import Status

router = Resource.router("predictions", "/predictions")


class ReasonOut(BaseModel):
    """What goes together with this prediction; `effect` is in log-odds, above zero where it speaks for the habit."""

    model_config = ConfigDict(from_attributes=True)

    text: str
    effect: float


class WeekOut(BaseModel):
    """The next seven due days. `at_least[k - 1]` is the chance that k or more are kept; the goal is five of them."""

    model_config = ConfigDict(from_attributes=True)

    expected: float
    at_least: list[float]
    goal_chance: float
    lapse_chance: float


class PredictionOut(BaseModel):
    """Of a quota, `probability` is that the `quota_left` are done in the `days_left` of its period.

    Where nothing can be said yet, or nothing is due, `message` says so; then `probability` may be null.
    """

    model_config = ConfigDict(from_attributes=True)

    habit_id: UUID
    status: Status
    message: str
    probability: float | None
    risk: str | None = Field(description="low, medium or high: of not keeping it.")
    source: str = Field(description="model, or rule where no model is needed or trusted.")
    model_version: str | None
    for_day: date | None
    as_of: date | None = Field(description="Nothing later than the end of this day was looked at.")
    reasons: list[ReasonOut]
    week: WeekOut | None
    days_until_break: int | None = Field(description="Due days until a miss is as likely as not, at this rate.")
    quota_left: int | None
    days_left: int | None

    @classmethod
    def of(cls, prediction: Prediction) -> "PredictionOut":
        return cls.model_validate(prediction)


class PredictionList(BaseModel):
    items: list[PredictionOut]
    next_cursor: str | None = None


class Batch(BaseModel):
    habit_ids: list[UUID] = Field(min_length=1, max_length=100)


@router.get("/habits/{habit_id}/prediction")
async def one(habit_id: UUID, user: Reader) -> PredictionOut:
    """The next due day of one habit."""
    found = await said(lambda session: serving.of(session, user, habit_id))
    return PredictionOut.of(found[0])


@router.get("")
async def listed(user: Reader, limit: Limit = 100, cursor: Cursor = None) -> PredictionList:
    """The habits in use, in the user's own order."""
    with db.session() as session:
        some, following = cursors.page(habits.listed(session, user), limit, cursor)
    found = await said(lambda own: serving.of_some(own, user, [habit.id for habit in some]))
    return PredictionList(items=[PredictionOut.of(one) for one in found], next_cursor=following)


@router.post("/batch")
async def batch(asked: Batch, user: Reader) -> PredictionList:
    """Some habits, in the order asked for."""
    found = await said(lambda session: serving.of_some(session, user, asked.habit_ids))
    return PredictionList(items=[PredictionOut.of(one) for one in found])


async def said(ask: Callable[[Session], Said]) -> list[Prediction]:
    """Predict off the event loop, and note what was served."""

    def work() -> list[Prediction]:
        with db.session() as session:
            found = ask(session)
        with db.session(writes=True) as session:
            serving.record(session, found.log)
        return found.predictions

    return await to_thread.run_sync(work)
