"""beaverhabits' JSON: its export, and the file in which it keeps a person's habits."""

import re
from datetime import date
from typing import Any

from habit_coach import clock
from habit_coach.clock import LivesSomewhere
from habit_coach.habits.bulk import Said
from habit_coach.transfer.content import Content, Diary, FoundHabit, iso_day
from habit_coach.transfer.files import Files
from habit_coach.transfer.schedules import nearest

APP = "beaverhabits"
DAYS = {"D": 1, "W": 7, "M": 30, "Y": 365}


def recognises(files: Files) -> bool:
    habits = _habits(files.document)
    return isinstance(habits, list) and all(
        isinstance(habit, dict) and "name" in habit and isinstance(habit.get("records"), list)
        and all("day" in record and "done" in record for record in habit["records"][:3])
        for habit in habits
    )  # fmt: skip


def read(files: Files, user: LivesSomewhere) -> Content:
    """The habits in the person's order; deleted ones stay behind."""
    content = Content(APP)
    document = files.document
    order = document.get("order") or (document.get("data") or {}).get("order") or []
    places = {habit_id: place for place, habit_id in enumerate(order)}
    for habit in sorted(_habits(document), key=lambda habit: places.get(habit.get("id"), len(places))):
        if habit.get("status") == "soft_delete":
            content.note(habit["name"], "It was deleted there and is left out.")
        else:
            content.habits.append(_habit(content, habit, clock.today(user)))
    return content


def _habits(document: Any) -> Any:
    if not isinstance(document, dict):
        return None
    data = document.get("data")
    return data.get("habits") if isinstance(data, dict) else document.get("habits")


def _habit(content: Content, habit: dict[str, Any], today: date) -> FoundHabit:
    name = habit["name"]
    diary = Diary(content, today, numeric=False)
    for record in habit["records"]:
        where, day = f"{name}, {record['day']}", iso_day(str(record["day"]))
        if day is None:
            content.note(where, "This is not a day.")
        else:
            diary.say(where, day, _said(content, where, bool(record["done"]), record.get("text") or ""))
    period = habit.get("period") or {"period_type": "D", "period_count": 1, "target_count": 1}
    days = DAYS[period["period_type"]] * int(period["period_count"])
    schedule, changed = nearest(int(period["target_count"]), days)
    if changed:
        content.note(name, changed)
    tags = list(habit.get("tags") or []) + (["starred"] if habit.get("star") else [])
    return diary.habit(name, schedule=schedule, tags=tags, archived=habit.get("status") == "archive")


def _said(content: Content, where: str, done: bool, text: str) -> Said:
    """Its notes carry marks: #skip becomes the state, the others stay as words."""
    if re.search(r"#_\d+%", text):
        content.note(where, "A yes-or-no habit has no parts here: the percentage stays in the note.")
    if done or "#skip" not in text:
        return Said("done" if done else "missed", None, text)
    return Said("skipped", None, text.replace("#skip", "").strip())
