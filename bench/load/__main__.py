"""Open pages and scripts on two web workers and two Huey workers: python -m bench.load --seconds 60

Each person at a browser keeps two pages open over real websockets, and each second one of them taps; beside them
scripts check in over REST at an even pace. PostgreSQL, Redis and the load itself share the machine. Prints a JSON
object (milliseconds, megabytes); `--plot` draws it as SVG.
"""

import argparse
import asyncio
import json
import random
import time
from pathlib import Path
from statistics import fmean
from typing import Any

import httpx

from bench.load.crowd import Lines, Person, Record, every, gather, script, tap
from bench.load.plot import draw
from bench.load.system import System, running
from habit_coach import building

PAGES_A_PERSON = 2
SECONDS_BETWEEN = 2
SAMPLE_SECONDS = 5.0


async def load(system: System, pages: int, rest: int, seconds: float) -> Record:
    """Let everybody arrive and open their pages; then, for `seconds`, note what they notice."""
    url, record = system.server.url, Record()
    browsing = [Person(url, f"page{number}@example.com", record) for number in range(pages // PAGES_A_PERSON)]
    scripting = [Person(url, f"script{number}@example.com", record) for number in range(rest * SECONDS_BETWEEN)]
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        await gather(browsing + scripting, lambda person: person.arrive(client))
    await gather(browsing, lambda person: person.open_pages(PAGES_A_PERSON))
    chance, lines = random.Random(1), Lines(system.server.port)
    before, record.began = system.processor_seconds(), time.perf_counter()

    async def look() -> None:
        held = system.megabytes()
        record.memory.append((record.now(), held["web"], held["workers"]))

    await asyncio.gather(
        every(1 / rest, seconds, lambda: script(lines, scripting, record, chance)),
        every(1.0, seconds, lambda: tap(browsing, record, chance)),
        every(SAMPLE_SECONDS, seconds, look),
    )
    record.seconds = record.now()
    record.spent = {who: spent - before[who] for who, spent in system.processor_seconds().items()}
    await gather(browsing, Person.leave)
    return record


def told(record: Record, log: str) -> dict[str, Any]:
    """The figures of a run."""
    first, last = record.memory[len(record.memory) // 4 :][:5], record.memory[-5:]
    return {
        "rest": spread(record.rest),
        "live": spread(record.live),
        "errors": len(record.errors),
        "first_errors": sorted(set(record.errors))[:5],
        "logged_errors": log.count(" error ") + log.count('"level": "error"'),
        "seconds": round(record.seconds, 1),
        "processor_share": {who: round(seconds / record.seconds, 2) for who, seconds in record.spent.items()},
        "web_mb": {
            "after_a_quarter": round(fmean(m[1] for m in first)),
            "at_the_end": round(fmean(m[1] for m in last)),
        },
        "workers_mb": {
            "after_a_quarter": round(fmean(m[2] for m in first)),
            "at_the_end": round(fmean(m[2] for m in last)),
        },
    }


def spread(times: list[tuple[float, float]]) -> dict[str, float]:
    ordered = sorted(took * 1000 for _, took in times) or [0.0]
    at = {f"p{share}": round(ordered[int(len(ordered) * share / 100)], 1) for share in (50, 95, 99)}
    return {"count": len(times), **at, "worst": round(ordered[-1], 1)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.load")
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--rest", type=int, default=100, help="check-ins a second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--web-workers", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--postgres", default="postgresql://127.0.0.1:5432/postgres")
    parser.add_argument("--redis", default="redis://127.0.0.1:6379/11")
    parser.add_argument("--plot", type=Path)
    asked = parser.parse_args()
    if not building.STAMP.exists():
        building.build()
    with running(asked.postgres, asked.redis, asked.web_workers, asked.workers) as system:
        record = asyncio.run(load(system, asked.pages, asked.rest, asked.seconds))
        log = system.server.log.read_text()
    print(json.dumps(told(record, log), indent=2))
    print(*[line for line in log.splitlines() if " error " in line or '"level": "error"' in line][:5], sep="\n")
    if asked.plot:
        asked.plot.write_text(draw(record), "utf-8")


if __name__ == "__main__":
    main()
