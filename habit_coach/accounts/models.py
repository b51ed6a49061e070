"""The tables of accounts. Secrets are kept as hashes: whoever reads the database cannot sign in with it."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from habit_coach.columns import Instant, Json, new_id


class Role(StrEnum):
    user = "user"
    admin = "admin"


class User(SQLModel, table=True):
    """A person. `email` is in the form in which it is looked up: trimmed, case-folded.

    `region` is whose dates and numbers they read, by its code; empty for what their browser asks for.
    `tips_read` counts the tips for newcomers that were put away.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    email: str = Field(unique=True, max_length=254)
    name: str = Field(default="", max_length=80)
    password_hash: str = Field(max_length=100)
    role: str = Field(default=Role.user, max_length=10)
    timezone: str = Field(default="UTC", max_length=64)
    day_start: int = 0
    week_start: int = 0
    region: str = Field(default="", max_length=2)
    tips_read: int = 0
    created_at: datetime = Field(sa_type=Instant)
    email_verified_at: datetime | None = Field(default=None, sa_type=Instant)
    deactivated_at: datetime | None = Field(default=None, sa_type=Instant)
    delete_after: datetime | None = Field(default=None, sa_type=Instant, index=True)


def _of_user() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["user_id"], ["user.id"], ondelete="CASCADE")


class LoginSession(SQLModel, table=True):
    """One sign-in on one device, the unit of trust: cookie, access tokens and refresh tokens end with it."""

    __tablename__ = "login_session"
    __table_args__ = (_of_user(),)

    user_id: UUID = Field(primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    cookie_hash: str | None = Field(default=None, unique=True, max_length=64)
    device: str = Field(default="", max_length=200)
    address: str = Field(default="", max_length=45)
    created_at: datetime = Field(sa_type=Instant)
    last_used_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class RefreshToken(SQLModel, table=True):
    """A refresh token that was handed out; its family is its login session."""

    __tablename__ = "refresh_token"
    __table_args__ = (
        ForeignKeyConstraint(
            ["user_id", "session_id"], ["login_session.user_id", "login_session.id"], ondelete="CASCADE"
        ),
    )

    user_id: UUID = Field(primary_key=True)
    token_hash: str = Field(primary_key=True, unique=True, max_length=64)
    session_id: UUID
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class AuditEvent(SQLModel, table=True):
    """Something that an owner or an admin may later ask about."""

    __tablename__ = "audit_event"

    user_id: UUID = Field(primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    at: datetime = Field(sa_type=Instant, index=True)
    action: str = Field(max_length=60)
    address: str = Field(default="", max_length=45)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


class OneTimeToken(SQLModel, table=True):
    """What an e-mail to `email` carries: good for one `purpose`, once, for a while."""

    __tablename__ = "one_time_token"
    __table_args__ = (_of_user(),)

    user_id: UUID = Field(primary_key=True)
    token_hash: str = Field(primary_key=True, unique=True, max_length=64)
    purpose: str = Field(max_length=20)
    email: str = Field(default="", max_length=254, sa_column_kwargs={"server_default": ""})
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class PersonalToken(SQLModel, table=True):
    """A token that a user made for a script; it may do what its scopes name, until it expires or is revoked."""

    __tablename__ = "personal_token"
    __table_args__ = (_of_user(),)

    user_id: UUID = Field(primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=80)
    token_hash: str = Field(unique=True, max_length=64)
    scopes: list[str] = Field(sa_type=Json)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    last_used_at: datetime | None = Field(default=None, sa_type=Instant)


class SecondFactor(SQLModel, table=True):
    """The secret that a user's authenticator app shares; `last_step` is the newest time step whose code was used."""

    __tablename__ = "second_factor"
    __table_args__ = (_of_user(),)

    user_id: UUID = Field(primary_key=True)
    sealed_secret: str = Field(max_length=300)
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant)
    last_step: int = 0


class RecoveryCode(SQLModel, table=True):
    """One sign-in without the authenticator app."""

    __tablename__ = "recovery_code"
    __table_args__ = (_of_user(),)

    user_id: UUID = Field(primary_key=True)
    code_hash: str = Field(primary_key=True, max_length=64)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class Identity(SQLModel, table=True):
    """Who a user is at an OpenID Connect issuer."""

    __table_args__ = (_of_user(), UniqueConstraint("issuer", "subject"))

    user_id: UUID = Field(primary_key=True)
    issuer: str = Field(primary_key=True, max_length=200)
    subject: str = Field(max_length=255)
    created_at: datetime = Field(sa_type=Instant)


class IdempotentAnswer(SQLModel, table=True):
    """What was answered to a request with an Idempotency-Key, to be answered again; kept for a day."""

    __tablename__ = "idempotent_answer"
    __table_args__ = (_of_user(),)

    user_id: UUID = Field(primary_key=True)
    key_hash: str = Field(primary_key=True, max_length=64)
    request_hash: str = Field(max_length=64)
    status: int
    body: str
    created_at: datetime = Field(sa_type=Instant, index=True)
