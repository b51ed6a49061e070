"""`/admin`: accounts, the audit log, and how the instance is. Whoever is no admin finds nothing here."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from habit_coach import runs
from habit_coach.accounts import administration
from habit_coach.accounts.administration import Standing
from habit_coach.accounts.models import Role, User
from habit_coach.api import cursors
from habit_coach.api.account import AuditLog, before
from habit_coach.api.deps import AdminReader, AdminWriter, ReadSession, WriteSession
from habit_coach.api.resources import Guarded
from habit_coach.api.schemas import Cursor, Limit
from habit_coach.notifications import oversight
from habit_coach.predictions import registry

router = Guarded.router("admin", "/admin")


class Account(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    name: str
    role: Role
    created_at: datetime
    email_verified_at: datetime | None
    deactivated_at: datetime | None
    delete_after: datetime | None

    @classmethod
    def of(cls, user: User) -> "Account":
        return cls.model_validate(user)


class AccountList(BaseModel):
    items: list[Account]
    next_cursor: str | None = None


class AccountChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: Role | None = None
    active: bool | None = Field(None, description="false signs the person out everywhere and keeps them out.")


class Run(BaseModel):
    """One run of a job; `counts` says what it did, `error` why it failed."""

    model_config = ConfigDict(from_attributes=True)

    period: datetime
    started_at: datetime
    ended_at: datetime | None
    counts: dict[str, int]
    error: str


class Task(BaseModel):
    """What the worker does again and again; `silent` when it should have succeeded meanwhile."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    every: timedelta | None
    succeeded_at: datetime | None
    silent: bool
    newest: Run | None


class TaskList(BaseModel):
    items: list[Task]
    next_cursor: str | None = None


class Outbox(BaseModel):
    """Deliveries; `late` ones were due more than five minutes ago, `sent_today` are of the past 24 hours."""

    model_config = ConfigDict(from_attributes=True)

    waiting: int
    late: int
    failed: int
    sent_today: int


class Accounts(BaseModel):
    """How many there are in each standing, and how many of them are admins or new."""

    model_config = ConfigDict(from_attributes=True)

    standing: dict[Standing, int]
    admins: int
    this_week: int
    this_month: int


class Condition(BaseModel):
    status: Literal["ok", "degraded"]
    silent: list[str] = Field(description="Background jobs that missed their heartbeat.")
    outbox: Outbox
    accounts: Accounts
    model: str = Field(description="The version that predicts, or `rule`.")


@router.get("/health")
async def condition(session: ReadSession, _admin: AdminReader) -> Condition:
    """How the instance is: its worker, its outbox, its accounts and the model that it serves."""
    silent = runs.silent(session)
    return Condition(
        status="degraded" if silent else "ok",
        silent=silent,
        outbox=Outbox.model_validate(oversight.traffic(session)),
        accounts=Accounts.model_validate(administration.census(session)),
        model=registry.current(session).version,
    )


@router.get("/tasks")
async def tasks(session: ReadSession, _admin: AdminReader, limit: Limit = 100, cursor: Cursor = None) -> TaskList:
    """The periodic tasks by name, each with its newest run."""
    some, following = cursors.page(runs.jobs(session), limit, cursor, lambda job: job.name)
    return TaskList(items=[Task.model_validate(job) for job in some], next_cursor=following)


@router.get("/users")
async def accounts(
    session: ReadSession,
    _admin: AdminReader,
    search: Annotated[str, Query(max_length=100, description="Part of an e-mail address or a name.")] = "",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> AccountList:
    """All accounts, oldest first."""
    found = administration.listed(session, search, cursors.id_in(cursor), limit + 1)
    some, following = cursors.cut(found, limit)
    return AccountList(items=[Account.of(user) for user in some], next_cursor=following)


@router.patch("/users/{user_id}")
async def change_account(user_id: UUID, change: AccountChange, session: WriteSession, admin: AdminWriter) -> Account:
    """Change somebody's role, or keep them out and let them in again."""
    return Account.of(administration.change(session, admin, user_id, change.role, change.active))


@router.get("/audit")
async def audit_log(
    session: ReadSession,
    _admin: AdminReader,
    user_id: UUID | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> AuditLog:
    """Who did what to which account, newest first."""
    return AuditLog.of(list(administration.events(session, user_id, before(cursor), limit + 1)), limit)
