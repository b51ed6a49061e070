"""The worker's end, as `honcho`, Docker and systemd ask for it: SIGTERM."""

import os
import subprocess
import sys
import time

from sqlalchemy import func, select

from habit_coach import db
from habit_coach.runs import Heartbeat
from tests.conftest import ROOT


def heartbeats() -> int:
    with db.session() as session:
        return session.scalar(select(func.count()).select_from(Heartbeat)) or 0


def test_a_worker_that_is_told_to_stop_ends_by_itself(database):
    command = [sys.executable, "-m", "habit_coach", "worker"]
    worker = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if heartbeats():
                break
            time.sleep(0.1)
        assert heartbeats(), "The worker never began."
        worker.terminate()
        assert worker.wait(30) == 0
    finally:
        worker.kill()
        worker.wait()
