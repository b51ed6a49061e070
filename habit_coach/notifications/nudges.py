"""Nudges: a word at the right hour about a habit that is about to slip, where it helps and no more than that.

They help most right after a single miss (Milkman et al. 2021), and wear off within weeks when they keep coming (Klasnja
et al. 2019). So one is planned only when the prediction says risk *and* the day is a turning point, for one habit a
person and day, and then not for a week; a habit that reminds by itself gets none, its reminder says it instead.
"""

import logging
import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Table, delete, select
from sqlmodel import Session, col

from habit_coach import clock, db
from habit_coach.accounts.models import User
from habit_coach.columns import new_id
from habit_coach.feed import Told
from habit_coach.habits import reminding
from habit_coach.habits.models import Habit
from habit_coach.habits.plan import DAY
from habit_coach.habits.rows import rules_of
from habit_coach.habits.schedule import PerPeriod
from habit_coach.notifications import inbox, preferences, smart_time
from habit_coach.notifications.inbox import Message
from habit_coach.notifications.models import Kind, Preferences, Prompt, PromptState
from habit_coach.predictions import serving
from habit_coach.predictions import today as outlook
from habit_coach.predictions.models import PredictionRow
from habit_coach.settings import settings

log = logging.getLogger(__name__)
TABLE = cast(Table, Prompt.__table__)  # type: ignore[attr-defined]
KEPT_FOR = timedelta(days=400)
REST = timedelta(days=7)
OTHERWISE = time(18)
ONE_MISS = "You missed it the last time."
NO_DAY_TO_SPARE = "Each day that is left counts now."
HELP = "One day off is no habit lost: a small step today is enough."
BEFORE_QUIET = timedelta(minutes=30)


def hear(session: Session, event: str, told: Sequence[Told]) -> None:
    """Plan the day's nudge of each user for whom the night saw a turning point."""
    if event != "prediction.made":
        return
    turning: dict[UUID, list[dict[str, Any]]] = {}
    for user_id, said in told:
        if is_turning_point(said):
            turning.setdefault(user_id, []).append(said)
    for user_id, candidates in turning.items():
        try:
            with session.begin_nested():
                _plan(session, session.get_one(User, user_id), sorted(candidates, key=lambda said: said["probability"]))
        except Exception:
            # The night of hundreds of people is written here: no one's nudge may undo it.
            log.exception("A nudge could not be planned.")


def is_turning_point(said: dict[str, Any]) -> bool:
    """Whether a prediction is one after a first miss or, of a quota, one of a day that cannot be spared any more."""
    if said["risk"] == "low":
        return False
    if said["quota_left"] is not None:
        return bool(said["quota_left"] == said["days_left"])
    return bool(said["missed_in_a_row"] == 1)


def some_due(session: Session) -> bool:
    """Whether `send_due` has something to do; it reads only, and so waits for nobody."""
    due = (TABLE.c.state == PromptState.planned) & (TABLE.c.due_at <= clock.now())
    return session.execute(select(TABLE.c.id).where(due).limit(1)).first() is not None


def send_due(session: Session, limit: int = 20) -> int:
    """Send up to `limit` nudges whose hour has come, as far as they are still needed; gives how many were looked at."""
    due = (col(Prompt.state) == PromptState.planned) & (col(Prompt.due_at) <= clock.now())
    query = select(Prompt).where(due).order_by(col(Prompt.due_at)).limit(limit).with_for_update(skip_locked=True)
    found = session.scalars(query).all()
    for prompt in found:
        try:
            with session.begin_nested():
                prompt.state = _send(session, prompt)
        except Exception:
            # Whatever is wrong with one person's nudge must not keep the next from being sent.
            log.exception("A nudge broke, and is dropped.")
            prompt.state = PromptState.dropped
    session.flush()
    return len(found)


def forget_old(session: Session) -> None:
    """Drop the log of prompts of more than 400 days ago."""
    session.execute(delete(TABLE).where(TABLE.c.due_at < clock.now() - KEPT_FOR))


def words(reasons: Sequence[dict[str, Any]], turning: str) -> str:
    """What speaks most against the habit (`turning` if nothing does), the person's own numbers, and what helps."""
    main = next((one["text"] for one in reasons if one["effect"] < 0), turning)
    counted = (one["text"] for one in reasons if _has_number(one["text"]) and one["text"] != main)
    numbers = "" if _has_number(main) else next(counted, "")
    return " ".join(filter(None, (main, numbers, HELP)))


