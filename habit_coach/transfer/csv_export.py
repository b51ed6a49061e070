"""All days as one CSV, which `plain_csv` reads again: for spreadsheets and statistics."""

import csv
import io
from typing import BinaryIO

from sqlalchemy import select
from sqlmodel import Session

from habit_coach.accounts.models import User
from habit_coach.habits import habit as habits
from habit_coach.habits.entry import TABLE
from habit_coach.transfer.guarding import guarded

COLUMNS = ("date", "habit", "group", "unit", "value", "state", "note")


def write(session: Session, user: User, out: BinaryIO) -> None:
    """One row for each habit and day, in the habits' order and oldest first; formulas are neutralised."""
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for habit in habits.listed(session, user, archived=None):
        name, group, unit = guarded(habit.name), guarded(habit.group), guarded(habit.unit)
        query = select(TABLE.c.day, TABLE.c.value, TABLE.c.state, TABLE.c.note).where(
            TABLE.c.user_id == user.id, TABLE.c.habit_id == habit.id
        )
        for day, value, state, note in session.execute(query.order_by(TABLE.c.day)):
            rows.writerow((day.isoformat(), name, group, unit, "" if value is None else value, state, guarded(note)))
    text.detach()
