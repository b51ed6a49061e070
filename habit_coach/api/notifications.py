"""`/notifications`: the inbox, and answers to what is in it."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from habit_coach import clock
from habit_coach.accounts.models import User
from habit_coach.api import cursors
from habit_coach.api.deps import Reader, ReadSession, Writer, WriteSession
from habit_coach.api.resources import Resource
from habit_coach.api.schemas import Cursor, Limit
from habit_coach.columns import new_id
from habit_coach.habits.habit import owned
from habit_coach.habits.models import State as Said
from habit_coach.notifications import inbox, outbox, preferences, reminders, smart_time
from habit_coach.notifications.inbox import Message
from habit_coach.notifications.models import Delivery, DeliveryState, Kind, Notification
from habit_coach.notifications.reminders import Snooze

router = Resource.router("notifications")


class NewNotification(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=200)
    body: str = Field("", max_length=2000)
    due_at: AwareDatetime | None = Field(None, description="Now if left out.")
    habit_id: UUID | None = None


class DeliveryOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    channel: str
    state: DeliveryState
    failures: int
    error: str = Field(description="Why the last try failed.")
    next_at: datetime | None


class NotificationOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: Kind
    title: str
    body: str
    link: str = Field(description="The page that it is about.")
    habit_id: UUID | None
    day: date | None
    due_at: datetime
    arrived_at: datetime | None
    read_at: datetime | None
    state: DeliveryState
    deliveries: list[DeliveryOut]

    @classmethod
    def of(cls, notification: Notification, ways: list[Delivery]) -> "NotificationOut":
        plain = {name: getattr(notification, name) for name in cls.model_fields if hasattr(notification, name)}
        return cls.model_validate(
            plain
            | {"state": inbox.state(notification, ways), "deliveries": [DeliveryOut.model_validate(w) for w in ways]}
        )


class NotificationList(BaseModel):
    items: list[NotificationOut]
    unread: int
    next_cursor: str | None = None


class Later(BaseModel):
    length: Snooze = Field(alias="for")


class Snoozed(BaseModel):
    due_at: datetime


class Retried(BaseModel):
    deliveries: int


class PreferencesOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    quiet_from: str | None = Field(examples=["22:00"])
    quiet_until: str | None = Field(examples=["07:00"])
    by_email: list[Kind]
    nudges: bool = Field(description="Whether to tell of a habit that is about to slip, once a day at most.")


class PreferencesChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    quiet_from: str | None = None
    quiet_until: str | None = None
    by_email: list[Kind] | None = None
    nudges: bool | None = None


class SuggestionOut(BaseModel):
    """A reminder half an hour before the person usually checks in; null while their history does not show when."""

    time: str | None = Field(examples=["07:10"])
    usual: str | None = None
    check_ins: int = 0


@router.post("/notifications", status_code=201)
async def create(new: NewNotification, session: WriteSession, user: Writer) -> NotificationOut:
    """Tell yourself something, now or later."""
    if new.habit_id is not None:
        owned(session, user, new.habit_id)
    message = Message(Kind.note, str(new_id()), new.title, new.body, habit_id=new.habit_id)
    planned = inbox.plan(session, user, message, new.due_at or clock.now())
    assert planned is not None  # noqa: S101 - its subject is new
    return _out(session, user, inbox.owned(session, user, planned))


@router.get("/notifications")
async def listed(
    session: ReadSession,
    user: Reader,
    dismissed: Annotated[bool, Query(description="true: what was put away.")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> NotificationList:
    """What has arrived, newest first."""
    found = inbox.listed(session, user, limit + 1, cursors.id_in(cursor), dismissed=dismissed)
    some, following = cursors.cut(found, limit)
    ways = inbox.deliveries(session, user, some)
    items = [NotificationOut.of(one, ways[one.id]) for one in some]
    return NotificationList(items=items, unread=inbox.unread(session, user), next_cursor=following)


@router.post("/notifications/read", status_code=204)
async def read_all(session: WriteSession, user: Writer) -> None:
    """Take everything that has arrived as read."""
    inbox.read_all(session, user)


@router.get("/notifications/preferences")
async def preferences_of(session: ReadSession, user: Reader) -> PreferencesOut:
    """Quiet hours, and what comes by e-mail."""
    return PreferencesOut.model_validate(preferences.of(session, user))


@router.patch("/notifications/preferences")
async def change_preferences(change: PreferencesChange, session: WriteSession, user: Writer) -> PreferencesOut:
    """Change what is named; `quiet_from` and `quiet_until` as null end the quiet hours."""
    given = change.model_dump(exclude_unset=True).items()
    named = {name: value for name, value in given if name.startswith("quiet") or value is not None}
    return PreferencesOut.model_validate(preferences.update(session, user, named))


@router.post("/notifications/{notification_id}/dismiss")
async def dismiss(notification_id: UUID, session: WriteSession, user: Writer) -> NotificationOut:
    """Put it away, and take back what has not been sent yet."""
    return _out(session, user, inbox.dismiss(session, user, notification_id))


@router.post("/notifications/{notification_id}/snooze")
async def snooze(notification_id: UUID, later: Later, session: WriteSession, user: Writer) -> Snoozed:
    """Put it away and tell it again in 10 minutes, in an hour or tonight."""
    return Snoozed(due_at=reminders.snooze(session, user, notification_id, later.length))


@router.post("/notifications/{notification_id}/retry")
async def retry(notification_id: UUID, session: WriteSession, user: Writer) -> Retried:
    """Try again, now, what was given up."""
    return Retried(deliveries=outbox.retry(session, user, notification_id))


@router.post("/notifications/{notification_id}/{said}")
async def answer(
    notification_id: UUID, said: Literal["done", "skip"], session: WriteSession, user: Writer
) -> NotificationOut:
    """Check in for the habit and day that it is about, and put it away."""
    state = Said.done if said == "done" else Said.skipped
    return _out(session, user, reminders.answer(session, user, notification_id, state))


@router.get("/habits/{habit_id}/reminder-suggestion")
async def suggestion(habit_id: UUID, session: ReadSession, user: Reader) -> SuggestionOut:
    """A reminder time from the hours at which the habit is really done."""
    found = smart_time.suggest(session, user, owned(session, user, habit_id))
    return SuggestionOut(time=found.time, usual=found.usual, check_ins=found.n) if found else SuggestionOut(time=None)


def _out(session: ReadSession, user: User, notification: Notification) -> NotificationOut:
    return NotificationOut.of(notification, inbox.deliveries(session, user, [notification])[notification.id])
