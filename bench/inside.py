"""What a request costs inside the process: python -m bench.inside [ROUNDS]

No sockets and no second process: the app and the floor answer in turn, and what counts is the CPU time that each
takes, the best round of several. That is steady even where other work shares the machine, so that the tests can hold
the app to it (tests/test_speed.py).
"""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

from bench.figures import Figure, line
from bench.filled import account, copied, database
from bench.floors.keys import token
from bench.load import Request
from bench.rest import AIMS, NAMES

App = Callable[..., Awaitable[None]]
Road = tuple[App, list[Request]]
REQUESTS = 60


@dataclass(frozen=True)
class Cost:
    """CPU seconds a request, of the app and of hand-written SQL."""

    ours: float
    by_hand: float

    @property
    def ratio(self) -> float:
        """The app's rate against that of hand-written SQL."""
        return self.by_hand / self.ours


def costs(rounds: int) -> dict[str, Cost]:
    """The cost of each road."""
    with database() as folder:
        ada = account("ada@example.com")
        os.environ["FLOOR_DATABASE"] = str(copied(folder))
        from bench.floors import by_hand
        from habit_coach import feed
        from habit_coach.api.app import build_api

        feed.listen(lambda user_id: None)  # a process that serves pages hears itself, and writes no row for others
        ours, theirs = ada.roads("/api/v1", ada.token), ada.roads("", token(ada.user_id))
        api = build_api()
        return {road: asyncio.run(_alternate(rounds, (api, ours[road]), (by_hand.app, theirs[road]))) for road in ours}


async def _alternate(rounds: int, ours: Road, by_hand: Road) -> Cost:
    best = [float("inf"), float("inf")]
    for _ in range(rounds + 1):  # the first warms up
        for place, (app, requests) in enumerate((ours, by_hand)):
            began = time.process_time()
            for request in islice(cycle(requests), REQUESTS):
                await answer(app, request)
            best[place] = min(best[place], (time.process_time() - began) / REQUESTS)
    return Cost(*best)


async def answer(app: App, request: Request) -> None:
    """Let the app answer, as a server would."""
    headers = [(b"host", b"localhost"), (b"authorization", request.token.encode())]
    if request.body:
        headers += [(b"content-type", b"application/json"), (b"content-length", str(len(request.body)).encode())]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    if sent[0]["status"] != 200:
        raise RuntimeError(f"{request.path} answered {sent[0]['status']}.")


def figures(rounds: int = 25) -> list[Figure]:
    return [
        Figure(
            f"{NAMES[road]}, CPU time, against SQL by hand",
            cost.ratio,
            AIMS[road],
            beside=f"{cost.ours * 1000:.2f} ms; by hand {cost.by_hand * 1000:.2f} ms",
        )
        for road, cost in costs(rounds).items()
    ]


if __name__ == "__main__":
    for figure in figures(*map(int, sys.argv[1:])):
        print(line(figure))
