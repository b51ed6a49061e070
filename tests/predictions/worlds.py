"""Invented people, for the tests of predictions: small tables in the form that `train` and `evaluate` read."""

import numpy as np
import pandas as pd


def world(persons: int = 12, habits: int = 2, days: int = 60, seed: int = 0, source: str = "") -> pd.DataFrame:
    """People whose habits come in good and bad spells, so that the recent past says more than the long run."""
    luck = np.random.default_rng(seed)
    rows = []
    for person in range(persons):
        for habit in range(habits):
            usual, spell = luck.uniform(0.2, 0.9), 0.0
            for day in range(days):
                spell = 0.8 * spell + luck.normal(0, 0.8)
                chance = 1 / (1 + np.exp(-np.log(usual / (1 - usual)) - spell))
                kept = luck.random() < chance
                amount = max(0.0, 30 + 10 * spell + 15 * (kept - 0.5) + luck.normal(0, 2)) if habit else np.nan
                rows.append((f"p{person}", f"h{habit}", day, float(kept), amount))
    return table(rows).assign(source=source)


def table(rows: list[tuple[str, str, int, float, float]]) -> pd.DataFrame:
    """A checked table of (person, habit, day, done, value), every day due; day 0 is Monday 2024-01-01."""
    frame = pd.DataFrame(rows, columns=["person", "habit", "day", "done", "value"])
    frame["date"] = (np.datetime64("2024-01-01") + frame.pop("day").to_numpy().astype("timedelta64[D]")).astype(
        "datetime64[s]"
    )
    frame["due"] = True
    for column in ("category", "source"):
        frame[column] = ""
    for column in ("hour", "quota_left", "days_left"):
        frame[column] = np.nan
    return frame.sort_values(["person", "habit", "date"], ignore_index=True)


def week_of(kept: str) -> pd.DataFrame:
    """One habit of one person: `x` kept, `.` missed, a blank for a day that was not due."""
    frame = table([("p", "h", day, float(mark == "x"), np.nan) for day, mark in enumerate(kept)])
    frame["due"] = [mark != " " for mark in kept]
    frame.loc[~frame["due"], "done"] = np.nan
    return frame
