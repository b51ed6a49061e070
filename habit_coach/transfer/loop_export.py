"""The account as Loop Habit Tracker 2.3.1 exports its own, file by file, for whatever reads that.

Loop has no pauses: paused days become skips, which leave its score as it is, too. Source: `HabitsCSVExporter`.
"""

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from sqlalchemy import select
from sqlmodel import Session

from habit_coach import clock
from habit_coach.accounts.models import User
from habit_coach.habits import habit as habits
from habit_coach.habits import rows, strength
from habit_coach.habits.entry import TABLE
from habit_coach.habits.models import Habit
from habit_coach.habits.plan import DAY, Mark, Plan, amount
from habit_coach.habits.schedule import frequency
from habit_coach.transfer.loop_csv import NAMES, SKIP, UNKNOWN

HEADER = (
    "Position", "Name", "Type", "Question", "Description", "FrequencyNumerator", "FrequencyDenominator", "Color",
    "Unit", "Target Type", "Target Value", "Archived?",
)  # fmt: skip
PRINTED = {number: name for name, number in NAMES.items()}


@dataclass(frozen=True, slots=True)
class _Kept:
    """A habit with its days as Loop numbers them, and its score at the end of each day since the first."""

    habit: Habit
    folder: str
    values: dict[date, int]
    notes: dict[date, str]
    scores: dict[date, float]


def write(session: Session, user: User, out: BinaryIO) -> None:
    """Write the zip file."""
    today = clock.today(user)
    kept = [
        _kept(session, user, habit, number, today)
        for number, habit in enumerate(habits.listed(session, user, archived=None), start=1)
    ]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Habits.csv", _csv([HEADER, *(_described(number, one) for number, one in enumerate(kept, 1))]))
        for one in kept:
            since = min(one.values, default=today)
            scores = [(day.isoformat(), f"{one.scores.get(day, 0.0):.4f}") for day in _back(today, since)]
            archive.writestr(f"{one.folder}/Scores.csv", _csv([("Date", "Score"), *scores]))
            days = [
                (day.isoformat(), _printed(one.values[day]), one.notes.get(day, ""))
                for day in sorted(one.values, reverse=True)
            ]
            archive.writestr(f"{one.folder}/Checkmarks.csv", _csv([("Date", "Value", "Notes"), *days]))
        for name, text in _together(kept, today).items():
            archive.writestr(name, text)


def _kept(session: Session, user: User, habit: Habit, number: int, today: date) -> _Kept:
    plan = rows.plan_of(session, user, habit)
    marks = rows.marks_of(session, user, [habit.id]).get(habit.id, {})
    values = {day: _value(plan, day, mark) for day, mark in marks.items()}
    if marks:
        values |= {day: SKIP for day in plan.paused_days(min(marks), today) if day not in marks}
    query = select(TABLE.c.day, TABLE.c.note).where(
        TABLE.c.user_id == user.id, TABLE.c.habit_id == habit.id, TABLE.c.note != ""
    )
    return _Kept(
        habit,
        f"{number:03} {re.sub('[^ a-zA-Z0-9._-]+', '', habit.name)[:100]}".strip(),
        values,
        {day: note for day, note in session.execute(query)},
        dict(strength.series(plan, marks, today)),
    )


def _value(plan: Plan, day: date, mark: Mark) -> int:
    if mark.state == "skipped":
        return SKIP
    if plan.kind == "numeric":
        return round(amount(plan.rule_on(day), mark) * 1000)
    return NAMES["YES_MANUAL"] if mark.state == "done" else NAMES["NO"]


def _described(number: int, one: _Kept) -> tuple[str, ...]:
    habit, draft = one.habit, habits.as_draft(one.habit)
    times, days = frequency(draft.schedule)
    numeric = habit.kind == "numeric"
    return (
        f"{number:03}",
        habit.name,
        "NUMERICAL" if numeric else "YES_NO",
        "",
        habit.description,
        str(times),
        str(days),
        habit.color.upper(),
        habit.unit,
        draft.direction.upper() if numeric else "",
        str(float(draft.target or 0.0)) if numeric else "",
        "true" if habit.archived_at else "false",
    )


def _together(kept: list[_Kept], today: date) -> dict[str, str]:
    """The files at the root: unquoted names, a comma at the end of each row, newest day first."""
    since = min((min(one.values) for one in kept if one.values), default=today)
    head = "Date," + "".join(f"{one.habit.name}," for one in kept) + "\n"
    scores, checks = [head], [head]
    for day in _back(today, since):
        scores.append(f"{day}," + "".join(f"{one.scores.get(day, 0.0):.4f}," for one in kept) + "\n")
        checks.append(f"{day}," + "".join(f"{_printed(one.values.get(day, UNKNOWN))}," for one in kept) + "\n")
    return {"Scores.csv": "".join(scores), "Checkmarks.csv": "".join(checks)}


def _back(today: date, since: date) -> list[date]:
    return [today - number * DAY for number in range((today - since).days + 1)]


def _printed(value: int) -> str:
    """Loop prints a number that is also an answer by the answer's name, whatever the habit."""
    return PRINTED.get(value, str(value))


def _csv(lines: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()
