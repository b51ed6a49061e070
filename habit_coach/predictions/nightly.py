"""Every night, for each user once their day has begun: what was said of the days that passed is held against what
happened, and the new day is predicted.

Users are leased in chunks, so that many workers share the load and a chunk whose worker died is taken up again; each
chunk is written in one transaction, so that a rerun changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, cast
from uuid import UUID

import numpy as np
from sqlalchemy import Table, bindparam, func, select, update
from sqlmodel import Session, col

from habit_coach import clock, db, feed
from habit_coach.accounts.models import User
from habit_coach.feed import Told
from habit_coach.habits.models import Habit
from habit_coach.predictions import days, registry, scoring, serving, trust
from habit_coach.predictions.days import Lives
from habit_coach.predictions.history import Floats
from habit_coach.predictions.judging import number
from habit_coach.predictions.models import PredictionRow, PredictionTrust
from habit_coach.predictions.registry import Served

TRUST = cast(Table, PredictionTrust.__table__)  # type: ignore[attr-defined]
LEASE = timedelta(minutes=5)
CHUNK = 400
SETTLE_BACK = timedelta(days=14)
Counts = dict[str, int]


@dataclass(frozen=True)
class Place:
    """Where and when a day begins, shared by all users who live there."""

    timezone: str
    day_start: int


@dataclass(frozen=True)
class Night:
    """One chunk's results, ready to be written."""

    users: Sequence[User]
    todays: Sequence[date]
    served: Served
    log: list[dict[str, Any]]
    told: list[Told]
    settled: list[dict[str, Any]]
    losses: Floats


def score_due(chunk: int = CHUNK) -> Counts:
    """Settle and predict for every user whose new day has begun, chunk by chunk."""
    counts = {"users": 0, "predictions": 0, "settled": 0}
    with db.session(writes=True) as session:
        registry.install_starter(session)
    for place in _places():
        after = UUID(int=0)
        while True:
            with db.session(writes=True) as session:
                users = claim(session, place, after, chunk)
            if not users:
                break
            after = users[-1].id
            with db.session() as session:
                night = scored(session, users)
            with db.session(writes=True) as session:
                write(session, night)
            counts["users"] += len(users)
            counts["predictions"] += len(night.log)
            counts["settled"] += len(night.settled)
    return counts


def waiting(session: Session) -> tuple[int, float]:
    """How many users' day has begun without its predictions, and for how many seconds the first of them waits.

    Somebody new, who was never scored, counts, but waits for the next run only.
    """
    habits = select(Habit).where(col(Habit.user_id) == col(User.id)).exists()
    groups = (
        select(col(User.timezone), col(User.day_start), TRUST.c.scored_for, func.count())
        .outerjoin(PredictionTrust, col(PredictionTrust.user_id) == col(User.id))
        .where(col(User.deactivated_at).is_(None), habits)
        .group_by(col(User.timezone), col(User.day_start), TRUST.c.scored_for)
    )
    users, longest = 0, 0.0
    for zone, day_start, scored_for, count in session.execute(groups):
        today = clock.today(Place(zone, day_start))
        if scored_for is None or scored_for < today:
            users += count
        if scored_for is not None and scored_for < today:
            began = clock.instant(scored_for + timedelta(days=1), time(day_start), zone)
            longest = max(longest, (clock.now() - began).total_seconds())
    return users, longest


def _places() -> list[Place]:
    with db.session() as session:
        query = select(col(User.timezone), col(User.day_start)).distinct()
        return [Place(zone, day_start) for zone, day_start in session.execute(query)]


def claim(session: Session, place: Place, after: UUID, limit: int) -> list[User]:
    """Lease the next users, by id, who live there and are not scored for their day yet."""
    now, today = clock.now(), clock.today(place)
    waiting = (
        select(User)
        .outerjoin(PredictionTrust, col(PredictionTrust.user_id) == col(User.id))
        .where(col(User.timezone) == place.timezone, col(User.day_start) == place.day_start, col(User.id) > after)
        .where(col(User.deactivated_at).is_(None), TRUST.c.scored_for.is_(None) | (TRUST.c.scored_for < today))
        .where(TRUST.c.leased_until.is_(None) | (TRUST.c.leased_until < now))
        .where(select(Habit).where(col(Habit.user_id) == col(User.id)).exists())
        .order_by(col(User.id))
        .limit(limit)
    )
    users = list(session.scalars(waiting))
    if not users:
        return []
    lease = db.insert(session, TRUST)
    won = session.scalars(
        lease.on_conflict_do_update(
            index_elements=["user_id"],
            set_={"leased_until": now + LEASE},
            where=TRUST.c.leased_until.is_(None) | (TRUST.c.leased_until < now),
        ).returning(TRUST.c.user_id),
        [{"user_id": user.id, "version": "", "losses": [], "leased_until": now + LEASE} for user in users],
    ).all()
    mine = set(won)
    return [user for user in users if user.id in mine]


