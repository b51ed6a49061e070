"""A server process of its own for a measured app."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

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
def served(target: str, *options: str, **environment: str) -> Iterator[int]:
    """The port of an ASGI app, run by Granian, the app's own server, in one process."""
    port = free_port()
    command = [*GRANIAN, "--port", str(port), *options, target]
    process = subprocess.Popen(command, env=os.environ | environment | {"PORT": str(port)})
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()
