"""The machine's clock set back by an hour, under a web server and a Huey worker that go on."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.browser.conftest import Server
from tests.conftest import ROOT
from tests.faults.load import Load

# Loaded by every Python process of the app: it watches for a file, and then moves the process's clock.
SITE = """
import os, threading, time
from datetime import datetime, timedelta, timezone
from pathlib import Path

def watch(wait=time.sleep, when=Path({when!r})):
    while not when.exists():
        wait(0.05)
    import time_machine
    time_machine.travel(datetime.now(timezone.utc) - timedelta(hours=1), tick=True).start()

def start():
    threading.Thread(target=watch, daemon=True).start()

start()
os.register_at_fork(after_in_child=start)
"""


@pytest.fixture
def server(pages, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(SITE.format(when=str(tmp_path / "set-back")))
    served = Server(tmp_path)
    served.environment["PYTHONPATH"] = str(tmp_path / "site")
    served.run("migrate")
    served.start()
    with served.log.open("a") as log:
        command = [sys.executable, "-m", "habit_coach", "worker"]
        worker = subprocess.Popen(command, cwd=ROOT, env=served.environment, stdout=log, stderr=log)
    yield served
    worker.terminate()
    served.stop()
    worker.wait(30)


def beaten_at(server: Server) -> datetime | None:
    found = [line for line in httpx.get(f"{server.url}/metrics").text.splitlines() if 'success{job="worker"}' in line]
    return datetime.fromtimestamp(float(found[0].split()[-1]), UTC) if found else None


def test_tokens_stay_good_check_ins_go_on_and_the_worker_is_heard_of(server, tmp_path):
    load = Load(server)
    load.wait_for(10)
    while beaten_at(server) is None:
        load.wait_for(1)
    (tmp_path / "set-back").touch()
    while beaten_at(server) > datetime.now(UTC) - timedelta(minutes=30):
        load.wait_for(1)
    load.wait_for(10)
    note = {"title": "Drink something", "due_at": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}
    person = load.clients[0]
    assert person.post("/notifications", json=note).status_code == 201
    while not any(one["title"] == "Drink something" for one in person.get("/notifications").json()["items"]):
        load.wait_for(1)
    load.end()
    assert load.refused == []
    assert load.answered == load.kept() == load.sent
    assert httpx.get(f"{server.url}/health").json()["silent"] == []
