"""A disk that is full, and one that can only be read."""

import os
import resource
import subprocess
import sys

import httpx
import pytest

from tests.browser.conftest import running
from tests.conftest import ROOT, use
from tests.faults.conftest import web_workers
from tests.faults.load import Load


def test_a_full_disk_refuses_clearly_keeps_reading_and_needs_no_restart(pages, tmp_path):
    with running(tmp_path) as server:
        load = Load(server)
        load.wait_for(30)
        (worker,) = web_workers(server)
        # No file can grow any more: the system names it otherwise than a full disk; what SQLite cannot do is the same.
        unlimited = resource.prlimit(worker, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        while len(load.refused) < 10:
            load.ended.wait(0.1)
        assert httpx.get(f"{server.url}/health").status_code == 200
        assert load.clients[0].get(f"/habits/{load.habit}").status_code == 200
        resource.prlimit(worker, resource.RLIMIT_FSIZE, unlimited)
        load.wait_for_more()
        load.end()
        load.require_nothing_lost()


@pytest.mark.parametrize("command", ["serve", "worker", "migrate"])
def test_a_data_folder_that_cannot_be_written_to_is_named_at_the_start(pages, tmp_path, command):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o555)
    as_others_are = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    environment = os.environ | {"HABIT_COACH_DATA": str(folder)}
    words = [*as_others_are, sys.executable, "-m", "habit_coach", command]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert f"The data folder {folder} cannot be written to" in done.stderr


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_database_that_can_only_be_read_shows_everything_and_refuses_to_change_it(
    database, client, ada, tmp_path, monkeypatch
):
    habit = ada.habit()
    use(monkeypatch, database_url=f"sqlite:///file:{tmp_path / 'habit_coach.db'}?mode=ro&uri=true")
    assert ada.call("GET", f"/habits/{habit}").status_code == 200
    refused = ada.call("POST", f"/habits/{habit}/checkin", json={})
    assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
    assert refused.headers["retry-after"] == "5"
