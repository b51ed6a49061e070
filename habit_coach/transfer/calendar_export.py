"""The habits as an iCalendar file (RFC 5545): when they are due, and which days were done in the last year."""

from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from sqlalchemy import select
from sqlmodel import Session

from habit_coach import clock
from habit_coach.accounts.models import User
from habit_coach.habits import habit as habits
from habit_coach.habits.entry import TABLE
from habit_coach.habits.models import Habit
from habit_coach.habits.plan import DAY
from habit_coach.habits.rows import rules_of
from habit_coach.habits.schedule import (
    WEEKDAYS,
    Daily,
    Every,
    Monthly,
    PerPeriod,
    Schedule,
    Weekdays,
    describe,
    due_days,
    period_of,
)

BYDAY = dict(zip(WEEKDAYS, ("MO", "TU", "WE", "TH", "FR", "SA", "SU"), strict=True))
PAST = timedelta(days=366)
TAKES = timedelta(minutes=15)


def write(session: Session, user: User, out: BinaryIO) -> None:
    """Write one event that recurs for each habit (and each of its reminders), and one for each day done."""
    calendar = Calendar()
    calendar.add("prodid", "-//Habit Coach//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Habit Coach")
    today = clock.today(user)
    for habit in habits.listed(session, user, archived=None):
        if habit.archived_at is None:
            for event in _due(user, habit, today):
                calendar.add_component(event)
        for event in _done(session, user, habit, today):
            calendar.add_component(event)
    calendar.add_missing_timezones()
    out.write(calendar.to_ical())


def _due(user: User, habit: Habit, today: date) -> list[Event]:
    """From today on: at the times of the reminders or, without one, as a whole day that blocks nothing."""
    schedule = rules_of(habit)[-1].schedule
    first = _first(schedule, max(today, habit.start_date), habit.start_date, user.week_start)
    if first is None:
        return []
    summary = habit.name
    if isinstance(schedule, PerPeriod):
        summary = f"{habit.name} ({describe(schedule)})"
    events = []
    for number, wall in enumerate(habit.reminders or [""]):
        event = _event(f"{habit.id}-{number}@habit-coach", f"{habit.icon} {summary}".strip(), habit)
        if wall:
            starts = datetime.combine(first, time.fromisoformat(wall), ZoneInfo(user.timezone))
            event.add("dtstart", starts)
            event.add("dtend", starts + TAKES)
        else:
            event.add("dtstart", first)
            event.add("dtend", first + DAY)
        event.add("rrule", _rule(schedule))
        events.append(event)
    return events


def _done(session: Session, user: User, habit: Habit, today: date) -> list[Event]:
    query = select(TABLE.c.day, TABLE.c.value, TABLE.c.note).where(
        TABLE.c.user_id == user.id,
        TABLE.c.habit_id == habit.id,
        TABLE.c.day > today - PAST,
        TABLE.c.state == "done",
    )
    events = []
    for day, value, note in session.execute(query.order_by(TABLE.c.day)):
        amount = "" if value is None else f": {value:g} {habit.unit}".rstrip()
        event = _event(f"{habit.id}-{day}@habit-coach", f"✓ {habit.name}{amount}", habit)
        event.add("dtstart", day)
        event.add("dtend", day + DAY)
        if note:
            event.add("description", note)
        events.append(event)
    return events


def _event(uid: str, summary: str, habit: Habit) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", habit.updated_at)
    event.add("summary", summary)
    event.add("transp", "TRANSPARENT")
    if habit.group:
        event.add("categories", [habit.group])
    return event


def _first(schedule: Schedule, since: date, start: date, week_start: int) -> date | None:
    """The first due day from `since` on; of a quota, the first day of its next period."""
    if isinstance(schedule, PerPeriod):
        first, last = period_of(schedule.period, since, week_start)
        return first if first >= since else last + DAY
    return next(iter(due_days(schedule, since, since + 800 * DAY, start)), None)


def _rule(schedule: Schedule) -> dict[str, Any]:
    match schedule:
        case Daily():
            return {"freq": "daily"}
        case Weekdays(days=days):
            return {"freq": "weekly", "byday": [BYDAY[day] for day in days]}
        case PerPeriod(period=period):
            return {"freq": f"{period}ly"}
        case Every(n=n, unit=unit):
            return {"freq": "daily" if unit == "day" else "weekly", "interval": n}
        case Monthly(days=None, nth=nth, weekday=weekday):
            return {"freq": "monthly", "byday": [f"{nth}{BYDAY[weekday or 'mon']}"]}
        case _:
            return {"freq": "monthly", "bymonthday": [-1 if day == "last" else day for day in schedule.days or ()]}
