"""A server process of its own for a measured app."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from habit_coach import building

GRANIAN = [sys.executable, "-m", "granian", "--interface", "asgi", "--no-ws", "--log-level", "error"]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for(port: int, seconds: float = 20) -> None:
    """Until something listens there. Raises TimeoutError when nothing does."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"Nothing listens on port {port}.")


@contextmanager
def served(target: str, **environment: str) -> Iterator[int]:
    """The port of an ASGI app, run by Granian, the app's own server, in one process."""
    port = free_port()
    with _running([*GRANIAN, "--port", str(port), target], port, environment):
        yield port


@contextmanager
def habit_coach() -> Iterator[int]:
    """The port of the app as `serve` runs it, pages, log and all; they are built first where they are not."""
    if not building.is_current():
        building.build()
    port = free_port()
    with _running([sys.executable, "-m", "habit_coach", "serve"], port, {"PORT": str(port)}):
        yield port


@contextmanager
def _running(command: list[str], port: int, environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield
    finally:
        process.terminate()
        process.wait()
