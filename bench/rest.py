"""REST against its floors, in one run: python -m bench.rest [SECONDS]

Twenty habits with three years of entries each, one account, sixteen clients, one server process each, a token. What a
check-in of the app includes: ownership, schedule, upsert, statistics, change feed, commit. The servers are measured in
turn, several rounds, and each counts with its median round.
"""

import asyncio
import statistics
import sys
from collections import defaultdict
from contextlib import ExitStack

from bench.figures import Figure
from bench.filled import account, copied, database
from bench.floors.keys import token
from bench.load import Request, Result, measure
from bench.serving import habit_coach, served

ROUNDS = 5
ROADS = ("check in", "stats", "list")
AIMS = {"check in": 0.35, "stats": 0.5, "list": 0.5}
NAMES = {
    "check in": "`POST /habits/{id}/checkin`",
    "stats": "`GET /habits/{id}/stats`",
    "list": "`GET /habits`",
}


def run(seconds: float) -> dict[str, dict[str, Result]]:
    """By road and server, the median round."""
    rounds: defaultdict[tuple[str, str], list[Result]] = defaultdict(list)
    with database() as folder, ExitStack() as running:
        ada = account("bench@example.com")
        floor = {"FLOOR_DATABASE": str(copied(folder))}
        ours, theirs = ada.roads("/api/v1", ada.token), ada.roads("", token(ada.user_id))
        constant = {road: [Request("POST", "/")] for road in ROADS}
        servers = {
            "constant": (running.enter_context(served("bench.floors.constant:app")), constant),
            "by hand": (running.enter_context(served("bench.floors.by_hand:app", **floor)), theirs),
            "plain SQLModel": (running.enter_context(served("bench.floors.plain_sqlmodel:app", **floor)), theirs),
            "Habit Coach": (running.enter_context(habit_coach()), ours),
        }
        for turn in range(ROUNDS + 1):
            for road in ROADS:
                for name, (port, requests) in servers.items():
                    result = asyncio.run(measure(port, requests[road], seconds=seconds / ROUNDS))
                    if turn:  # the first warms up
                        rounds[road, name].append(result)
    return {road: {name: statistics.median_low(sorted(rounds[road, name])) for name in servers} for road in ROADS}


def figures(seconds: float = 5.0) -> list[Figure]:
    """What the page shows of this."""
    found = []
    for road, measured in run(seconds).items():
        ours, by_hand, plain = measured["Habit Coach"], measured["by hand"], measured["plain SQLModel"]
        beside = f"{ours.rate:,.0f}/s; by hand {by_hand.rate:,.0f}/s; constant {measured['constant'].rate:,.0f}/s"
        found.append(Figure(f"{NAMES[road]} against SQL by hand", ours.rate / by_hand.rate, AIMS[road], beside=beside))
        if road == "check in":
            beside = f"{ours.rate:,.0f}/s; plainest SQLModel {plain.rate:,.0f}/s"
            found.append(Figure(f"{NAMES[road]} against SQLModel", ours.rate / plain.rate, 2.0, beside=beside))
    return found


def main() -> None:
    for road, measured in run(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0).items():
        ours = measured["Habit Coach"]
        print(f"\n{road}")
        for name, result in measured.items():
            print(f"  {name:15} {result}   ours is {ours.rate / result.rate:.2f} of it")


if __name__ == "__main__":
    main()
