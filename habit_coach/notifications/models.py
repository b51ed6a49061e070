"""The tables of notifications: what a person is told, and each way in which it is to reach them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text, true
from sqlmodel import Field, SQLModel, col

from habit_coach.columns import Instant, Json, new_id


class Kind(StrEnum):
    """What a notification is about."""

    reminder = "reminder"
    nudge = "nudge"
    note = "note"
    report = "report"


class DeliveryState(StrEnum):
    """Where a delivery stands. `sending` holds a lease; `failed` is over until somebody retries it."""

    scheduled = "scheduled"
    sending = "sending"
    sent = "sent"
    failed = "failed"
    dismissed = "dismissed"


class PromptState(StrEnum):
    """What became of a prompt. `held_back` was left out by chance, `dropped` because nobody needed it any more."""

    planned = "planned"
    sent = "sent"
    held_back = "held_back"
    dropped = "dropped"


class Preferences(SQLModel, table=True):
    """What a person wants of their notifications. Quiet hours are wall times ("22:00"), both or neither.

    `nudges` is whether they are told of a habit that is about to slip.
    `calendar_version` counts the secret addresses of their calendar: 0 is none, each new one ends the one before.
    """

    __tablename__ = "notification_preferences"
    __table_args__ = (ForeignKeyConstraint(["user_id"], ["user.id"], ondelete="CASCADE"),)

    user_id: UUID = Field(primary_key=True)
    quiet_from: str | None = Field(default=None, max_length=5)
    quiet_until: str | None = Field(default=None, max_length=5)
    by_email: list[str] = Field(default_factory=lambda: list(Kind), sa_type=Json)
    nudges: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    calendar_version: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class Channel(SQLModel, table=True):
    """A way to a person besides inbox and e-mail: a browser's push, an Apprise URL or a webhook.

    `sealed` holds its credentials, encrypted; `wants` the kinds of notifications and events that go through it.
    """

    __table_args__ = (ForeignKeyConstraint(["user_id"], ["user.id"], ondelete="CASCADE"),)

    user_id: UUID = Field(primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str = Field(max_length=10)
    label: str = Field(max_length=80)
    sealed: str
    wants: list[str] = Field(sa_type=Json)
    created_at: datetime = Field(sa_type=Instant)


class Notification(SQLModel, table=True):
    """Something a person is told, once: the key (user, kind, subject, due) lets nobody plan it twice.

    It is in the inbox from `arrived_at` on, until it is `dismissed_at`, or `settled_at` since its habit asks no more.
    `subject` is what it is about: a habit's id, a week's first day.
    """

    __table_args__ = (
        ForeignKeyConstraint(["user_id"], ["user.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["user_id", "habit_id"], ["habit.user_id", "habit.id"], ondelete="CASCADE"),
        UniqueConstraint("user_id", "kind", "subject", "due_at"),
    )

    user_id: UUID = Field(primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str = Field(max_length=20)
    subject: str = Field(max_length=80)
    due_at: datetime = Field(sa_type=Instant)
    title: str = Field(max_length=200)
    body: str = ""
    link: str = Field(default="", max_length=200)
    habit_id: UUID | None = None
    day: date | None = None
    created_at: datetime = Field(sa_type=Instant)
    arrived_at: datetime | None = Field(default=None, sa_type=Instant)
    read_at: datetime | None = Field(default=None, sa_type=Instant)
    dismissed_at: datetime | None = Field(default=None, sa_type=Instant)
    settled_at: datetime | None = Field(default=None, sa_type=Instant)


Index(
    "ix_notification_open",
    Notification.user_id,  # type: ignore[arg-type]
    Notification.habit_id,  # type: ignore[arg-type]
    postgresql_where=col(Notification.dismissed_at).is_(None),
    sqlite_where=col(Notification.dismissed_at).is_(None),
)
_waiting = col(Notification.arrived_at).is_(None) & col(Notification.dismissed_at).is_(None)
Index(
    "ix_notification_waiting",
    Notification.due_at,  # type: ignore[arg-type]
    postgresql_where=_waiting,
    sqlite_where=_waiting,
)


class Prompt(SQLModel, table=True):
    """A reminder or nudge, sent or not, with what was predicted then: what it takes to judge later what prompts do.

    `probability` of the day being kept, as `version` said; `propensity` is the chance with which a prompt that is due
    is sent. At most one nudge a person and day.
    """

    __table_args__ = (ForeignKeyConstraint(["user_id", "habit_id"], ["habit.user_id", "habit.id"], ondelete="CASCADE"),)

    user_id: UUID = Field(primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str = Field(max_length=20)
    habit_id: UUID
    day: date
    due_at: datetime = Field(sa_type=Instant)
    state: str = Field(max_length=10)
    propensity: float
    probability: float | None = None
    version: str | None = Field(default=None, max_length=12)


Index("ix_prompt_user_id_habit_id", Prompt.user_id, Prompt.habit_id)  # type: ignore[arg-type]
Index("ix_prompt_due_at", Prompt.due_at)  # type: ignore[arg-type]
_nudge, _planned = text("kind = 'nudge'"), text("state = 'planned'")
Index(
    "uq_prompt_one_nudge_a_day",
    Prompt.user_id,  # type: ignore[arg-type]
    Prompt.day,  # type: ignore[arg-type]
    unique=True,
    postgresql_where=_nudge,
    sqlite_where=_nudge,
)
Index(
    "ix_prompt_planned",
    Prompt.due_at,  # type: ignore[arg-type]
    postgresql_where=_planned,
    sqlite_where=_planned,
)


class Delivery(SQLModel, table=True):
    """One way of one notification to its person, or of one event to a webhook: a row of the outbox.

    `next_at` is when something is to be done: the first try, the next one, or the end of the lease of a try that is
    under way; None once it is over. `claims` counts the tries begun and `failures` those that failed.
    """

    __table_args__ = (
        ForeignKeyConstraint(
            ["user_id", "notification_id"], ["notification.user_id", "notification.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["user_id", "channel_id"], ["channel.user_id", "channel.id"], ondelete="CASCADE"),
        Index("ix_delivery_user_id_channel_id", "user_id", "channel_id"),
        Index("ix_delivery_user_id_notification_id", "user_id", "notification_id"),
        Index("ix_delivery_channel_next_at", "channel", "next_at"),
    )

    user_id: UUID = Field(primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    notification_id: UUID | None = None
    channel: str = Field(max_length=10)
    channel_id: UUID | None = None
    payload: dict[str, Any] | None = Field(default=None, sa_type=Json)
    state: str = Field(default=DeliveryState.scheduled, max_length=10)
    next_at: datetime | None = Field(default=None, sa_type=Instant)
    claims: int = 0
    failures: int = 0
    error: str = Field(default="", max_length=300)
    ended_at: datetime | None = Field(default=None, sa_type=Instant, index=True)
