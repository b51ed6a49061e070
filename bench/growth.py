"""What years and crowds cost: python -m bench.growth [SECONDS]

An account with ten years against one with thirty days, and sixteen clients on one account against sixteen on sixteen:
one server, in turn, several rounds, the median round of each.
"""

import asyncio
import statistics
import sys
from itertools import chain

from bench.figures import Figure, line
from bench.filled import Account, account, database
from bench.load import Request, Result, measure
from bench.rest import NAMES, ROADS
from bench.serving import habit_coach

ROUNDS = 7
YEARS, MONTH, CROWD = 10 * 365, 30, 16


def rounds(port: int, roads: dict[str, list[Request]], seconds: float) -> dict[str, list[Result]]:
    """The results of each of `roads`, which are measured one after another in each round; the first round warms up."""
    found: dict[str, list[Result]] = {name: [] for name in roads}
    for turn in range(ROUNDS + 1):
        for name, requests in roads.items():
            result = asyncio.run(measure(port, requests, seconds=seconds / ROUNDS))
            if turn:
                found[name].append(result)
    return found


def ratio(ours: list[Result], other: list[Result]) -> float:
    """The median of how `ours` did against `other` in the same round."""
    return statistics.median(one.rate / two.rate for one, two in zip(ours, other, strict=True))


def figures(seconds: float = 4.0) -> list[Figure]:
    with database():
        old, young = account("old@example.com", days=YEARS), account("young@example.com", days=MONTH)
        crowd = [account(f"{number}@example.com", days=90) for number in range(CROWD)]
        with habit_coach() as port:
            return [*past(port, old, young, seconds), *together(port, crowd, seconds)]


def past(port: int, old: Account, young: Account, seconds: float) -> list[Figure]:
    found = []
    for road in ROADS:
        roads = {name: one.roads("/api/v1", one.token)[road] for name, one in (("old", old), ("young", young))}
        results = rounds(port, roads, seconds)
        rates = {name: statistics.median(one.rate for one in results[name]) for name in roads}
        beside = f"{rates['old']:,.0f}/s; with 30 days {rates['young']:,.0f}/s"
        found.append(Figure(f"{NAMES[road]}, ten years", ratio(results["old"], results["young"]), 0.9, beside=beside))
    return found


def together(port: int, crowd: list[Account], seconds: float) -> list[Figure]:
    each = [one.roads("/api/v1", one.token)["check in"] for one in crowd]
    results = rounds(port, {"one": each[0], "all": list(chain(*zip(*each, strict=True)))}, seconds)
    one = statistics.median_low(sorted(results["one"]))
    all_of_them = statistics.median(result.rate for result in results["all"])
    beside = f"{one.rate:,.0f}/s; on sixteen accounts {all_of_them:,.0f}/s"
    times = f"p50 {one.p50 * 1000:.1f} ms, p99 {one.p99 * 1000:.1f} ms"
    tail = statistics.median(result.p99 / result.p50 for result in results["one"])
    return [
        Figure("16 check in at once, one account", ratio(results["one"], results["all"]), 0.7, beside=beside),
        Figure("16 check in at once, p99 / p50", tail, 8, at_most=True, beside=times),
    ]


if __name__ == "__main__":
    for figure in figures(float(sys.argv[1]) if len(sys.argv) > 1 else 4.0):
        print(line(figure))
