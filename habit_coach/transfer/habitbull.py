"""HabitBull's CSV export: one row for each habit and day, without schedules and targets."""

from datetime import date, datetime

from habit_coach import clock
from habit_coach.clock import LivesSomewhere
from habit_coach.habits.bulk import Said
from habit_coach.transfer.content import Content, Diary, FoundHabit, iso_day, middle, number, only_noted
from habit_coach.transfer.files import Files, Located, grouped

APP = "HabitBull"
COLUMNS = {"HabitName", "CalendarDate", "Value"}
NOTHING = -2_150_000_000.0


def recognises(files: Files) -> bool:
    return files.is_table_of(COLUMNS)


def read(files: Files, user: LivesSomewhere) -> Content:
    """The habits in the order in which the file first names them."""
    content = Content(APP)
    content.note(files.filename, "HabitBull does not say how often a habit is due: all become daily.")
    for (name,), rows in grouped(files, "HabitName").items():
        content.habits.append(_habit(content, name, rows, clock.today(user)))
    return content


def _habit(content: Content, name: str, rows: list[Located], today: date) -> FoundHabit:
    numbers = {where: number(row["Value"]) for where, row in rows}
    amounts = [value for value in numbers.values() if value is not None and value > 0]
    numeric = max(amounts, default=0) > 1
    diary = Diary(content, today, numeric=numeric)
    for where, row in rows:
        day, value = _day(row["CalendarDate"]), numbers[where]
        if day is None or value is None:
            content.note(where, f"“{row['CalendarDate']}” with “{row['Value']}” is not a day with a number.")
            continue
        said = _said(value, row.get("CommentText", ""), numeric=numeric)
        if said is not None:
            diary.say(where, day, said)
    target = middle(amounts) if numeric else None
    if target is not None:
        content.note(name, f"HabitBull does not say the target; it becomes {target:g}, the middle of its days.")
    _, first = rows[0]
    return diary.habit(
        name,
        target=target,
        description=first.get("HabitDescription", ""),
        group=first.get("HabitCategory", ""),
    )


def _said(value: float, note: str, *, numeric: bool) -> Said | None:
    if value <= NOTHING:
        return only_noted(note, numeric=numeric) if note else None
    if numeric:
        return Said("done", value, note)
    return Said("done" if value == 1 else "missed", None, note)


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text.strip(), "%m/%d/%Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return iso_day(text)
