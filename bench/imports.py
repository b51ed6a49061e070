"""Importing years end to end against the floor by hand: python -m bench.imports [--habits 200] [--days 7305]

The whole import counts: reading the file, writing it, and the standings. Meanwhile somebody else checks in ten times a
second; the longest of their waits is printed. The floor parses the same days with `json` and writes them with
`executemany` in one transaction, without checking or judging anything. Makes its own database in a temporary folder;
DATABASE_URL names an empty PostgreSQL database instead.
"""

import json
import os
import sqlite3
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import median
from uuid import UUID, uuid4

import click

from bench.figures import Figure

AIM = 100_000
LAST = date(2026, 7, 3)
NOW = "2026-07-04 12:00:00.000000"
LOOPS = (
    "Position,Name,Type,Question,Description,FrequencyNumerator,FrequencyDenominator,"
    "Color,Unit,Target Type,Target Value,Archived?\n"
)
SCHEDULES = (
    ({"kind": "daily"}, "1,1"),
    ({"kind": "weekdays", "days": ["mon", "wed", "fri"]}, "3,7"),
    ({"kind": "daily"}, "1,1"),
    ({"kind": "per_period", "times": 3, "period": "week"}, "3,7"),
)


@dataclass
class Measured:
    """One import: seconds for reading and for everything after, of them on the CPU, and another person's waits."""

    entries: int
    read: float
    rest: float
    cpu: float
    waits: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.entries / (self.read + self.rest)


@click.command()
@click.option("--habits", default=200, show_default=True)
@click.option("--days", default=7305, show_default=True)
@click.option("--form", type=click.Choice(["json", "loop", "csv"]), default="json", show_default=True)
def main(habits: int, days: int, form: str) -> None:
    """Time one import, then the floor."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HABIT_COACH_DATA": folder, "HABIT_COACH_BCRYPT_COST": "4"}
        path = Path(folder) / "export"
        FORMS[form](path, habits, days)
        ours = measured(path)
        click.echo(
            f"{form}, {habits} habits x {days} days: {ours.entries} entries, read {ours.read:.1f} s, "
            f"written and judged {ours.rest:.1f} s, {ours.rate:,.0f} entries/s ({ours.entries / ours.cpu:,.0f} by CPU)"
        )
        click.echo(
            f"somebody else's check-ins meanwhile: {len(ours.waits)}, "
            f"median {median(ours.waits):.3f} s, longest {max(ours.waits):.2f} s"
        )
        as_json(path, habits, days)
        rate, by_cpu = by_hand(path, Path(folder) / "floor.db")
        click.echo(
            f"by hand (json and executemany): {rate:,.0f} entries/s ({by_cpu:,.0f} by CPU); "
            f"ours is {ours.rate / rate:.2f} of it ({ours.entries / ours.cpu / by_cpu:.2f} by CPU)"
        )


def figures(habits: int = 200, days: int = 7305) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HABIT_COACH_DATA": folder, "HABIT_COACH_BCRYPT_COST": "4"}
        path = Path(folder) / "export"
        as_json(path, habits, days)
        ours, (by_hand_rate, _) = measured(path), by_hand(path, Path(folder) / "floor.db")
    longest = max(ours.waits)
    beside = f"{ours.entries:,} entries; by hand {by_hand_rate:,.0f}/s; somebody else waits {longest:.2f} s at most"
    return [Figure("Import of our own export", ours.rate, AIM, "entries/s", beside=beside)]


def measured(path: Path) -> Measured:
    """The import into an account of its own."""
    from habit_coach import db
    from habit_coach.accounts import users
    from habit_coach.habits import habit
    from habit_coach.habits.drafts import HabitDraft
    from habit_coach.operations import schema
    from habit_coach.transfer import formats, importing

    schema.migrate()
    with db.session(writes=True) as session:
        user = users.create(session, f"{uuid4().hex}@example.com", "seven green bottles")
        other = users.create(session, f"{uuid4().hex}@example.com", "seven green bottles")
        theirs = habit.create(session, other, HabitDraft(name="Read"))
    with somebody_checking_in(other.id, theirs.id) as waits:
        began, worked = time.perf_counter(), time.process_time()
        content = formats.read(path, user)
        read = time.perf_counter()
        entries = importing.apply(user.id, content).written
        done, cpu = time.perf_counter(), time.process_time() - worked
    return Measured(entries, read - began, done - read, cpu, waits)


@contextmanager
def somebody_checking_in(user_id: UUID, habit_id: UUID) -> Iterator[list[float]]:
    """The seconds that each check-in of somebody else took, about ten a second."""
    from habit_coach import db
    from habit_coach.accounts import users
    from habit_coach.habits import entry
    from habit_coach.habits.entry import Change

    waits: list[float] = []
    over = threading.Event()

    def check_in() -> None:
        while not over.wait(0.1):
            began = time.perf_counter()
            with db.session(writes=True) as session:
                entry.check_in(session, users.get(session, user_id), habit_id, Change(note=str(len(waits))))
            waits.append(time.perf_counter() - began)

    thread = threading.Thread(target=check_in)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


def by_hand(path: Path, database: Path) -> tuple[float, float]:
    """Entries a second, by the clock and by the CPU, with `json` and `sqlite3` alone, into the same table."""
    from sqlalchemy import create_engine
    from sqlalchemy.schema import CreateTable

    from habit_coach.habits.entry import TABLE

    dialect = create_engine("sqlite://").dialect
    opened = sqlite3.connect(database, isolation_level=None)
    opened.execute("PRAGMA journal_mode=WAL")
    opened.execute("PRAGMA synchronous=FULL")
    opened.execute(str(CreateTable(TABLE).compile(dialect=dialect)))
    user, written = uuid4().hex, 0
    began, worked = time.perf_counter(), time.process_time()
    document = json.loads(path.read_text("utf-8"))
    opened.execute("BEGIN IMMEDIATE")
    for habit in document["habits"]:
        one = uuid4().hex
        rows = [
            (user, one, day["day"], day["state"], day.get("value"), day.get("note", ""), "web", day["said_at"], NOW)
            for day in habit["entries"]
        ]
        opened.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        written += len(rows)
    opened.execute("COMMIT")
    took, cpu = time.perf_counter() - began, time.process_time() - worked
    opened.close()
    return written / took, written / cpu


def lives(habits: int, days: int) -> Iterator[tuple[int, list[tuple[date, float]]]]:
    """Each habit's number, and its days with a number between 0 and 1 each, always the same."""
    dice = Random(4)
    first = LAST - timedelta(days=days - 1)
    for number in range(habits):
        yield number, [(first + timedelta(days=n), dice.random()) for n in range(days)]


