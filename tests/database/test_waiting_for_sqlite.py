"""Who waits for SQLite's one writer, and for how long."""

import asyncio
import sqlite3
import threading
import time

import pytest
from sqlalchemy import text

from habit_coach import db
from habit_coach.errors import Unavailable
from habit_coach.settings import settings
from tests.conftest import use

LONGER_THAN_THE_LOOP_WAITS = db.BUSY_LOOP_SECONDS + 0.5


@pytest.fixture
def held(tmp_path, monkeypatch):
    """Somebody else, who keeps the write lock until they close."""
    use(monkeypatch, data=str(tmp_path), database_url=f"sqlite:///{tmp_path / 'habit_coach.db'}")
    with db.session(writes=True) as session:
        session.execute(text("CREATE TABLE said (word TEXT)"))
    other = sqlite3.connect(tmp_path / "habit_coach.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()
    db.engine().dispose()
    db.engine.cache_clear()
    settings.cache_clear()


def say(word: str) -> None:
    with db.session(writes=True) as session:
        session.execute(text("INSERT INTO said VALUES (:word)"), {"word": word})


def said() -> list[str]:
    with db.session() as session:
        return list(session.scalars(text("SELECT word FROM said")))


def test_a_thread_waits_until_it_is_its_turn(held):
    letting_go = threading.Timer(LONGER_THAN_THE_LOOP_WAITS, held.rollback)
    letting_go.start()
    say("patient")
    letting_go.join()
    assert said() == ["patient"]


def test_a_handler_on_the_event_loop_soon_lets_the_others_go_on(held):
    async def handler() -> None:
        say("in a hurry")

    began = time.monotonic()
    with pytest.raises(Unavailable):
        asyncio.run(handler())
    assert time.monotonic() - began < db.BUSY_SECONDS
    held.rollback()
    asyncio.run(handler())
    assert said() == ["in a hurry"]


def test_a_writing_session_waits_on_the_event_loop_and_others_are_served_meanwhile(held):
    turns = 0

    async def handler() -> None:
        async with db.writing_session() as session:
            session.execute(text("INSERT INTO said VALUES ('in turn')"))

    async def others() -> None:
        nonlocal turns
        waiting, began = asyncio.create_task(handler()), time.monotonic()
        while time.monotonic() < began + LONGER_THAN_THE_LOOP_WAITS:
            await asyncio.sleep(0.01)
            turns += not waiting.done()
        held.rollback()
        await waiting

    asyncio.run(others())
    assert turns > 10
    assert said() == ["in turn"]
