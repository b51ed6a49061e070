"""The nightly run end to end, on SQLite: read, features, model, write, and reasons for the habits at risk; then one
prediction on demand, with its reasons, of a person with 20 habits of three years.

    python bench/predictions.py [--habits 100000] [--days 90] [--nights 2]

Makes its own database in a temporary folder: five habits a person, one in five of them numeric, kept in spells. The
first night also judges every expert on each person's past; the second settles the first night's predictions.
"""

import gc
import os
import resource
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
import numpy as np
import time_machine
from alembic import command
from alembic.config import Config
from uuid_utils.compat import uuid7

EACH = 5
ASKED = 100
NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)
ROOT = Path(__file__).parent.parent


@click.command()
@click.option("--habits", default=100_000, show_default=True)
@click.option("--days", default=90, show_default=True)
@click.option("--nights", default=2, show_default=True)
def main(habits: int, days: int, nights: int) -> None:
    """Fill a database, then time each night."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HABIT_COACH_DATA": folder, "DATABASE_URL": f"sqlite:///{folder}/bench.db"}
        command.upgrade(Config(ROOT / "alembic.ini"), "head")
        entries = fill(habits, days)
        click.echo(f"{habits} habits of {habits // EACH} people, {days} days, {entries} entries")
        gc.freeze()  # as the worker does
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        for night in range(nights):
            report(night, before)
        on_demand()


def report(night: int, before: int) -> None:
    """One night, with what it took."""
    from habit_coach.predictions import nightly

    with time_machine.travel(NOON + timedelta(days=night), tick=True):
        began, worked = time.perf_counter(), time.process_time()
        counts = nightly.score_due()
        took, cpu = time.perf_counter() - began, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    click.echo(
        f"night {night + 1}: {took:6.1f} s ({cpu:.1f} s of CPU), peak {peak} MB (filled at {before} MB), {counts}"
    )


def on_demand() -> None:
    """Ask for one habit's prediction and reasons, again and again, of the person that was added last."""
    from sqlmodel import col, select

    from habit_coach import db
    from habit_coach.accounts.models import User
    from habit_coach.habits.models import Habit
    from habit_coach.predictions import serving

    fill(20, 3 * 365, each=20)
    took = []
    with time_machine.travel(NOON, tick=True):
        for number in range(ASKED + 1):
            began = time.perf_counter()
            with db.session() as session:
                user = session.scalars(select(User).order_by(col(User.id).desc()).limit(1)).one()
                habits = session.scalars(select(col(Habit.id)).where(Habit.user_id == user.id)).all()
                serving.of(session, user, habits[number % len(habits)])
            took.append(1000 * (time.perf_counter() - began))
    median, slow = np.quantile(took[1:], (0.5, 0.95))
    click.echo(f"on demand: median {median:.0f} ms, 95 % under {slow:.0f} ms, first {took[0]:.0f} ms")


def fill(habits: int, days: int, each: int = EACH) -> int:
    """People, habits and entries, written past the use cases, as a restored copy would be."""
    from habit_coach import db

    luck = np.random.default_rng(1)
    connection = db.engine().raw_connection()
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    written, chunk = 0, 2_000
    first = NOON.date() - timedelta(days=days)
    texts = [(first + timedelta(days=day)).isoformat() for day in range(days)]
    stamps = [f"{text} 19:30:00.000000" for text in texts]
    for start in range(0, habits // each, chunk):
        people = [uuid7().hex for _ in range(min(chunk, habits // each - start))]
        cursor.execute("BEGIN")
        cursor.executemany(
            "INSERT INTO user (id, email, name, password_hash, role, timezone, day_start, week_start, created_at) "
            "VALUES (?, ?, '', '', 'user', 'UTC', 0, 0, ?)",
            [(person, f"{person}@example.com", stamps[0]) for person in people],
        )
        owned = [(person, uuid7().hex, place) for person in people for place in range(each)]
        cursor.executemany(HABIT, [habit_row(*one, first, stamps[0]) for one in owned])
        kept = spells(luck, len(owned), days)
        amounts = luck.normal(30, 8, kept.shape).round(1).clip(1)
        rows = (
            (person, habit, texts[day], float(amounts[row, day]) if place == 0 else None, stamps[day], stamps[day])
            for row, (person, habit, place) in enumerate(owned)
            for day in np.flatnonzero(kept[row])
        )
        cursor.executemany(ENTRY, rows)
        written += int(kept.sum())
        connection.commit()
    cursor.execute("ANALYZE")
    connection.close()
    return written


HABIT = (
    "INSERT INTO habit (user_id, id, name, description, icon, color, kind, unit, rules, 'group', tags, position, "
    "start_date, reminders, remind_only_if_open, created_at, updated_at) "
    "VALUES (?, ?, 'Habit', '', '', '', ?, ?, ?, '', '[]', ?, ?, '[]', 1, ?, ?)"
)
ENTRY = (
    "INSERT INTO entry (user_id, habit_id, day, state, value, note, source, created_at, updated_at) "
    "VALUES (?, ?, ?, 'done', ?, '', 'web', ?, ?)"
)


def habit_row(person: str, habit: str, place: int, first: date, at: str) -> tuple[object, ...]:
    kind, unit, target = ("numeric", "min", "20") if place == 0 else ("binary", "", "null")
    rule = f'[{{"since": "{first}", "schedule": {{"kind": "daily"}}, "target": {target}, "direction": "at_least"}}]'
    return (person, habit, kind, unit, rule, place, first.isoformat(), at, at)


def spells(luck: np.random.Generator, habits: int, days: int) -> np.ndarray:
    """Which days are kept: each habit has its usual rate, and good and bad spells around it."""
    usual = luck.normal(0.6, 1.1, habits)
    spell, kept = np.zeros(habits), np.zeros((habits, days), dtype=bool)
    for day in range(days):
        spell = 0.8 * spell + luck.normal(0, 0.8, habits)
        kept[:, day] = luck.random(habits) < 1 / (1 + np.exp(-usual - spell))
    return kept


if __name__ == "__main__":
    main()
