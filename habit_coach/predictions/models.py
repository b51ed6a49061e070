"""The tables of predictions: the models there are, what was served with them, and whom each person may trust."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Text, text
from sqlmodel import Field, SQLModel

from habit_coach.columns import Instant, Json, new_id


class Status(StrEnum):
    """A candidate was never served, the champion is, a retired one was."""

    candidate = "candidate"
    champion = "champion"
    retired = "retired"


ONE_CHAMPION = text("status = 'champion'")


class PredictionModel(SQLModel, table=True):
    """A model as `model.to_json` writes it, with what it was made of; the database allows a single champion."""

    __tablename__ = "prediction_model"
    __table_args__ = (
        ForeignKeyConstraint(["promoted_by"], ["user.id"], ondelete="SET NULL"),
        Index(
            "ix_prediction_model_one_champion",
            "status",
            unique=True,
            sqlite_where=ONE_CHAMPION,
            postgresql_where=ONE_CHAMPION,
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: str = Field(unique=True, max_length=12)
    text: str = Field(sa_type=Text)
    checksum: str = Field(max_length=64)
    schema_hash: str = Field(max_length=16)
    origin: str = Field(max_length=10)
    status: str = Field(default=Status.candidate, max_length=10)
    metrics: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    parameters: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    note: str = ""
    created_at: datetime = Field(sa_type=Instant)
    promoted_at: datetime | None = Field(default=None, sa_type=Instant)
    promoted_by: UUID | None = None


class PredictionRow(SQLModel, table=True):
    """A probability that was served for one habit and day, and, once the day has passed, what came of it.

    `chance` is of the day itself; `probability`, which people see, is of the whole period where there is a quota.
    `experts` are the log-odds of each of `model.EXPERTS`; `age` the judged days before; `kept` stays empty where the
    day was skipped or paused after all.
    """

    __tablename__ = "prediction"
    __table_args__ = (
        ForeignKeyConstraint(["user_id", "habit_id"], ["habit.user_id", "habit.id"], ondelete="CASCADE"),
        Index("ix_prediction_user_id_for_day", "user_id", "for_day"),
        Index("ix_prediction_for_day", "for_day"),
    )

    user_id: UUID = Field(primary_key=True)
    habit_id: UUID = Field(primary_key=True)
    for_day: date = Field(primary_key=True)
    as_of: date
    made_at: datetime = Field(sa_type=Instant)
    version: str = Field(max_length=12)
    source: str = Field(max_length=5)
    probability: float
    chance: float
    risk: str = Field(max_length=6)
    age: int
    experts: list[float] = Field(sa_type=Json)
    reasons: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    settled_at: datetime | None = Field(default=None, sa_type=Instant)
    kept: bool | None = None


class PredictionTrust(SQLModel, table=True):
    """How each expert of a model version fared on one person's days, and the day that the person is scored for."""

    __tablename__ = "prediction_trust"
    __table_args__ = (ForeignKeyConstraint(["user_id"], ["user.id"], ondelete="CASCADE"),)

    user_id: UUID = Field(primary_key=True)
    version: str = Field(default="", max_length=12)
    losses: list[float] = Field(default_factory=list, sa_type=Json)
    scored_for: date | None = None
    leased_until: datetime | None = Field(default=None, sa_type=Instant)


class TrainingRun(SQLModel, table=True):
    """A training that was asked for: `progress` in per cent, `outcome` a sentence once it has ended."""

    __tablename__ = "training_run"
    __table_args__ = (ForeignKeyConstraint(["requested_by"], ["user.id"], ondelete="SET NULL"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    requested_at: datetime = Field(sa_type=Instant)
    requested_by: UUID | None = None
    started_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    stage: str = Field(default="waiting for the worker", max_length=60)
    progress: int = 0
    outcome: str = ""
    failed: bool = False
