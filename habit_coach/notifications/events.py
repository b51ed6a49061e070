"""Events for webhooks: whatever the app tells of, put in the outbox of those who want to hear it."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, select
from sqlmodel import Session

from habit_coach import clock, feed, prepared
from habit_coach.columns import new_id
from habit_coach.feed import Told
from habit_coach.notifications import inbox, nudges, settling
from habit_coach.notifications.models import Channel, DeliveryState

CHANNELS = cast(Table, Channel.__table__)  # type: ignore[attr-defined]
WEBHOOKS = select(CHANNELS.c.id, CHANNELS.c.wants).where(
    CHANNELS.c.user_id == bindparam("user_id"), CHANNELS.c.kind == "webhook"
)


def introduce() -> None:
    """Hear of what happens in this process from now on."""
    for hearer in (plan, settling.hear, nudges.hear):
        feed.on_event(hearer)


def plan(session: Session, event: str, told: Sequence[Told]) -> None:
    """Plan the event for each webhook of these users that wants its family (`entry` of `entry.changed`)."""
    wanting = _wanting(session, {user_id for user_id, _ in told}, event.partition(".")[0])
    fresh = {"state": DeliveryState.scheduled, "claims": 0, "failures": 0, "error": "", "next_at": clock.now()}
    rows = [
        {
            **fresh,
            "user_id": user_id,
            "id": new_id(),
            "channel": "webhook",
            "channel_id": channel_id,
            "payload": inbox.payload(event, details),
        }
        for user_id, details in told
        for channel_id in wanting.get(user_id, ())
    ]
    if rows:
        session.execute(insert(inbox.DELIVERIES), rows)


def _wanting(session: Session, users: set[UUID], family: str) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for user_id in users:
        for channel_id, wants in prepared.run(session, WEBHOOKS, user_id=user_id):
            if family in wants:
                found.setdefault(user_id, []).append(channel_id)
    return found
