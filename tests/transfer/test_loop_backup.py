import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from habit_coach.errors import Invalid

HABITS = {
    12: "id integer primary key, archived integer, color integer, description text, freq_den integer, "
    "freq_num integer, highlight integer, name text, position integer, reminder_hour integer, reminder_min integer, "
    "reminder_days integer not null default 127",
    16: "type integer not null default 0",
    19: "target_type integer not null default 0, target_value real not null default 0, unit text not null default ''",
    23: "question text",
    24: "uuid text",
}
REPETITIONS = {12: "id integer primary key, habit integer, timestamp integer", 16: "value integer", 25: "notes text"}


def columns(by_version: dict[int, str], version: int) -> str:
    return ", ".join(text for since, text in by_version.items() if since <= max(version, 12))


def at(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def backup(tmp_path: Path):
    """A database as Loop of that schema version writes it."""

    def make(version: int, habits: list[dict], days: list[dict]) -> Path:
        path = tmp_path / f"loop {version}.db"
        with sqlite3.connect(path) as database:
            database.execute(f"CREATE TABLE Habits ({columns(HABITS, version)})")
            database.execute(f"CREATE TABLE Repetitions ({columns(REPETITIONS, version)})")
            usual = {"archived": 0, "color": 0, "description": "", "freq_num": 1, "freq_den": 1, "position": 0}
            for table, rows in (("Habits", [usual | row for row in habits]), ("Repetitions", days)):
                for row in rows:
                    marks = ", ".join("?" * len(row))
                    database.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", [*row.values()])
            database.execute(f"PRAGMA user_version = {version}")
        database.close()
        return path

    return make


@pytest.mark.parametrize("version", range(12, 26))
def test_every_schema_version_can_be_read(account, backup, version):
    day = {"habit": 1, "timestamp": at("2026-07-01")} | ({"value": 2} if version >= 16 else {})
    said = {"description": "Did you swim?"} if version < 23 else {"question": "Did you swim?"}
    account.bring(backup(version, [{"id": 1, "name": "Swim", "freq_num": 3, "freq_den": 7} | said], [day]))
    assert account.days("Swim") == {"2026-07-01": ("done", None, "")}
    assert account.habit("Swim").description == "Did you swim?"
    assert account.habit("Swim").rules[0]["schedule"] == {"kind": "per_period", "times": 3, "period": "week"}


def test_a_backup_keeps_order_colours_reminders_notes_and_what_is_archived(account, backup):
    habits = [
        {"id": 1, "name": "Run", "position": 1, "color": 11, "type": 1, "target_value": 2.5, "unit": "km"},
        {"id": 2, "name": "Läufe, früh", "position": 0, "color": 3, "archived": 1, "reminder_hour": 6}
        | {"reminder_min": 5, "reminder_days": 124},
        {"id": 3, "name": "Coffee", "position": 2, "type": 1, "target_type": 1, "target_value": 3.0},
    ]
    days = [
        {"habit": 1, "timestamp": at("2026-07-01"), "value": 5250, "notes": 'easy, "nice"'},
        {"habit": 1, "timestamp": at("2026-07-02"), "value": 3, "notes": "rest"},
        {"habit": 1, "timestamp": at("2026-07-03"), "value": 0, "notes": None},
        {"habit": 3, "timestamp": at("2026-07-03"), "value": -1, "notes": "at work"},
    ]
    shown = account.bring(backup(25, habits, days))
    early, run, coffee = account.habits()
    assert (early.name, early.color, early.reminders, early.archived_at is not None) == (
        "Läufe, früh",
        "#ff8f00",
        ["06:05"],
        True,
    )
    assert (run.color, run.unit, run.rules[0]["target"]) == ("#1976d2", "km", 2.5)
    assert coffee.rules[0]["direction"] == "at_most"
    assert account.days("Run") == {
        "2026-07-01": ("done", 5.25, 'easy, "nice"'),
        "2026-07-02": ("skipped", None, "rest"),
        "2026-07-03": ("done", 0.0, ""),
    }
    assert account.days("Coffee") == {"2026-07-03": ("done", 0.0, "at work")}
    assert [note.where for note in shown.notes] == ["Läufe, früh"]


@pytest.mark.parametrize(
    ("version", "number", "color"),
    [(12, -16540699, "#039be5"), (13, 99, "#d32f2f"), (14, 12, "#aaaaaa"), (20, 3, "#afb42b"), (21, 3, "#ff8f00")],
)
def test_colours_of_old_backups_are_translated(account, backup, version, number, color):
    account.bring(backup(version, [{"id": 1, "name": "Swim", "color": number}], []))
    assert account.habit("Swim").color == color


def test_strength_after_thirteen_days_is_a_half_as_in_loop(account, backup):
    days = [{"habit": 1, "timestamp": at(f"2026-06-{n}"), "value": 2} for n in range(22, 31)]
    days += [{"habit": 1, "timestamp": at(f"2026-07-0{n}"), "value": 2} for n in range(1, 5)]
    account.bring(backup(25, [{"id": 1, "name": "Swim"}], days))
    assert account.strength("Swim") == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize("version", [0, 11, 26])
def test_another_version_is_refused_with_a_way_out(account, backup, version):
    with pytest.raises(Invalid, match="Export a CSV file from Loop instead"):
        account.bring(backup(version, [], []))


def test_a_database_that_breaks_off_is_refused(account, backup):
    days = [{"habit": 1, "timestamp": at("2020-01-01") + n * 86_400_000, "value": 2} for n in range(2000)]
    path = backup(25, [{"id": 1, "name": "Swim"}], days)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(Invalid, match="damaged database"):
        account.bring(path)
    assert account.habits() == []


def test_views_that_never_end_are_not_read(account, tmp_path):
    path = tmp_path / "endless.db"
    with sqlite3.connect(path) as database:
        endless = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id, 'x' AS name FROM n"
        database.execute(f"CREATE VIEW Habits AS {endless}")
        database.execute("CREATE TABLE Repetitions (id integer, habit integer, timestamp integer)")
        database.execute("PRAGMA user_version = 25")
    database.close()
    with pytest.raises(Invalid, match="not a backup of Loop"):
        account.bring(path)
