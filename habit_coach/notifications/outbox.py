"""The outbox: each delivery is claimed under a lease, tried, and recorded, so that killing a worker loses none.

A delivery can happen twice only when the worker dies between the provider's yes and our commit, or is cut off from the
database for longer than the lease while it sends. Both then carry the same Message-ID.
"""

import logging
import random
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Table, select, tuple_, update
from sqlmodel import Session, col

from habit_coach import clock, db, feed
from habit_coach.accounts.models import User
from habit_coach.errors import NotFound
from habit_coach.mail import Undelivered
from habit_coach.notifications import channels, doors
from habit_coach.notifications.models import Delivery, DeliveryState, Notification

log = logging.getLogger(__name__)
TABLE = cast(Table, Delivery.__table__)  # type: ignore[attr-defined]
LEASE = timedelta(seconds=30)
FIRST_RETRY = timedelta(seconds=30)
NO_ROOM = timedelta(seconds=20)
LONGEST_RETRY = timedelta(hours=6)
MOST_FAILURES = 8
MOST_DEATHS = 10
A_PERSON_AT_ONCE = 2


class Claim(NamedTuple):
    """A delivery that is this worker's until its lease ends. `claims` tells this try from any later one."""

    user_id: UUID
    id: UUID
    notification_id: UUID | None
    channel_id: UUID | None
    payload: dict[str, Any] | None
    claims: int
    failures: int


def due_channels(session: Session) -> set[str]:
    """The channels that have something to deliver."""
    return set(session.scalars(select(TABLE.c.channel).where(TABLE.c.next_at <= clock.now()).distinct()))


def claim(session: Session, channel: str, limit: int, busy: Collection[UUID] = ()) -> list[Claim]:
    """Take up to `limit` deliveries that are due on `channel`, at most two a person and none of the `busy` people.

    SKIP LOCKED lets PostgreSQL's workers claim side by side; SQLite's take turns at its write lock.
    """
    now = clock.now()
    due = (TABLE.c.channel == channel) & (TABLE.c.next_at <= now)
    query = select(TABLE.c.user_id, TABLE.c.id).where(due).order_by(TABLE.c.next_at).limit(4 * limit)
    if busy:
        query = query.where(TABLE.c.user_id.not_in(busy))
    chosen = _fair(session.execute(query.with_for_update(skip_locked=True)), limit)
    if not chosen:
        return []
    taken = (
        update(TABLE)
        .where(due, tuple_(TABLE.c.user_id, TABLE.c.id).in_(chosen))
        .values(state=DeliveryState.sending, next_at=now + LEASE, claims=TABLE.c.claims + 1)
        .returning(*(TABLE.c[name] for name in Claim._fields))
    )
    return [Claim(*row) for row in session.execute(taken)]


def renew(session: Session, held: Iterable[Claim]) -> None:
    """Prolong the leases of tries that are still under way."""
    for one in held:
        session.execute(update(TABLE).where(_still_ours(one)).values(next_at=clock.now() + LEASE))


def deliver(channel: str, claimed: Claim) -> bool:
    """Try one delivery and record how it went. Takes as long as the channel does; expected failures never escape.

    False where too many wait for the same receiver already: then nothing was tried, and it is to be `put_back`.
    """
    if claimed.claims - claimed.failures > MOST_DEATHS:
        _record_failure(claimed, "The worker stopped each time that it tried this.", permanent=True)
        return True
    try:
        with db.session() as session:
            parcel = channels.wrap(session, claimed)
        if parcel is None:
            _record(claimed, DeliveryState.dismissed)
            return True
        with doors.at(parcel.place) as has_room:
            if not has_room:
                return False
            channels.SENDERS[channel](parcel)
    except Undelivered as failure:
        _record_failure(claimed, str(failure), permanent=failure.permanent)
    except Exception as failure:
        # Whatever is wrong with one row must not keep the next from being sent.
        log.exception("The delivery %s broke", claimed.id)
        _record_failure(claimed, f"{type(failure).__name__} on our side", permanent=False)
    else:
        _record(claimed, DeliveryState.sent)
    return True


