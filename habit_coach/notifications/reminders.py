"""Reminders: planned from the habits that ask now, once each, and answered straight from the notification."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from habit_coach import clock
from habit_coach.accounts.models import User
from habit_coach.errors import Conflict
from habit_coach.habits import entry, reminding, rows, standing
from habit_coach.habits.entry import Change
from habit_coach.habits.models import Habit, State
from habit_coach.habits.plan import Plan
from habit_coach.notifications import inbox, preferences
from habit_coach.notifications.inbox import Message
from habit_coach.notifications.models import Kind, Notification, Prompt, PromptState
from habit_coach.predictions.models import PredictionRow

log = logging.getLogger(__name__)
PROMPTS = (Kind.reminder, Kind.nudge)
AFTER_A_FAULT = timedelta(hours=1)
CATCH_UP = timedelta(hours=24)
EVENING = time(20)
Snooze = Literal["10min", "1h", "tonight"]


def some_due(session: Session) -> bool:
    """Whether `plan_due` has something to do; it reads only, and so waits for nobody."""
    due = select(col(Habit.id)).where(col(Habit.next_reminder_at) <= clock.now()).limit(1)
    return session.execute(due).first() is not None


def plan_due(session: Session, limit: int = 50) -> int:
    """Plan the reminders of up to `limit` habits that ask now, and set when each asks next; gives how many.

    After downtime a habit asks once, for the last time it missed, and not at all for one of more than 24 h ago.
    """
    now = clock.now()
    query = (
        select(User, Habit)
        .join(Habit, col(Habit.user_id) == col(User.id))
        .where(col(Habit.next_reminder_at) <= now)
        .order_by(col(Habit.next_reminder_at))
        .limit(limit)
        .with_for_update(skip_locked=True, of=Habit)
    )
    found = session.execute(query).all()
    for user, habit in found:
        try:
            with session.begin_nested():
                _plan(session, user, habit, now)
        except Exception:
            # Whatever is wrong with one habit must not keep the others from reminding.
            log.exception("The reminder of the habit %s broke", habit.id)
            habit.next_reminder_at = now + AFTER_A_FAULT
    session.flush()
    return len(found)


def is_wanted(session: Session, user: User, notification: Notification) -> bool:
    """Whether a reminder or nudge that was planned is still worth sending: the habit asks, and its day is not done."""
    if notification.kind not in PROMPTS or notification.habit_id is None or notification.day is None:
        return True
    habit = session.get(Habit, (user.id, notification.habit_id))
    if habit is None or habit.deleted_at or habit.archived_at:
        return False
    even_if_done = notification.kind == Kind.reminder and not habit.remind_only_if_open
    return even_if_done or reminding.is_still_asked(session, user, habit, notification.day)


def snooze(session: Session, user: User, notification_id: UUID, length: Snooze) -> datetime:
    """Put a notification away and tell it again later; gives when. Tonight is 20:00, or in an hour when that is later.

    Raises NotFound for one that is not theirs.
    """
    notification = inbox.owned(session, user, notification_id)
    again = _after(user, length)
    message = Message(
        Kind(notification.kind),
        notification.subject,
        notification.title,
        notification.body,
        notification.link,
        notification.habit_id,
        notification.day,
    )
    inbox.plan(session, user, message, again)
    inbox.dismiss(session, user, notification_id)
    return again


def answer(session: Session, user: User, notification_id: UUID, state: State) -> Notification:
    """Check in for the day that a notification is about, and put the notification away.

    Raises NotFound for one that is not theirs, Conflict for one that is about no habit.
    """
    notification = inbox.owned(session, user, notification_id)
    if notification.habit_id is None:
        raise Conflict("This notification is about no habit. Dismiss it instead.")
    change = Change(day=notification.day, state=state, source="notification")
    entry.check_in(session, user, notification.habit_id, change)
    return inbox.dismiss(session, user, notification_id)


def _plan(session: Session, user: User, habit: Habit, now: datetime) -> None:
    asked = habit.next_reminder_at
    plan = rows.plan_of(session, user, habit)
    reminding.schedule(session, user, [habit])
    if asked is None or user.deactivated_at:
        return
    missed = _last_until(plan, habit.reminders, user, asked, now)
    if missed is None or now - missed[0] > CATCH_UP:
        return
    due, day = missed
    if habit.remind_only_if_open and not reminding.is_still_asked(session, user, habit, day):
        return
    title = f"{habit.icon} {habit.name}".strip()
    said = session.get(PredictionRow, (user.id, habit.id, day))
    body = f"{_words(session, user, habit, day)} {_warning(session, user, said)}".strip()
    link = f"/habits/{habit.id}"
    inbox.plan(session, user, Message(Kind.reminder, str(habit.id), title, body, link, habit.id, day), due)
    _log(session, habit, day, due, said)


def _last_until(
    plan: Plan, reminders: Sequence[str], user: User, first: datetime, now: datetime
) -> tuple[datetime, date] | None:
    last = None
    for at, day in reminding.times(plan, reminders, user, first - timedelta(seconds=1)):
        if at > now:
            break
        last = at, day
    return last


def _words(session: Session, user: User, habit: Habit, day: date) -> str:
    when = "today" if day == clock.today(user) else f"on {day:%A}"
    streak = standing.of(session, user, habit).current_streak
    hope = f" A check-in makes it {streak + 1} in a row." if streak > 1 else ""
    return f"Still open {when}.{hope}" if habit.remind_only_if_open else f"Due {when}.{hope}"


def _log(session: Session, habit: Habit, day: date, due: datetime, said: PredictionRow | None) -> None:
    sent = Prompt(
        user_id=habit.user_id,
        kind=Kind.reminder,
        habit_id=habit.id,
        day=day,
        due_at=due,
        state=PromptState.sent,
        propensity=1.0,
        probability=said.probability if said else None,
        version=said.version if said else None,
    )
    session.add(sent)


def _warning(session: Session, user: User, said: PredictionRow | None) -> str:
    """What speaks most against a habit that is at risk, unless the person wants no nudges."""
    if said is None or said.risk == "low" or not preferences.of(session, user).nudges:
        return ""
    return next((one["text"] for one in said.reasons if one["effect"] < 0), "")


def _after(user: User, length: Snooze) -> datetime:
    now = clock.now().replace(microsecond=0)
    if length == "10min":
        return now + timedelta(minutes=10)
    in_an_hour = now + timedelta(hours=1)
    if length == "1h":
        return in_an_hour
    return max(clock.instant(clock.today(user), EVENING, user.timezone), in_an_hour)
