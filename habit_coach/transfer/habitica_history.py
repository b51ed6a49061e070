"""Habitica's task history as CSV: for each day a task's running value, which rises when it was done."""

from datetime import date

from habit_coach import clock
from habit_coach.clock import LivesSomewhere
from habit_coach.habits.bulk import Said
from habit_coach.transfer.content import Content, Diary, FoundHabit, iso_day, number
from habit_coach.transfer.files import Files, Located, grouped

APP = "Habitica"
COLUMNS = {"Task Name", "Task ID", "Task Type", "Date", "Value"}


def recognises(files: Files) -> bool:
    return files.is_table_of(COLUMNS)


def read(files: Files, user: LivesSomewhere) -> Content:
    """The tasks in the order in which the file first names them."""
    content = Content(APP)
    content.note(files.filename, "This file does not say how often a task is due: all become daily.")
    for (name, _), rows in grouped(files, "Task Name", "Task ID").items():
        content.habits.append(_habit(content, name, rows, clock.today(user)))
    return content


def _habit(content: Content, name: str, rows: list[Located], today: date) -> FoundHabit:
    changes = list(_changes(content, rows))
    limit = rows[0][1]["Task Type"] == "habit" and all(not rose for _, _, rose in changes)
    diary = Diary(content, today, numeric=limit)
    for where, day, rose in changes:
        diary.say(where, day, Said("done", 1.0) if limit else Said("done" if rose else "missed"))
    return diary.habit(name, unit="times", target=0.0, direction="at_most" if limit else "at_least")


def _changes(content: Content, rows: list[Located]) -> list[tuple[str, date, bool]]:
    """Each day with whether the value rose on it; a value starts from nought."""
    found, before = [], 0.0
    for where, row in sorted(rows, key=lambda one: one[1]["Date"]):
        day = iso_day(row["Date"])
        value = number(row["Value"])
        if day is None or value is None:
            content.note(where, f"“{row['Date']}” with “{row['Value']}” is not a day with a number.")
            continue
        found.append((where, day, value > before))
        before = value
    return found
