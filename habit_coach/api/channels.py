"""`/channels`: the ways to a person besides inbox and e-mail."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from habit_coach import db
from habit_coach.api import cursors
from habit_coach.api.deps import Reader, ReadSession, Writer, WriterLater, WriteSession
from habit_coach.api.resources import Guarded
from habit_coach.api.schemas import Cursor, Limit
from habit_coach.notifications import subscriptions
from habit_coach.notifications.channels import push
from habit_coach.notifications.models import Delivery, DeliveryState, Kind
from habit_coach.notifications.subscriptions import ChannelKind, NewChannel

router = Guarded.router("channels")
ALL_KINDS = [kind.value for kind in Kind]


class ChannelIn(BaseModel):
    """An Apprise URL, a webhook's URL, or a browser's push subscription with its two keys."""

    model_config = ConfigDict(extra="forbid")

    kind: ChannelKind
    url: str = Field(max_length=2000, examples=["ntfys://ntfy.sh/my-topic"])
    label: str = Field("", max_length=80)
    wants: list[str] = Field(
        ALL_KINDS, max_length=10, description="A webhook may also want `entry`, `habit`, `prediction`."
    )
    p256dh: str = Field("", max_length=200, description="Of a push subscription.")
    auth: str = Field("", max_length=100, description="Of a push subscription.")


class ChannelOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: ChannelKind
    label: str
    wants: list[str]
    created_at: datetime


class NewChannelOut(ChannelOut):
    secret: str = Field(description="Signs a webhook's requests; shown this once.")


class ChannelList(BaseModel):
    items: list[ChannelOut]
    next_cursor: str | None = None


class Wants(BaseModel):
    wants: list[str] = Field(max_length=10)


class PushKey(BaseModel):
    key: str = Field(description="The `applicationServerKey` with which a browser subscribes.")


class Tried(BaseModel):
    status: Literal["delivered"] = "delivered"


class LogEntry(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    state: DeliveryState
    failures: int
    error: str
    next_at: datetime | None
    ended_at: datetime | None
    payload: dict[str, Any] | None


class Log(BaseModel):
    items: list[LogEntry]
    next_cursor: str | None = None


@router.get("/channels")
async def listed(session: ReadSession, user: Reader, limit: Limit = 100, cursor: Cursor = None) -> ChannelList:
    """The channels, oldest first; their credentials stay here."""
    some, following = cursors.page(subscriptions.listed(session, user), limit, cursor)
    return ChannelList(items=[ChannelOut.model_validate(one) for one in some], next_cursor=following)


@router.get("/channels/push-key")
async def push_key(user: Reader) -> PushKey:
    """The key with which a browser subscribes to web push."""
    return PushKey(key=push.public_key())


@router.post("/channels", status_code=201)
async def add(new: ChannelIn, user: WriterLater) -> NewChannelOut:
    """Add a channel. A webhook's signing secret is in this answer and never again."""
    described = NewChannel(**new.model_dump())
    await run_in_threadpool(subscriptions.require_reachable, described)
    with db.session(writes=True) as session:
        channel, secret = subscriptions.add(session, user, described)
        return NewChannelOut(**ChannelOut.model_validate(channel).model_dump(), secret=secret)


@router.patch("/channels/{channel_id}")
async def change(channel_id: UUID, wants: Wants, session: WriteSession, user: Writer) -> ChannelOut:
    """Choose what goes through a channel."""
    return ChannelOut.model_validate(subscriptions.change(session, user, channel_id, wants.wants))


@router.delete("/channels/{channel_id}", status_code=204)
async def remove(channel_id: UUID, session: WriteSession, user: Writer) -> None:
    """Remove a channel with its log."""
    subscriptions.remove(session, user, channel_id)


@router.post("/channels/{channel_id}/test")
def test(channel_id: UUID | Literal["email"], user: WriterLater) -> Tried:
    """Send a message through a channel, now; `email` for the address of the account. 409 says why it failed."""
    with db.session() as session:
        kind, parcel = subscriptions.test_parcel(session, user, None if channel_id == "email" else channel_id)
    subscriptions.try_out(kind, parcel)
    return Tried()


@router.get("/channels/{channel_id}/deliveries")
async def log(channel_id: UUID, session: ReadSession, user: Reader, limit: Limit = 50, cursor: Cursor = None) -> Log:
    """What went through a channel, newest first."""
    found = subscriptions.log(session, user, channel_id, limit + 1, cursors.id_in(cursor))
    some, following = cursors.cut(found, limit)
    return Log(items=[LogEntry.model_validate(one) for one in some], next_cursor=following)


@router.post("/channels/{channel_id}/deliveries/{delivery_id}/replay", status_code=202)
async def replay(channel_id: UUID, delivery_id: UUID, session: WriteSession, user: Writer) -> LogEntry:
    """Send a delivery again, under the same id."""
    delivery: Delivery = subscriptions.replay(session, user, channel_id, delivery_id)
    return LogEntry.model_validate(delivery)
