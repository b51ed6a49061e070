"""Table Habit's (mhabit) JSON export; days are counted from 1970-01-01."""

import json
import re
from datetime import date, timedelta
from typing import Any

from habit_coach import clock
from habit_coach.clock import LivesSomewhere
from habit_coach.habits.bulk import Said
from habit_coach.habits.drafts import COLORS
from habit_coach.habits.schedule import Schedule
from habit_coach.transfer.content import Content, Diary, FoundHabit
from habit_coach.transfer.files import Files
from habit_coach.transfer.schedules import nearest

APP = "Table Habit"
NEGATIVE, DELETED, ARCHIVED, SKIPPED = 2, 2, 3, 2
WEEKLY, MONTHLY = 1, 2
EPOCH = date(1970, 1, 1)


def recognises(files: Files) -> bool:
    document = files.document
    habits = document.get("habits") if isinstance(document, dict) else None
    return (
        isinstance(habits, list)
        and bool(habits)
        and all(isinstance(habit, dict) and {"freq_type", "records"} <= habit.keys() for habit in habits)
    )


def read(files: Files, user: LivesSomewhere) -> Content:
    """The habits; deleted ones stay behind."""
    content = Content(APP)
    groups = {group.get("uuid"): group.get("name") for group in files.document.get("groups") or []}
    for habit in files.document["habits"]:
        name = habit.get("name") or ""
        if habit.get("status") == DELETED:
            content.note(name, "It was deleted there and is left out.")
        else:
            group = groups.get(habit.get("group_uuid") or habit.get("group")) or ""
            content.habits.append(_habit(content, habit, group, clock.today(user)))
    return content


def _habit(content: Content, habit: dict[str, Any], group: str, today: date) -> FoundHabit:
    name, goal, unit = habit.get("name") or "", float(habit.get("daily_goal") or 0), habit.get("daily_goal_unit") or ""
    limit = habit.get("type") == NEGATIVE
    records = habit["records"]
    amounts = {float(record.get("record_value") or 0) for record in records if record.get("record_type") != SKIPPED}
    numeric = limit or bool(unit) or goal != 1 or not amounts <= {0.0, 1.0}
    diary = Diary(content, today, numeric=numeric)
    for record in records:
        day = EPOCH + timedelta(days=int(record["record_date"]))
        diary.say(name, day, _said(record, numeric=numeric))
    schedule, changed = _schedule(habit)
    if changed:
        content.note(name, changed)
    if habit.get("target_days"):
        content.note(name, f"Its goal of {habit['target_days']} days has no equal here and is left out.")
    return diary.habit(
        name,
        description=habit.get("desc"),
        unit=unit,
        target=goal,
        direction="at_most" if limit else "at_least",
        schedule=schedule,
        color=_color(habit),
        group=group,
        reminders=_reminders(content, name, habit.get("reminder")),
        start_date=EPOCH + timedelta(days=int(habit["start_date"])) if habit.get("start_date") else None,
        archived=habit.get("status") == ARCHIVED,
    )


def _said(record: dict[str, Any], *, numeric: bool) -> Said:
    note, value = record.get("reason") or "", float(record.get("record_value") or 0)
    if record.get("record_type") == SKIPPED:
        return Said("skipped", None, note)
    if numeric:
        return Said("done", value, note)
    return Said("done" if value >= 1 else "missed", None, note)


def _schedule(habit: dict[str, Any]) -> tuple[Schedule, str | None]:
    numbers = [int(number) for number in json.loads(habit.get("freq_custom") or "[1, 1]")]
    if habit["freq_type"] == WEEKLY:
        return nearest(numbers[0], 7)
    if habit["freq_type"] == MONTHLY:
        return nearest(numbers[0], 30)
    return nearest(numbers[0], numbers[-1])


def _color(habit: dict[str, Any]) -> str:
    """Its ten colours by number, or one of the person's own as ARGB."""
    if habit.get("custom_color") is not None:
        return f"#{int(habit['custom_color']) & 0xFFFFFF:06x}"
    return COLORS[(int(habit.get("color") or 1) - 1) % len(COLORS)]


def _reminders(content: Content, name: str, reminder: str | None) -> list[str]:
    if not reminder:
        return []
    found = re.search(r"\b(\d{1,2}):(\d{2})\b", json.dumps(json.loads(reminder).get("time")))
    if found is None or int(found[1]) > 23:
        content.note(name, "The time of its reminder cannot be read; set it anew.")
        return []
    return [f"{int(found[1]):02}:{found[2]}"]
