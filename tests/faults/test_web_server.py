"""The real web server, stopped and killed while people check in: what it answered, it keeps."""

import os
import signal

import pytest

from tests.browser.conftest import Server
from tests.faults.conftest import web_workers
from tests.faults.load import WRITERS, Load


@pytest.fixture
def server(pages, tmp_path):
    running = Server(tmp_path)
    running.run("migrate")
    running.start()
    yield running
    running.stop()


def test_a_stop_under_load_ends_cleanly_and_keeps_every_answered_check_in(server):
    load = Load(server)
    load.wait_for(30)
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(15) == 0
    load.end()
    server.start()
    assert load.refused == []
    # A check-in whose answer did not arrive any more may have been kept or not.
    assert load.answered <= load.kept() <= load.sent


def test_a_killed_web_process_is_replaced_and_every_answered_check_in_kept(server):
    load = Load(server)
    load.wait_for(30)
    for process in web_workers(server):
        os.kill(process, signal.SIGKILL)
    before = load.answered
    load.wait_for(30 + WRITERS)
    load.end()
    assert load.answered > before
    assert load.refused == []
    assert load.answered <= load.kept() <= load.sent


def test_backups_hold_up_nobody_who_checks_in(server):
    load = Load(server)
    for _ in range(3):
        server.run("backup")
        load.wait_for(1)
    load.end()
    assert load.refused == []
    assert load.answered == load.kept() == load.sent
