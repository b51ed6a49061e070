"""SQLite's file held by somebody else: a backup by another tool, a shell that somebody forgot."""

import asyncio
import sqlite3
import time
from pathlib import Path

import httpx
import pytest

from bench.load.page import TODAY, Page
from tests.browser.conftest import running
from tests.faults.load import WATER, Load
from tests.faults.test_two_web_workers import shows, sign_up

HELD_SECONDS = 3.0


@pytest.fixture
def server(pages, tmp_path):
    with running(tmp_path) as served:
        yield served


def held(server) -> sqlite3.Connection:
    path = Path(server.environment["HABIT_COACH_DATA"]) / "habit_coach.db"
    other = sqlite3.connect(path, isolation_level=None, timeout=30)
    other.execute("BEGIN IMMEDIATE")
    return other


def test_check_ins_wait_and_are_answered_while_others_are_served_at_once(server):
    load = Load(server)
    load.wait_for(10)
    other, began = held(server), time.monotonic()
    reads = 0
    while time.monotonic() < began + HELD_SECONDS:
        reads += httpx.get(f"{server.url}/health").status_code == 200
    other.execute("ROLLBACK")
    load.wait_for_more()
    load.end()
    assert reads > 10
    assert load.refused == []
    assert load.longest >= HELD_SECONDS
    assert load.answered == load.kept() == load.sent


def test_who_has_waited_ten_seconds_is_told_to_come_back(server):
    load = Load(server)
    load.wait_for(10)
    other = held(server)
    while not load.refused:
        load.ended.wait(0.1)
    other.execute("ROLLBACK")
    load.wait_for_more()
    load.end()
    load.require_nothing_lost()


def test_a_tap_waits_while_other_pages_are_served_and_is_kept(server):
    async def story() -> None:
        cookie = sign_up(server, "grace@example.com")
        script = server.person("grace@example.com")
        habit = script.post("/habits", json=WATER).json()["id"]
        tapping = Page(server.url, cookie)
        await tapping.open()
        other = held(server)
        await tapping.send(f"{TODAY}.add", habit_id=habit, amount=1.0)
        for _ in range(3):
            reading = Page(server.url, cookie)
            await reading.open()
            assert shows(reading, "Water", 0)
            await reading.close()
        other.execute("ROLLBACK")
        await tapping.until(lambda: shows(tapping, "Water", 1))
        await tapping.close()

    asyncio.run(story())