def put_back(session: Session, untried: Iterable[Claim]) -> None:
    """Leave these for later, some 20 to 40 s; that is no failure of theirs."""
    for one in untried:
        later = clock.now() + random.uniform(1, 2) * NO_ROOM  # noqa: S311 - spreads load, guards nothing
        values = {"state": DeliveryState.scheduled, "next_at": later, "claims": TABLE.c.claims - 1}
        session.execute(update(TABLE).where(_still_ours(one)).values(**values))


def retry(session: Session, user: User, notification_id: UUID) -> int:
    """Try the failed deliveries of one notification again, now; gives how many there were. Raises NotFound."""
    if session.get(Notification, (user.id, notification_id)) is None:
        raise NotFound("There is no such notification.")
    return _requeue(session, (TABLE.c.user_id == user.id) & (TABLE.c.notification_id == notification_id))


def retry_all(session: Session) -> int:
    """Try every failed delivery again, for an admin whose provider is back; gives how many there were."""
    return _requeue(session, TABLE.c.state.is_not(None))


def failed(session: Session, limit: int = 100) -> Sequence[Delivery]:
    """The deliveries that were given up, newest first, for the admin."""
    query = select(Delivery).where(col(Delivery.state) == DeliveryState.failed)
    return session.scalars(query.order_by(col(Delivery.ended_at).desc()).limit(limit)).all()


def pause_before(failures: int) -> timedelta:
    """How long to wait after this many failures: 30 s, 2 min, 8 min ... 6 h, each 20 % more or less by chance."""
    longest = min(LONGEST_RETRY.total_seconds(), FIRST_RETRY.total_seconds() * 4.0 ** (failures - 1))
    return timedelta(seconds=longest) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing


def _fair(found: Iterable[Row[UUID, UUID]], limit: int) -> list[tuple[UUID, UUID]]:
    taken: dict[UUID, int] = {}
    chosen: list[tuple[UUID, UUID]] = []
    for user_id, delivery_id in found:
        taken[user_id] = taken.get(user_id, 0) + 1
        if taken[user_id] <= A_PERSON_AT_ONCE and len(chosen) < limit:
            chosen.append((user_id, delivery_id))
    return chosen


def _still_ours(claimed: Claim) -> ColumnElement[bool]:
    return (
        (TABLE.c.user_id == claimed.user_id)
        & (TABLE.c.id == claimed.id)
        & (TABLE.c.state == DeliveryState.sending)
        & (TABLE.c.claims == claimed.claims)
    )


def _record(claimed: Claim, state: DeliveryState) -> None:
    with db.session(writes=True) as session:
        over = {"state": state, "next_at": None, "error": "", "ended_at": clock.now()}
        session.execute(update(TABLE).where(_still_ours(claimed)).values(**over))


def _record_failure(claimed: Claim, reason: str, *, permanent: bool) -> None:
    failures = claimed.failures + 1
    values: dict[str, str | int | datetime | None] = {"failures": failures, "error": reason[:300]}
    if permanent or failures >= MOST_FAILURES:
        values |= {"state": DeliveryState.failed, "next_at": None, "ended_at": clock.now()}
    else:
        values |= {"state": DeliveryState.scheduled, "next_at": clock.now() + pause_before(failures)}
    with db.session(writes=True) as session:
        session.execute(update(TABLE).where(_still_ours(claimed)).values(**values))
        feed.changed(session, claimed.user_id)


def _requeue(session: Session, which: ColumnElement[bool]) -> int:
    again = {"state": DeliveryState.scheduled, "next_at": clock.now(), "claims": 0, "failures": 0, "ended_at": None}
    query = update(TABLE).where(which, TABLE.c.state == DeliveryState.failed).values(**again).returning(TABLE.c.id)
    return len(session.execute(query).all())
