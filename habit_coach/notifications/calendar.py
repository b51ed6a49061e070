"""The calendar that other programs subscribe to (RFC 5545): what is due in the coming weeks, and its reminders.

Its address is the secret. It is made from the server's key and a number, so it can be shown again and taken back.
"""

import base64
import hmac
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import takewhile
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event
from sqlmodel import Session

from habit_coach import clock, db, feed
from habit_coach.accounts.models import User
from habit_coach.errors import NotFound
from habit_coach.habits import habit as habits
from habit_coach.habits import reminding, rows
from habit_coach.habits.models import Habit
from habit_coach.habits.plan import DAY, Plan
from habit_coach.habits.schedule import PerPeriod, due_days
from habit_coach.notifications import preferences
from habit_coach.settings import settings

AHEAD = timedelta(days=42)
TAKES = timedelta(minutes=15)
MAC_BYTES = 16


def url(session: Session, user: User) -> str | None:
    """The address of the user's calendar; None while they have none."""
    version = preferences.of(session, user).calendar_version
    return f"{settings().base_url}/calendar/{_token(user.id, version)}.ics" if version > 0 else None


def renew(session: Session, user: User) -> str:
    """A new address; the one before stops working."""
    _set_version(session, user, abs(preferences.of(session, user).calendar_version) + 1)
    return url(session, user) or ""


def end(session: Session, user: User) -> None:
    """Take the address back."""
    _set_version(session, user, -abs(preferences.of(session, user).calendar_version))


def read(session: Session, token: str) -> bytes:
    """The calendar behind an address. Raises NotFound for one that never was, or was taken back."""
    unknown = NotFound("There is no calendar at this address, or no longer.")
    try:
        user_id = UUID(bytes=base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))[:16])
    except ValueError:
        raise unknown from None
    user = session.get(User, user_id)
    if user is None or user.deactivated_at:
        raise unknown
    version = preferences.of(session, user).calendar_version
    if version <= 0 or not hmac.compare_digest(token.encode(), _token(user_id, version).encode()):
        raise unknown
    return _written(session, user)


def _written(session: Session, user: User) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Habit Coach//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Habit Coach")
    calendar.add("refresh-interval;value=duration", "PT1H")
    mine = habits.listed(session, user)
    plans = rows.plans_of(session, user, mine)
    for habit in mine:
        for event in _events(user, habit, plans[habit.id]):
            calendar.add_component(event)
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _events(user: User, habit: Habit, plan: Plan) -> Iterator[Event]:
    """One for each reminder or, without any, for each due day; a quota without a reminder has no days of its own."""
    now = clock.now()
    if habit.reminders:
        for at, day in takewhile(lambda one: one[0] < now + AHEAD, reminding.times(plan, habit.reminders, user, now)):
            local = at.astimezone(ZoneInfo(user.timezone))
            event = _event(habit, f"{day}T{local:%H%M}")
            event.add("dtstart", local)
            event.add("duration", TAKES)
            event.add_component(_alarm(habit))
            yield event
        return
    for day in _due(plan, clock.today(user)):
        event = _event(habit, str(day))
        event.add("dtstart", day)
        event.add("dtend", day + DAY)
        yield event


def _due(plan: Plan, today: date) -> Iterator[date]:
    for rule, since, until in plan.spans(today, today + AHEAD):
        if not isinstance(rule.schedule, PerPeriod):
            yield from (day for day in due_days(rule.schedule, since, until, plan.start) if not plan.paused(day))


def _event(habit: Habit, when: str) -> Event:
    event = Event()
    event.add("uid", f"{habit.id}-{when}@habit-coach")
    event.add("dtstamp", habit.updated_at)
    event.add("summary", f"{habit.icon} {habit.name}".strip())
    event.add("url", f"{settings().base_url}/habits/{habit.id}")
    event.add("transp", "TRANSPARENT")
    return event


def _alarm(habit: Habit) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", habit.name)
    alarm.add("trigger", timedelta())
    return alarm


def _token(user_id: UUID, version: int) -> str:
    mac = hmac.digest(settings().secret, f"calendar:{user_id}:{version}".encode(), "sha256")[:MAC_BYTES]
    return base64.urlsafe_b64encode(user_id.bytes + mac).decode().rstrip("=")


def _set_version(session: Session, user: User, version: int) -> None:
    chosen = preferences.of(session, user)
    new = {"by_email": chosen.by_email, "quiet_from": chosen.quiet_from, "quiet_until": chosen.quiet_until}
    db.upsert(session, preferences.TABLE, {"user_id": user.id}, {"calendar_version": version}, **new)
    feed.changed(session, user.id)
