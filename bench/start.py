"""How soon a built server answers, and what web and worker hold when idle: python -m bench.start

The real commands, `serve` and `worker`, on an empty database. Memory is what the processes and their children hold by
themselves plus their share of what they have in common (Pss), after ten quiet seconds.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import httpx

from bench.figures import Figure, line
from bench.serving import free_port
from habit_coach import building

IDLE_SECONDS = 10


def figures() -> list[Figure]:
    if not building.is_current():
        building.build()
    with tempfile.TemporaryDirectory() as data:
        port = free_port()
        environment = os.environ | {"HABIT_COACH_DATA": data, "PORT": str(port)}
        run = [sys.executable, "-m", "habit_coach"]
        subprocess.run([*run, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
        running = []
        try:
            began = time.perf_counter()
            running.append(subprocess.Popen([*run, "serve"], env=environment, stdout=subprocess.DEVNULL))
            answered = until_it_answers(f"http://127.0.0.1:{port}/today") - began
            running.append(subprocess.Popen([*run, "worker"], env=environment, stdout=subprocess.DEVNULL))
            time.sleep(IDLE_SECONDS)
            web, worker = (megabytes(process.pid) for process in running)
        finally:
            for process in running:
                process.send_signal(signal.SIGTERM)
            for process in running:
                process.wait()
    beside = f"web {web:.0f} MB, worker {worker:.0f} MB"
    return [
        Figure("Start to first answer, built", answered, 5, "s", at_most=True, beside="`/today`, whole"),
        Figure("Web and worker, idle", web + worker, 400, "MB", at_most=True, beside=beside),
    ]


def until_it_answers(url: str) -> float:
    """The moment of the first answer. Raises TimeoutError after a minute."""
    for _ in range(1200):
        with suppress(httpx.TransportError):
            if httpx.get(url).status_code == 200:
                return time.perf_counter()
        time.sleep(0.05)
    raise TimeoutError(f"{url} does not answer.")


def megabytes(pid: int) -> float:
    """What a process and all of its children hold."""
    here = Path(f"/proc/{pid}")
    children = [int(child) for task in (here / "task").iterdir() for child in (task / "children").read_text().split()]
    held = next(row for row in (here / "smaps_rollup").read_text().splitlines() if row.startswith("Pss:"))
    return int(held.split()[1]) / 1024 + sum(megabytes(child) for child in children)


if __name__ == "__main__":
    for figure in figures():
        print(line(figure))