def _has_number(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def _plan(session: Session, user: User, candidates: Sequence[dict[str, Any]]) -> None:
    """For the first of them that may be nudged, unless the day has its nudge already."""
    wanted = preferences.of(session, user)
    if not wanted.nudges:
        return
    for said in candidates:
        habit, day = session.get(Habit, (user.id, UUID(said["habit_id"]))), date.fromisoformat(said["day"])
        if habit is None or habit.reminders or _rests(session, habit, day):
            continue
        due = _hour(session, user, habit, wanted, day)
        if due is not None:
            new = {"kind": Kind.nudge, "habit_id": habit.id, "due_at": due, "state": PromptState.planned}
            said_then = {"probability": said["probability"], "version": said["model_version"]}
            values = {"id": new_id(), "propensity": 1 - settings().nudges_held_back, **new, **said_then}
            statement = db.insert(session, TABLE).values(user_id=user.id, day=day, **values)
            session.execute(statement.on_conflict_do_nothing())
            return


def _rests(session: Session, habit: Habit, day: date) -> bool:
    mine = (TABLE.c.user_id == habit.user_id) & (TABLE.c.habit_id == habit.id) & (TABLE.c.kind == Kind.nudge)
    recent = TABLE.c.day.between(day - REST, day - DAY) & TABLE.c.state.in_((PromptState.sent, PromptState.held_back))
    return session.execute(select(TABLE.c.id).where(mine, recent).limit(1)).first() is not None


def _hour(session: Session, user: User, habit: Habit, wanted: Preferences, day: date) -> datetime | None:
    """Half an hour before the habit is usually done, else 18:00, moved out of the quiet hours; None if that is past."""
    usual = smart_time.suggest(session, user, habit)
    wall = time.fromisoformat(usual.time) if usual else OTHERWISE
    due = clock.instant(day + DAY if wall.hour < user.day_start else day, wall, user.timezone)
    after = preferences.after_quiet(wanted, user, due)
    if clock.local_day(after, user) != day:
        after = _before_quiet(wanted, user, due)
    return after if after > clock.now() and clock.local_day(after, user) == day else None


def _before_quiet(wanted: Preferences, user: User, instant: datetime) -> datetime:
    """Half an hour before the quiet hours that `instant` falls in begin."""
    begins = time.fromisoformat(wanted.quiet_from or "00:00")
    local = instant.astimezone(ZoneInfo(user.timezone))
    evening = local.date() if local.time() >= begins else local.date() - DAY
    return clock.instant(evening, begins, user.timezone) - BEFORE_QUIET


def _send(session: Session, prompt: Prompt) -> PromptState:
    user, habit = session.get_one(User, prompt.user_id), session.get_one(Habit, (prompt.user_id, prompt.habit_id))
    said = _still_said(session, user, habit, prompt.day)
    if said is None:
        return PromptState.dropped
    prompt.probability, prompt.version = said.probability, said.version
    if random.random() >= prompt.propensity:  # noqa: S311 - draws lots, guards nothing
        return PromptState.held_back
    title = f"{habit.icon} {habit.name} may slip today".strip()
    link = f"/habits/{habit.id}"
    is_quota = isinstance(rules_of(habit)[-1].schedule, PerPeriod)
    body = words(said.reasons, NO_DAY_TO_SPARE if is_quota else ONE_MISS)
    message = Message(Kind.nudge, str(habit.id), title, body, link, habit.id, prompt.day)
    inbox.plan(session, user, message, prompt.due_at)
    return PromptState.sent


def _still_said(session: Session, user: User, habit: Habit, day: date) -> PredictionRow | None:
    """The prediction as it is now, unless the habit asks no more or is at no risk any more."""
    gone = user.deactivated_at or habit.archived_at or habit.deleted_at or clock.today(user) != day
    if gone or not preferences.of(session, user).nudges or not reminding.is_still_asked(session, user, habit, day):
        return None
    found, log = outlook.slipping(session, user)
    serving.record(session, log)
    if habit.id not in {one.habit_id for one in found}:
        return None
    return session.get_one(PredictionRow, (user.id, habit.id, day), populate_existing=True)