def scored(session: Session, users: Sequence[User]) -> Night:
    """What the night brings for these users; nothing is written."""
    served = registry.current(session)
    todays = [clock.today(user) for user in users]
    lives = days.read(session, users, todays)
    known = trust.losses_of(session, served, [user.id for user in users])
    losses = trust.complete(lives, served, known)
    settled, losses = _settled(session, lives, todays, served, losses, known)
    found = scoring.score(lives, served, losses)
    rows = np.flatnonzero(found.rows.target == lives.today[found.rows.series])
    risky = [int(found.rows.series[row]) for row in rows.tolist() if found.risks[row] != "low"]
    log = serving.log_rows(found, rows, serving.reasons(found, risky))
    return Night(users, todays, served, log, serving.told(found, rows, log), settled, losses)


def _settled(
    session: Session,
    lives: Lives,
    todays: Sequence[date],
    served: Served,
    losses: Floats,
    known: dict[UUID, list[float]],
) -> tuple[list[dict[str, Any]], Floats]:
    """What became of the predictions of days that have passed, and what that says of the experts.

    Who is judged on the past at this very moment has these days in that judgement already.
    """
    series_of = {habit.id: series for series, habit in enumerate(lives.habits)}
    query = select(
        col(PredictionRow.user_id),
        col(PredictionRow.habit_id),
        col(PredictionRow.for_day),
        col(PredictionRow.version),
        col(PredictionRow.experts),
    ).where(
        col(PredictionRow.user_id).in_([user.id for user in lives.users]),
        col(PredictionRow.for_day).between(min(todays) - SETTLE_BACK, max(todays) - timedelta(days=1)),
        col(PredictionRow.settled_at).is_(None),
    )
    today = {user.id: day for user, day in zip(lives.users, todays, strict=True)}
    passed = [row for row in session.execute(query) if row.habit_id in series_of and row.for_day < today[row.user_id]]
    if not passed:
        return [], losses
    series = np.array([series_of[row.habit_id] for row in passed])
    kept = _outcomes(lives, series, np.array([number(row.for_day) for row in passed]))
    counts = np.array([row.version == served.version and row.user_id in known for row in passed]) & np.isfinite(kept)
    if counts.any():
        opinions = np.array([row.experts for row in passed], dtype=float)[counts]
        losses = trust.followed(losses, lives.owner[series[counts]], opinions, kept[counts])
    settled = [
        {"user": row.user_id, "habit": row.habit_id, "day": row.for_day, "was": None if np.isnan(one) else bool(one)}
        for row, one in zip(passed, kept.tolist(), strict=True)
    ]
    return settled, losses


def _outcomes(lives: Lives, series: np.ndarray, day: np.ndarray) -> Floats:
    """1, 0, or nan where the day was skipped, paused or asked nothing after all."""
    judged = lives.history.judged
    place = judged.up_to(series, day) - 1
    if not judged.day.size:
        return np.full(series.size, np.nan)
    same = (place >= 0) & (judged.series[place] == series) & (judged.day[place] == day)
    return np.where(same, judged.done[place], np.nan)


def write(session: Session, night: Night) -> None:
    """Write a chunk: outcomes, predictions, what is trusted; and the users count as scored for their day."""
    now = clock.now()
    if night.settled:
        table = serving.TABLE
        statement = update(table).where(
            table.c.user_id == bindparam("user"),
            table.c.habit_id == bindparam("habit"),
            table.c.for_day == bindparam("day"),
            table.c.settled_at.is_(None),
        )
        session.connection().execute(statement.values(settled_at=now, kept=bindparam("was")), night.settled)
    serving.record(session, night.log)
    feed.happened_to_many(session, "prediction.made", night.told)
    scored = update(TRUST).where(TRUST.c.user_id == bindparam("user"))
    values: dict[str, Any] = {"version": night.served.version, "losses": bindparam("now"), "leased_until": None}
    session.connection().execute(
        scored.values(**values, scored_for=bindparam("day")),
        [
            {"user": user.id, "now": [round(loss, 5) for loss in losses], "day": today}
            for user, losses, today in zip(night.users, night.losses.tolist(), night.todays, strict=True)
        ],
    )
