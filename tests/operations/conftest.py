"""A second, empty place of the same kind of database, as a new server would be."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg2
import pytest

from habit_coach import db
from tests.conftest import POSTGRES, use


@contextmanager
def empty_postgres() -> Iterator[str]:
    """The address of a new PostgreSQL database without any table; removed at the end."""
    admin = psycopg2.connect(POSTGRES)
    admin.autocommit = True
    name = f"habit_coach_test_{uuid.uuid4().hex[:12]}"
    admin.cursor().execute(f"CREATE DATABASE {name}")
    yield POSTGRES.rsplit("/", 1)[0] + f"/{name}"
    db.engine().dispose()
    admin.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
    admin.close()


@pytest.fixture
def elsewhere(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Lets the app use an empty place from now on: its own data folder, and a database without tables."""
    with ExitStack() as at_the_end:

        def move() -> None:
            folder = tmp_path / "elsewhere"
            folder.mkdir()
            url = f"sqlite:///{folder / 'habit_coach.db'}"
            if database == "postgresql":
                url = at_the_end.enter_context(empty_postgres())
            db.engine().dispose()
            use(monkeypatch, data=os.fspath(folder), database_url=url)

        yield move
