"""Somebody with an empty account, and files as other apps would have written them."""

import zipfile
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from habit_coach import db
from habit_coach.accounts import users
from habit_coach.accounts.models import User
from habit_coach.habits import habit as habits
from habit_coach.habits import standing
from habit_coach.habits.entry import TABLE
from habit_coach.transfer import formats, importing

NOON = "2026-07-04T12:00:00+02:00"


@pytest.fixture(autouse=True)
def _on_a_saturday():
    with time_machine.travel(NOON, tick=False):
        yield


class Account:
    """An account and what is in it."""

    def __init__(self, email: str) -> None:
        with db.session(writes=True) as session:
            self.id = users.create(session, email, "seven green bottles", timezone="Europe/Berlin").id

    def user(self, session) -> User:
        return users.get(session, self.id)

    def read(self, path: Path, **options):
        with db.session() as session:
            return formats.read(path, self.user(session), **options)

    def preview(self, path: Path, **options):
        content = self.read(path, **options)
        with db.session() as session:
            return importing.preview(session, self.user(session), content)

    def bring(self, path: Path, **options):
        return importing.apply(self.id, self.read(path, **options))

    def habits(self):
        with db.session() as session:
            return list(habits.listed(session, self.user(session), archived=None))

    def habit(self, name: str):
        (found,) = [habit for habit in self.habits() if habit.name == name]
        return found

    def days(self, name: str) -> dict[str, tuple]:
        """State, number and note of each day of a habit."""
        found = self.habit(name)
        query = select(TABLE.c.day, TABLE.c.state, TABLE.c.value, TABLE.c.note).where(TABLE.c.habit_id == found.id)
        with db.session() as session:
            return {str(day): (state, value, note) for day, state, value, note in session.execute(query)}

    def strength(self, name: str) -> float | None:
        with db.session() as session:
            return standing.of(session, self.user(session), self.habit(name)).strength

    def everything(self) -> list:
        """All that an import could change."""
        described = [(h.name, h.kind, h.rules, h.start_date, h.archived_at, h.position) for h in self.habits()]
        with db.session() as session:
            query = select(TABLE).where(TABLE.c.user_id == self.id).order_by(TABLE.c.habit_id, TABLE.c.day)
            return [described, session.execute(query).all()]


@pytest.fixture
def account(database: str) -> Account:
    return Account("ada@example.com")


@pytest.fixture
def make_zip(tmp_path: Path):
    """A zip file of the given texts by name."""

    def make(files: dict[str, str], name: str = "export.zip") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for inside, text in files.items():
                archive.writestr(inside, text)
        return path

    return make
