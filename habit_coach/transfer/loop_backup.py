"""Loop Habit Tracker's backup: its SQLite database, of every schema version from 12 to 25.

Source: the migrations of uhabits-core. Since 16 repetitions have a value, since 23 the question has its own column,
since 25 there are notes; colours were ARGB numbers before 14 and a palette of 13 before 21.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from habit_coach import clock
from habit_coach.clock import LivesSomewhere
from habit_coach.errors import Invalid
from habit_coach.transfer import loop_csv
from habit_coach.transfer.content import Content, Diary, FoundHabit
from habit_coach.transfer.files import Files
from habit_coach.transfer.schedules import nearest

APP = loop_csv.APP
VERSIONS = range(12, 26)
MS_A_DAY = 86_400_000
LONGEST_VALUE = 1_000_000
ALL_DAYS = 127
PALETTE = (
    "#d32f2f", "#e64a19", "#f57c00", "#ff8f00", "#f9a825", "#afb42b", "#7cb342", "#388e3c", "#00897b", "#00acc1",
    "#039be5", "#1976d2", "#303f9f", "#5e35b1", "#8e24aa", "#d81b60", "#5d4037", "#303030", "#757575", "#aaaaaa",
)  # fmt: skip
FROM_13_COLORS = {2: 4, 3: 5, 4: 7, 5: 8, 6: 9, 7: 10, 8: 13, 9: 14, 10: 15, 11: 17, 12: 19}
FROM_ARGB = {
    -2937041: 0, -1684967: 1, -415707: 2, -5262293: 3, -13070788: 4, -16742021: 5, -16732991: 6, -16540699: 7,
    -10603087: 8, -7461718: 9, -2614432: 10, -13619152: 11, -5592406: 12,
}  # fmt: skip


def recognises(files: Files) -> bool:
    return files.single is not None and files.head(files.names[0]).startswith("SQLite format 3\x00")


def read(files: Files, user: LivesSomewhere) -> Content:
    """The habits with their days. Raises Invalid for a database that is damaged or not Loop's."""
    if files.single is None:
        raise Invalid("A backup is one file.")
    content = Content(APP)
    try:
        with _opened(files.single) as database:
            version = _require_loops(database, files.filename)
            for row in database.execute("SELECT * FROM Habits ORDER BY position, id"):
                content.habits.append(_habit(database, content, dict(row), version, clock.today(user)))
    except (sqlite3.Error, OverflowError):
        raise Invalid(f"{files.filename} is a damaged database. Make the backup in Loop again.") from None
    return content


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Read only, and distrusting what the file says about itself."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        database.row_factory = sqlite3.Row
        database.text_factory = lambda text: text.decode("utf-8", "replace")
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        database.execute("PRAGMA trusted_schema=OFF")
        yield database


def _require_loops(database: sqlite3.Connection, filename: str) -> int:
    """The schema version. Both tables must be plain ones: a view could keep the reader busy forever."""
    if database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise sqlite3.DatabaseError
    query = "SELECT lower(name) FROM sqlite_master WHERE type = 'table' AND sql LIKE 'create table%'"
    if not {"habits", "repetitions"} <= {name for (name,) in database.execute(query)}:
        raise Invalid(f"{filename} is a database, but not a backup of Loop Habit Tracker.")
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    if version not in VERSIONS:
        raise Invalid(
            f"{filename} has version {version} of Loop's backups; known are {VERSIONS[0]} to {VERSIONS[-1]}. "
            "Export a CSV file from Loop instead."
        )
    return version


def _habit(
    database: sqlite3.Connection, content: Content, row: dict[str, Any], version: int, today: date
) -> FoundHabit:
    name = str(row["name"] or "")
    numeric = row.get("type") == 1
    diary = Diary(content, today, numeric=numeric)
    for day in database.execute("SELECT * FROM Repetitions WHERE habit = ? ORDER BY timestamp", (row["id"],)):
        _say(diary, name, dict(day), numeric=numeric)
    schedule, changed = nearest(int(row["freq_num"] or 0), int(row["freq_den"] or 0))
    if changed:
        content.note(name, changed)
    question, description = row.get("question"), row["description"]
    return diary.habit(
        name,
        schedule=schedule,
        description="\n\n".join(filter(None, (question, description))),
        unit=row.get("unit"),
        target=row.get("target_value"),
        direction="at_most" if row.get("target_type") == 1 else "at_least",
        color=_color(int(row["color"] or 0), version),
        reminders=_reminders(content, name, row),
        archived=bool(row["archived"]),
    )


def _say(diary: Diary, name: str, row: dict[str, Any], *, numeric: bool) -> None:
    day = date(1970, 1, 1) + timedelta(days=int(row["timestamp"]) // MS_A_DAY)
    value = int(row.get("value", loop_csv.YES_MANUAL))
    said = loop_csv.entry(value, row.get("notes") or "", numeric=numeric)
    if said is not None:
        diary.say(name, day, said)


def _color(number: int, version: int) -> str:
    if version < 14:
        number = FROM_ARGB.get(number, 0)
    if version < 21:
        number = FROM_13_COLORS.get(number, number)
    return PALETTE[number] if 0 <= number < len(PALETTE) else PALETTE[0]


def _reminders(content: Content, name: str, row: dict[str, Any]) -> list[str]:
    if row.get("reminder_hour") is None or row.get("reminder_min") is None:
        return []
    if row.get("reminder_days", ALL_DAYS) != ALL_DAYS:
        content.note(name, "It reminds on some weekdays only; here a reminder comes on each day that is due.")
    return [f"{int(row['reminder_hour']):02}:{int(row['reminder_min']):02}"]
