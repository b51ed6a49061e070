"""The tables of habits. Everything that grows with use has `user_id` first in its key, so it can be split by user."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from habit_coach.columns import Instant, Json, new_id


class State(StrEnum):
    """What a person said about a day; that a number stayed below its target is derived, not stored."""

    done = "done"
    missed = "missed"
    skipped = "skipped"


def _of_user() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["user_id"], ["user.id"], ondelete="CASCADE")


def _of_habit() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["user_id", "habit_id"], ["habit.user_id", "habit.id"], ondelete="CASCADE")


class Habit(SQLModel, table=True):
    """A habit. `rules` are its effective-dated schedules and targets, oldest first: a day has the rule of its time."""

    __table_args__ = (_of_user(),)

    user_id: UUID = Field(primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=120)
    description: str = ""
    icon: str = Field(default="", max_length=16)
    color: str = Field(default="", max_length=7)
    kind: str = Field(max_length=10)
    unit: str = Field(default="", max_length=24)
    rules: list[dict[str, Any]] = Field(sa_type=Json)
    group: str = Field(default="", max_length=60)
    tags: list[str] = Field(default_factory=list, sa_type=Json)
    position: int = 0
    start_date: date
    reminders: list[str] = Field(default_factory=list, sa_type=Json)
    remind_only_if_open: bool = True
    next_reminder_at: datetime | None = Field(default=None, sa_type=Instant, index=True)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    archived_at: datetime | None = Field(default=None, sa_type=Instant)
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class Entry(SQLModel, table=True):
    """What a person said about one habit on one local day.

    Its key is its only index, and in SQLite its rows lie in it: days of several habits are asked for by their ids.
    """

    __table_args__ = (_of_habit(), {"sqlite_with_rowid": False})

    user_id: UUID = Field(primary_key=True)
    habit_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    state: str = Field(max_length=10)
    value: float | None = None
    note: str = ""
    source: str = Field(default="web", max_length=20)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


class PauseRow(SQLModel, table=True):
    """Days, both included, on which a habit, or without one the whole account, asks nothing; open without `last`."""

    __tablename__ = "pause"
    __table_args__ = (_of_user(), _of_habit())

    user_id: UUID = Field(primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    habit_id: UUID | None = None
    first: date
    last: date | None = None


class Standing(SQLModel, table=True):
    """Where a habit stands at the end of `as_of`, so that no page reads years.

    `checkpoint` is everything folded up to about a hundred days back and, as its `eve`, up to the day before `as_of`.
    """

    __table_args__ = (_of_habit(),)

    user_id: UUID = Field(primary_key=True)
    habit_id: UUID = Field(primary_key=True)
    as_of: date
    current_streak: int = 0
    current_since: date | None = None
    best_streak: int = 0
    best_first: date | None = None
    best_last: date | None = None
    rate_7d: float | None = None
    rate_30d: float | None = None
    rate_90d: float | None = None
    strength: float | None = None
    total: float = 0.0
    checkpoint: dict[str, Any] | None = Field(default=None, sa_type=Json)


class CheckInLink(SQLModel, table=True):
    """A URL that checks one habit in for whoever opens it: for NFC tags and buttons. Kept as a hash."""

    __tablename__ = "check_in_link"
    __table_args__ = (_of_habit(),)

    user_id: UUID = Field(primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    habit_id: UUID
    name: str = Field(default="", max_length=80)
    token_hash: str = Field(unique=True, max_length=64)
    created_at: datetime = Field(sa_type=Instant)
    last_used_at: datetime | None = Field(default=None, sa_type=Instant)
