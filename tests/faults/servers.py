"""PostgreSQL and Redis of a test's own, which can be stopped and started without anybody else noticing."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg2
import pytest
import redis

from tests.conftest import REQUIRED


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def program(name: str) -> str:
    """Where one of PostgreSQL's or Redis' own programs is; without it the test is skipped, save where all must run."""
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    found = shutil.which(name) or next(map(str, beside), None)
    if found is None:
        (pytest.fail if REQUIRED else pytest.skip)(f"{name} is not installed")
    return found


class Postgres:
    """A cluster in a folder of its own. As root it runs as the system's user `postgres`: it refuses to run as root."""

    def __init__(self) -> None:
        self.port = free_port()
        self.user = "postgres" if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="habit-coach-postgres-"))
        if self.user:
            shutil.chown(self.folder, self.user)
        self._run("initdb", "--auth=trust", "--username=test", "--no-sync", "--encoding=UTF8", "--locale=C")

    @property
    def url(self) -> str:
        return f"postgresql://test@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "start", "--wait", f"--options={options}", f"--log={self.folder / 'log'}")

    def stop(self) -> None:
        """As a machine that loses its power: whoever is connected is cut off."""
        self._run("pg_ctl", "stop", "--wait", "--mode=immediate")

    def database(self, name: str) -> str:
        admin = psycopg2.connect(self.url)
        admin.autocommit = True
        admin.cursor().execute(f"CREATE DATABASE {name}")
        admin.close()
        return self.url.rsplit("/", 1)[0] + f"/{name}"

    def remove(self) -> None:
        if (self.folder / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.folder)

    def _run(self, name: str, *words: str) -> None:
        command: Sequence[str] = [program(name), "--pgdata", str(self.folder), *words]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, check=True, user=self.user, cwd=self.folder, **quiet)


class Redis:
    """A Redis that keeps nothing when it is stopped."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command = [program("redis-server"), *options]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir())
        with redis.Redis.from_url(self.url, retry=PATIENTLY) as client:
            client.ping()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


PATIENTLY = redis.retry.Retry(redis.backoff.ConstantBackoff(0.05), 200, (redis.ConnectionError,))
