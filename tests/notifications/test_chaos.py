"""Workers killed at random moments: the short form of `python bench/chaos.py`."""

import json
import subprocess
import sys
import uuid
from pathlib import Path

import psycopg2
import pytest

from tests.conftest import DATABASES

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(params=DATABASES)
def where(request):
    if request.param == "sqlite":
        yield []
        return
    server = request.getfixturevalue("postgres").rsplit("/", 1)[0]
    admin = psycopg2.connect(f"{server}/postgres")
    admin.autocommit = True
    name = f"habit_coach_chaos_{uuid.uuid4().hex[:12]}"
    admin.cursor().execute(f"CREATE DATABASE {name}")
    yield ["--postgres", f"{server}/{name}"]
    admin.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
    admin.close()


def test_killed_workers_lose_nothing_and_repeat_only_under_the_same_message_id(where):
    command = [sys.executable, ROOT / "bench/chaos.py", "--due", "80", "--kills", "4", "--people", "20", *where]
    told = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=200).stdout)
    outcome = {name: told[name] for name in ("kills", "lost", "stuck", "not_in_inbox", "strangers")}
    assert outcome == {"kills": 4, "lost": 0, "stuck": 0, "not_in_inbox": 0, "strangers": 0}
