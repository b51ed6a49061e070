"""Accounts with years of history in a database of their own, made by the app's own use cases."""

import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.load import Request

ROOT = Path(__file__).parent.parent
PASSWORD = "seven green bottles"


@dataclass(frozen=True)
class Account:
    """Whose `habits` (ids) these are, and an access token of theirs."""

    user_id: str
    habits: list[str]
    token: str

    def roads(self, prefix: str, token: str) -> dict[str, list[Request]]:
        """The requests of each measured road. Each note differs from the one before, so that each check-in writes."""
        notes = [json.dumps({"note": str(turn)}).encode() for turn in range(7)]
        return {
            "check in": [
                Request("POST", f"{prefix}/habits/{one}/checkin", note, token) for note in notes for one in self.habits
            ],
            "stats": [Request("GET", f"{prefix}/habits/{one}/stats", token=token) for one in self.habits],
            "list": [Request("GET", f"{prefix}/habits", token=token)],
        }


@contextmanager
def database(folder: Path | None = None) -> Iterator[Path]:
    """A migrated SQLite database that this process's settings point to; without a `folder`, in one that goes away."""
    with ExitStack() as stack:
        name = str(folder) if folder else stack.enter_context(tempfile.TemporaryDirectory())
        folder = Path(name)
        os.environ |= {
            "HABIT_COACH_DATA": name,
            "DATABASE_URL": f"sqlite:///{folder / 'habit_coach.db'}",
            "HABIT_COACH_BCRYPT_COST": "4",
            "HABIT_COACH_BASE_URL": "http://bench",
            "HABIT_COACH_RATE_LIMITS": "off",
        }
        from alembic import command
        from alembic.config import Config

        from habit_coach import db
        from habit_coach.settings import settings

        settings.cache_clear()
        db.engine.cache_clear()
        command.upgrade(Config(ROOT / "alembic.ini"), "head")
        yield folder
        db.engine().dispose()


def copied(folder: Path) -> Path:
    """A copy of the database for a floor, which writes into it too."""
    copy = folder / "floor.db"
    with closing(sqlite3.connect(folder / "habit_coach.db")) as ours, closing(sqlite3.connect(copy)) as floor:
        ours.backup(floor)
    return copy


def account(email: str, habits: int = 20, days: int = 3 * 365) -> Account:
    """A new account with daily habits, four days in five of them kept."""
    from habit_coach import clock, db
    from habit_coach.accounts import sessions, users
    from habit_coach.habits import habit, standing
    from habit_coach.habits.drafts import HabitDraft
    from habit_coach.habits.models import Entry

    with db.session(writes=True) as session:
        user = users.create(session, email, PASSWORD)
        today, now = clock.today(user), clock.now()
        start = today - timedelta(days=days)
        made = [habit.create(session, user, HabitDraft(name=f"Habit {n}", start_date=start)) for n in range(habits)]
        for one in made:
            kept = [start + timedelta(days=n) for n in range(days) if (n * 7 + one.position) % 5]
            same = {"user_id": user.id, "habit_id": one.id, "state": "done", "note": "", "source": "web"}
            rows = [same | {"day": day, "created_at": now, "updated_at": now} for day in kept]
            session.execute(Entry.__table__.insert(), rows)
            standing.rebuild(session, user, one)
        tokens = sessions.start_for_client(session, user, sessions.Device())
        return Account(user.id.hex, [str(one.id) for one in made], f"Bearer {tokens.access}")
