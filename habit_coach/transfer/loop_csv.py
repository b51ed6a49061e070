"""Loop Habit Tracker's CSV export: a zip with Habits.csv and a numbered folder for each habit.

Source: `HabitsCSVExporter`, `HabitList.writeCSV` and `Entry` of Loop 2.3.1 and of 2.0.
"""

import re
from collections.abc import Iterator
from datetime import date

from habit_coach import clock
from habit_coach.clock import LivesSomewhere
from habit_coach.errors import Invalid
from habit_coach.habits.bulk import Said
from habit_coach.transfer.content import Content, Diary, FoundHabit, iso_day, middle, number, only_noted
from habit_coach.transfer.files import Files, table
from habit_coach.transfer.schedules import nearest

APP = "Loop Habit Tracker"
NO, YES_AUTO, YES_MANUAL, SKIP, UNKNOWN = 0, 1, 2, 3, -1
NAMES = {"NO": NO, "YES_AUTO": YES_AUTO, "YES_MANUAL": YES_MANUAL, "SKIP": SKIP, "UNKNOWN": UNKNOWN}


def recognises(files: Files) -> bool:
    if "Habits.csv" not in files.names:
        return False
    return {"Position", "Name", "Question", "Color"} <= set(files.columns("Habits.csv"))


def read(files: Files, user: LivesSomewhere) -> Content:
    """The habits with their days; the files at the root repeat them in a form that breaks on commas."""
    content = Content(APP)
    _, rows = table(files, "Habits.csv")
    for where, row in rows:
        content.habits.append(_habit(files, content, where, row, clock.today(user)))
    return content


def _habit(files: Files, content: Content, where: str, row: dict[str, str], today: date) -> FoundHabit:
    name = row["Name"].strip()
    checkmarks = list(_checkmarks(files, content, row["Position"]))
    amounts = [value / 1000 for _, _, value, _ in checkmarks if value > SKIP]
    numeric = row["Type"] == "NUMERICAL" if "Type" in row else bool(amounts)
    diary = Diary(content, today, numeric=numeric)
    for line, day, value, note in checkmarks:
        said = entry(value, note, numeric=numeric)
        if said is not None:
            diary.say(line, day, said)
    target = number(row.get("Target Value", ""))
    if numeric and "Type" not in row:
        target = middle(amounts)
        content.note(name, f"This version of the file does not say the target; it becomes {target:g}, its middle day.")
    times = _whole(where, row.get("FrequencyNumerator") or row.get("NumRepetitions"))
    days = _whole(where, row.get("FrequencyDenominator") or row.get("Interval"))
    schedule, changed = nearest(times, days)
    if changed:
        content.note(name, changed)
    return diary.habit(
        name,
        schedule=schedule,
        description="\n\n".join(filter(None, (row["Question"].strip(), row.get("Description", "").strip()))),
        unit=row.get("Unit"),
        target=target,
        direction="at_most" if row.get("Target Type") == "AT_MOST" else "at_least",
        color=row["Color"],
        archived=row.get("Archived?", "").lower() == "true",
    )


def entry(value: int, note: str, *, numeric: bool) -> Said | None:
    """What Loop's number for a day says; None for one that it only implies or does not know.

    A numeric habit counts in thousandths; its smallest amounts share their numbers with the answers of the others.
    """
    if value == UNKNOWN or (value == YES_AUTO and not numeric):
        return only_noted(note, numeric=numeric) if note else None
    if value == SKIP:
        return Said("skipped", None, note)
    if numeric:
        return Said("done", value / 1000, note)
    return Said("done" if value == YES_MANUAL else "missed", None, note)


def _checkmarks(files: Files, content: Content, position: str) -> Iterator[tuple[str, date, int, str]]:
    """The days in the habit's folder, which is found by its number: the rest of its name is changed and cut."""
    folder = re.compile(rf"{re.escape(position)}( [^/]*)?/Checkmarks\.csv")
    name = next((name for name in files.names if folder.fullmatch(name)), None)
    if name is None:
        content.note("Habits.csv", f"There is no folder for habit {position}: it comes without days.")
        return
    for line, cells in files.rows(name):
        if cells[0] == "Date":
            continue
        where = f"{name}, line {line}"
        day, value = iso_day(cells[0]), _value(cells[1] if len(cells) > 1 else "")
        if day is None or value is None:
            content.note(where, f"“{','.join(cells)[:60]}” is not a day with a value.")
        else:
            yield where, day, value, cells[2] if len(cells) > 2 else ""


def _value(text: str) -> int | None:
    text = text.strip()
    return NAMES[text] if text in NAMES else int(text) if re.fullmatch(r"-?\d{1,15}", text) else None


def _whole(where: str, text: str | None) -> int:
    if not re.fullmatch(r"\d{1,6}", text or ""):
        raise Invalid(f"{where}: “{text}” is not a frequency. Export the file from Loop again.")
    return int(text or "")