def as_json(path: Path, habits: int, days: int) -> None:
    """Our own export, as it is written."""
    account = {"email": "ada@example.com", "name": "Ada", "timezone": "Europe/Berlin", "day_start": 0, "week_start": 0}
    head = {"format": "habit-coach", "version": 1, "exported_at": "2026-07-04T00:00:00+00:00", "account": account}
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(head)[:-1] + ', "habits": [')
        for number, life in lives(habits, days):
            file.write((",\n" if number else "\n") + json.dumps(_habit(number, life)))
        file.write("\n]}\n")


def _habit(number: int, life: list[tuple[date, float]]) -> dict[str, object]:
    start, numeric = str(life[0][0]), number % 4 == 2
    rule = {"since": start, "schedule": SCHEDULES[number % 4][0], "target": 20.0 if numeric else None}
    return {
        "name": f"Habit {number}",
        "kind": "numeric" if numeric else "binary",
        "color": "#0090ff",
        "start_date": start,
        "rules": [rule],
        "entries": [
            {"day": str(day), "state": "done" if share < 0.8 else "missed", "said_at": f"{day}T20:00:00+00:00"}
            | {"source": "web"}
            | ({"value": round(40 * share)} if numeric else {})
            | ({"note": "with Sam"} if share < 0.1 else {})
            for day, share in life
        ],
    }


def as_loop(path: Path, habits: int, days: int) -> None:
    """Loop's CSV export."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        rows = [
            "Position,Name,Type,Question,Description,FrequencyNumerator,FrequencyDenominator,Color,Unit,Target Type,"
        ]
        rows[0] += "Target Value,Archived?\n"
        for number, life in lives(habits, days):
            numeric, place = number % 4 == 2, f"{number + 1:03}"
            kind, ends = ("NUMERICAL", "pages,AT_LEAST,20") if numeric else ("YES_NO", ",,")
            rows.append(f"{place},Habit {number},{kind},,,{SCHEDULES[number % 4][1]},#112233,{ends},false\n")
            says = [
                str(round(40 * share) * 1000) if numeric else "YES_MANUAL" if share < 0.8 else "NO" for _, share in life
            ]
            lines = [f"{day},{said},\n" for (day, _), said in zip(life, says, strict=True)]
            archive.writestr(f"{place} Habit {number}/Checkmarks.csv", "Date,Value,Notes\n" + "".join(reversed(lines)))
        archive.writestr("Habits.csv", "".join(rows))


def as_csv(path: Path, habits: int, days: int) -> None:
    """A plain table."""
    with path.open("w", encoding="utf-8") as file:
        file.write("date,habit,value\n")
        for number, life in lives(habits, days):
            file.writelines(f"{day},Habit {number},{1 if share < 0.8 else 0}\n" for day, share in life)


FORMS = {"json": as_json, "loop": as_loop, "csv": as_csv}

if __name__ == "__main__":
    main()
