"""Real processes, and what can go wrong around them."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from habit_coach import building
from tests.browser.conftest import Server
from tests.conftest import ROOT
from tests.faults.servers import Postgres, Redis


@pytest.fixture(scope="session")
def pages() -> None:
    """Some pages to serve; which makes no difference here."""
    if not building.STAMP.exists():
        building.build()


def web_workers(server: Server) -> list[int]:
    """The processes that answer, without the one that watches over them."""
    pid = server.process.pid
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    found = [child for child in children if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()]
    assert found, "No web worker was found."
    return found


class System(Server):
    """Two web workers and two Huey workers on a PostgreSQL and a Redis of their own."""

    def __init__(self, data: Path) -> None:
        self.postgres, self.redis = Postgres(), Redis()
        self.postgres.start()
        self.redis.start()
        super().__init__(
            data,
            database_url=self.postgres.database("habits"),
            redis_url=self.redis.url,
            web_workers="2",
            rate_limits="on",
            limit_sign_in="5 per hour",
        )
        self.run("migrate")
        self.start()
        command = [sys.executable, "-m", "habit_coach", "worker"]
        with self.log.open("a") as log:
            self.workers = [
                subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log) for _ in range(2)
            ]

    def stop(self) -> None:
        for worker in self.workers:
            worker.terminate()
        super().stop()
        for worker in self.workers:
            worker.wait(30)
        self.redis.stop()
        self.postgres.remove()


@pytest.fixture(scope="module")
def system(pages: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    running = System(tmp_path_factory.mktemp("system"))
    yield running
    running.stop()
