"""Habitify's CSV export: one row for each habit and day, without schedules and targets."""

from collections import defaultdict
from datetime import date

from habit_coach import clock
from habit_coach.clock import LivesSomewhere
from habit_coach.habits.bulk import Said
from habit_coach.transfer.content import Content, Diary, FoundHabit, iso_day, number
from habit_coach.transfer.files import Files, Located, grouped

APP = "Habitify"
COLUMNS = {"Habit", "Date", "Total log", "Unit", "Status", "Habit ID"}
STATES = {"completed": "done", "skipped": "skipped", "failed": "missed"}


def recognises(files: Files) -> bool:
    return files.is_table_of(COLUMNS)


def read(files: Files, user: LivesSomewhere) -> Content:
    """The habits in the order in which the file first names them; two of one name are told apart by their id."""
    content = Content(APP)
    content.note(files.filename, "Habitify does not say how often a habit is due: all become daily.")
    for (name, _), rows in grouped(files, "Habit", "Habit ID").items():
        content.habits.append(_habit(content, name, rows, clock.today(user)))
    return content


def _habit(content: Content, name: str, rows: list[Located], today: date) -> FoundHabit:
    unit = next((row["Unit"].strip() for _, row in rows if row["Unit"].strip()), "")
    amounts = {where: max(0.0, number(row["Total log"]) or 0.0) for where, row in rows}
    numeric = unit not in ("", "times", "time", "rep") or max(amounts.values(), default=0) > 1
    diary = Diary(content, today, numeric=numeric)
    for where, row in rows:
        day, state = iso_day(row["Date"]), STATES.get(row["Status"].strip().lower())
        if day is None or state is None:
            content.note(where, f"“{row['Date']}” with “{row['Status']}” is not a day with a status.")
            continue
        value = None if state == "skipped" and not amounts[where] else amounts[where]
        diary.say(where, day, Said(state, value if numeric else None))
    target = _target(content, name, rows, amounts) if numeric else None
    return diary.habit(name, unit=unit, target=target)


def _target(content: Content, name: str, rows: list[Located], amounts: dict[str, float]) -> float:
    """One that agrees with what the file calls completed and failed."""
    by_state: defaultdict[str, list[float]] = defaultdict(list)
    for where, row in rows:
        by_state[row["Status"].strip().lower()].append(amounts[where])
    enough = [amount for amount in by_state["completed"] if amount > 0]
    target = min(enough) if enough else max(by_state["failed"], default=0.0) + 1
    content.note(name, f"Habitify does not say the target; it becomes {target:g}, which fits its days.")
    return target
