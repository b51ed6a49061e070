"""What is put under load: web workers and Huey workers as they run in production, on PostgreSQL and Redis."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg2
import redis

from tests.browser.conftest import Server
from tests.conftest import ROOT

LIMITS = {f"limit_{name}": "100000 per minute" for name in ("sign_in", "sign_in_address", "sign_up", "requests")}
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class System:
    """One server with its web workers, and the Huey workers beside it."""

    def __init__(self, folder: Path, database: str, queue: str, web_workers: int, workers: int) -> None:
        self.server = Server(
            folder,
            database_url=database,
            redis_url=queue,
            web_workers=str(web_workers),
            rate_limits="on",
            **LIMITS,
        )
        self.server.run("migrate")
        self.server.start()
        command = [sys.executable, "-m", "habit_coach", "worker"]
        with self.server.log.open("a") as log:
            self.workers = [
                subprocess.Popen(command, cwd=ROOT, env=self.server.environment, stdout=log, stderr=log)
                for _ in range(workers)
            ]

    def stop(self) -> None:
        for worker in self.workers:
            worker.terminate()
        self.server.stop()
        for worker in self.workers:
            worker.wait(30)

    def megabytes(self) -> dict[str, float]:
        """What web and workers hold in memory."""
        web = [self.server.process.pid, *children(self.server.process.pid)]
        return {"web": sum(map(resident, web)), "workers": sum(resident(one.pid) for one in self.workers)}

    def processor_seconds(self) -> dict[str, float]:
        """What web and workers have spent of the processors so far."""
        web = [self.server.process.pid, *children(self.server.process.pid)]
        return {"web": sum(map(spent, web)), "workers": sum(spent(one.pid) for one in self.workers)}


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def resident(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES / 1e6


def spent(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(postgres: str, queue: str, web_workers: int, workers: int) -> Iterator[System]:
    """A system on a database of its own, and on a Redis database that must be empty and is emptied afterwards."""
    name = f"habit_coach_load_{uuid.uuid4().hex[:12]}"
    admin = psycopg2.connect(postgres)
    admin.autocommit = True
    with redis.Redis.from_url(queue) as keys, TemporaryDirectory() as folder:
        if keys.dbsize():
            raise SystemExit(f"{queue} has keys in it; name an empty database with --redis.")
        admin.cursor().execute(f"CREATE DATABASE {name}")
        try:
            address = f"{postgres.rsplit('/', 1)[0]}/{name}"
            system = System(Path(folder), address, queue, web_workers, workers)
            try:
                yield system
            finally:
                system.stop()
        finally:
            keys.flushdb()
            admin.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
            admin.close()
