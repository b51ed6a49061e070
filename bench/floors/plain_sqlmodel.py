"""Floor: FastAPI with SQLModel in the tutorials' plainest way: threads, entities, a session by `Depends`, a token.

On a copy of the app's own database. Not tuned, on purpose: it is what most people would write first.
"""

import os
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

import jwt
from fastapi import Depends, FastAPI, Header
from pydantic import BaseModel
from sqlalchemy import JSON, MetaData, event
from sqlmodel import Field, Session, SQLModel, create_engine, select

from bench.floors.keys import KEY

engine = create_engine(f"sqlite:///{os.environ['FLOOR_DATABASE']}", connect_args={"check_same_thread": False})


@event.listens_for(engine, "connect")
def wal(connection, _record):
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


class Plain(SQLModel):
    metadata = MetaData()


class Habit(Plain, table=True):
    user_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    name: str
    description: str
    icon: str
    color: str
    kind: str
    unit: str
    rules: list[dict[str, Any]] = Field(sa_type=JSON)
    group: str
    tags: list[str] = Field(sa_type=JSON)
    position: int
    start_date: date
    reminders: list[str] = Field(sa_type=JSON)
    remind_only_if_open: bool
    created_at: datetime
    updated_at: datetime


class Entry(Plain, table=True):
    user_id: UUID = Field(primary_key=True)
    habit_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    state: str
    value: float | None = None
    note: str = ""
    source: str = "api"
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    updated_at: datetime = Field(default_factory=lambda: datetime.now(UTC))


class Standing(Plain, table=True):
    user_id: UUID = Field(primary_key=True)
    habit_id: UUID = Field(primary_key=True)
    as_of: date
    current_streak: int
    current_since: date | None
    best_streak: int
    best_first: date | None
    best_last: date | None
    rate_7d: float | None
    rate_30d: float | None
    rate_90d: float | None
    strength: float | None
    total: float


class Change(BaseModel):
    day: date | None = None
    value: float | None = None
    note: str = ""


def session():
    with Session(engine) as opened:
        yield opened


def user(authorization: Annotated[str, Header()]) -> UUID:
    return UUID(jwt.decode(authorization.removeprefix("Bearer "), KEY, algorithms=["HS256"])["sub"])


Database = Annotated[Session, Depends(session)]
User = Annotated[UUID, Depends(user)]
app = FastAPI()


@app.post("/habits/{habit_id}/checkin")
def check_in(habit_id: UUID, change: Change, database: Database, user: User) -> Entry:
    habit = database.get(Habit, (user, habit_id))
    day = change.day or datetime.now(UTC).date()
    entry = database.get(Entry, (user, habit.id, day)) or Entry(user_id=user, habit_id=habit.id, day=day, state="done")
    entry.value, entry.note = change.value, change.note
    database.add(entry)
    database.commit()
    database.refresh(entry)
    return entry


@app.get("/habits")
def habits(database: Database, user: User) -> list[Habit]:
    return database.exec(select(Habit).where(Habit.user_id == user).order_by(Habit.position)).all()


@app.get("/habits/{habit_id}/stats")
def stats(habit_id: UUID, database: Database, user: User) -> Standing:
    return database.get(Standing, (user, habit_id))
