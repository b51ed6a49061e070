"""`/admin`: the models behind the predictions, their training, and how right they were."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from habit_coach.api import cursors
from habit_coach.api.deps import AdminReader, AdminWriter, ReadSession, WriteSession
from habit_coach.api.resources import Guarded
from habit_coach.api.schemas import Cursor, Limit
from habit_coach.predictions import registry, trainings, watch
from habit_coach.predictions.models import Status

router = Guarded.router("admin", "/admin")


class ModelOut(BaseModel):
    """A model in the registry; `metrics` has how it did against champion and rule on the two weeks held back."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: str
    status: Status
    origin: str
    checksum: str
    schema_hash: str
    metrics: dict[str, Any]
    data: dict[str, Any]
    parameters: dict[str, Any]
    note: str
    created_at: datetime
    promoted_at: datetime | None
    promoted_by: UUID | None


class ModelList(BaseModel):
    items: list[ModelOut]
    next_cursor: str | None = None


class Training(BaseModel):
    """A training; `progress` is in per cent, `outcome` a sentence once it has ended."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    requested_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    stage: str
    progress: int
    outcome: str
    failed: bool


class TrainingList(BaseModel):
    items: list[Training]
    next_cursor: str | None = None


class ServedNow(BaseModel):
    version: str


class BarOut(BaseModel):
    """A group of predictions: what model and rule said on average, and the share that was kept."""

    model_config = ConfigDict(from_attributes=True)

    label: str
    rows: int
    stated: float
    by_rule: float
    happened: float


class Calibration(BaseModel):
    """The last four weeks of the model that is served; `stability` is the population stability index of a week."""

    model_config = ConfigDict(from_attributes=True)

    version: str
    rows: int
    deciles: list[BarOut]
    ages: list[BarOut]
    model: dict[str, float] | None
    rule: dict[str, float] | None
    stability: float | None
    alarms: list[str]


@router.post("/train-model", status_code=202)
async def train(session: WriteSession, admin: AdminWriter) -> Training:
    """Ask for a training; the worker begins within a minute. While one runs, that one is answered."""
    return Training.model_validate(trainings.ask(session, admin.id))


@router.get("/trainings")
async def listed_trainings(
    session: ReadSession, _admin: AdminReader, limit: Limit = 10, cursor: Cursor = None
) -> TrainingList:
    """The trainings and how far they are, newest first."""
    found = trainings.latest(session, limit + 1, cursors.id_in(cursor))
    some, following = cursors.cut(found, limit)
    return TrainingList(items=[Training.model_validate(one) for one in some], next_cursor=following)


@router.post("/reload-model")
async def reload(session: WriteSession, _admin: AdminWriter) -> ServedNow:
    """Load the champion anew in this process; all others follow within half a minute."""
    registry.reload()
    return ServedNow(version=registry.current(session).version)


@router.get("/models")
async def listed(session: ReadSession, _admin: AdminReader, limit: Limit = 50, cursor: Cursor = None) -> ModelList:
    """The models, newest first."""
    found = registry.listed(session, limit + 1, cursors.id_in(cursor))
    some, following = cursors.cut(found, limit)
    return ModelList(items=[ModelOut.model_validate(row) for row in some], next_cursor=following)


@router.post("/models/roll-back")
async def roll_back(session: WriteSession, admin: AdminWriter) -> ModelOut:
    """Bring back the champion before this one."""
    return ModelOut.model_validate(registry.roll_back(session, admin.id))


@router.post("/models/return-to-rule", status_code=204)
async def return_to_rule(session: WriteSession, admin: AdminWriter) -> None:
    """Retire the champion: until another is promoted, the rule answers."""
    registry.return_to_rule(session, "retired by hand", admin.id)


@router.post("/models/{model_id}/promote")
async def promote(model_id: UUID, session: WriteSession, admin: AdminWriter) -> ModelOut:
    """Make a model the champion."""
    return ModelOut.model_validate(registry.promote(session, model_id, admin.id, "promoted by hand"))


@router.get("/calibration")
async def calibration(session: ReadSession, _admin: AdminReader) -> Calibration:
    """How right the served predictions were, by decile and by the age of the habit."""
    return Calibration.model_validate(watch.report(session))
