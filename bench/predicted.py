"""A night's predictions against doing only the unavoidable by hand: python -m bench.predicted [HABITS]

The floor reads the same entries with `sqlite3`, lets LightGBM predict as many rows of a ready matrix, and writes as
many predictions in one transaction. Tuned: no features, no experts, no reasons, no trust, no outcomes. The night that
counts is the second, which also settles what the first one said. The whole size is 100,000 habits, in
`python -m bench.predictions`.
"""

import gc
import json
import sqlite3
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import numpy as np
import time_machine

from bench.figures import Figure, line
from bench.filled import database
from bench.predictions import NOON, fill

DAYS = 90
AIM = 5.0


def figures(habits: int = 10_000) -> list[Figure]:
    from habit_coach.predictions import nightly

    with database() as folder:
        fill(habits, DAYS)
        gc.freeze()  # as the worker does
        for night in range(2):
            with time_machine.travel(NOON + timedelta(days=night), tick=True):
                began = time.perf_counter()
                nightly.score_due()
                took = time.perf_counter() - began
        read, predicted, written = by_hand(folder / "habit_coach.db", habits)
    beside = f"{habits:,} habits: {took:.1f} s; by hand read {read:.2f}, predict {predicted:.2f}, write {written:.2f} s"
    ratio = took / (read + predicted + written)
    return [Figure("A night's predictions against LightGBM alone", ratio, AIM, at_most=True, beside=beside)]


def by_hand(path: Path, habits: int) -> tuple[float, float, float]:
    """Seconds to read, to predict and to write."""
    from habit_coach.predictions import model
    from habit_coach.predictions.schema import NAMES

    booster = model.starter().next.trees
    matrix = np.random.default_rng(1).random((habits, len(NAMES)))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        made = connection.execute("SELECT * FROM prediction GROUP BY user_id, habit_id").fetchall()
        [(table,)] = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'prediction'")
        connection.execute(table.replace("CREATE TABLE prediction", "CREATE TABLE floor").replace("pk_", "pk_floor_"))
        began = time.perf_counter()
        connection.execute("SELECT user_id, habit_id, day, state, value, created_at FROM entry").fetchall()
        [json.loads(rules) for (rules,) in connection.execute("SELECT rules FROM habit")]
        read = time.perf_counter()
        booster.predict(matrix, raw_score=True, num_threads=2)
        predicted = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(f"INSERT INTO floor VALUES ({', '.join('?' * len(made[0]))})", made)  # noqa: S608
        connection.execute("COMMIT")
        return read - began, predicted - read, time.perf_counter() - predicted


if __name__ == "__main__":
    for figure in figures(*map(int, sys.argv[1:])):
        print(line(figure))
