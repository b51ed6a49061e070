"""The rows a model learns from and is judged on: every judged due day, with what came of it."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from habit_coach.predictions.features import Rows, features
from habit_coach.predictions.history import Bools, Floats, History, Ints, history_of
from habit_coach.predictions.rule import WEEK

DORMANT = 28
FEW_PEOPLE = 10


@dataclass(frozen=True)
class Examples:
    """`age` counts the due days before the row; `active` leaves out habits not kept in their last 28 due days.

    `week` is how many of the next 7 due days (this one first) were kept, nan where they are not all known, and
    `week_end` the last of them; `alive` says that one of the last 7 was kept, `steady` that two of them were and a
    quarter of the last 28; `group` tells sources apart.
    """

    history: History
    rows: Rows
    matrix: Floats
    done: Floats
    age: Ints
    active: Bools
    alive: Bools
    steady: Bools
    week: Floats
    week_end: Ints
    person: Ints
    group: Ints
    prior: float

    def take(self, chosen: Bools) -> "Examples":
        """The chosen rows, with the whole history still beside them."""
        return replace(
            self,
            rows=self.rows.take(chosen),
            **{
                name: getattr(self, name)[chosen]
                for name in (
                    "matrix",
                    "done",
                    "age",
                    "active",
                    "alive",
                    "steady",
                    "week",
                    "week_end",
                    "person",
                    "group",
                )
            },
        )

    def with_prior(self, prior: float) -> "Examples":
        """The same rows with the features of another base rate."""
        return replace(self, prior=prior, matrix=features(self.history, self.rows, prior))

    @property
    def size(self) -> int:
        return int(self.done.size)


def examples_of(frame: pd.DataFrame, prior: float | None = None) -> Examples:
    """The examples in a checked table; without `prior` its own base rate is taken."""
    history = history_of(frame)
    days = history.judged
    here = np.arange(days.done.size)
    start, end = days.start(days.series), days.end(days.series)
    kept = days.kept_before
    recent, last_week = (kept[here] - kept[np.maximum(here - length, start)] for length in (DORMANT, WEEK))
    known = here + WEEK <= end
    ahead = np.minimum(here + WEEK, end)
    judged = history.due & np.isfinite(history.done)
    rows = Rows(
        days.series,
        days.day,
        days.day - 1,
        frame["quota_left"].to_numpy(dtype=float)[judged],
        frame["days_left"].to_numpy(dtype=float)[judged],
    )
    prior = base_rate(days.done) if prior is None else prior
    return Examples(
        history=history,
        rows=rows,
        matrix=features(history, rows, prior),
        done=days.done,
        age=here - start,
        active=(recent > 0) | (here - start < DORMANT),
        alive=last_week > 0,
        steady=(last_week >= 2) & (recent >= np.minimum(here - start, DORMANT) / 4),
        week=np.where(known, kept[ahead] - kept[here], np.nan),
        week_end=days.day[ahead - 1] if here.size else here,
        person=history.owner[days.series],
        group=pd.factorize(frame["source"])[0][judged].astype(np.int64),
        prior=prior,
    )


def base_rate(done: Floats) -> float:
    """Share of kept days, drawn to one half as by two days kept and two missed."""
    return float((done.sum() + 2) / (done.size + 4))


def newest(examples: Examples, share: float, within: Ints | None = None) -> Bools:
    """The newest `share` of the rows of each source, by date: sources of different years each keep their own end.

    `within` cuts other groups of rows instead, such as persons.
    """
    within = examples.group if within is None else within
    late = np.zeros(examples.size, dtype=bool)
    for group in np.unique(within):
        own = within == group
        late |= own & (examples.rows.target > np.quantile(examples.rows.target[own], 1 - share))
    return late


def strangers(examples: Examples, share: float, seed: int) -> Bools:
    """All rows of a `share` of the people, drawn by `seed`; of none where they are fewer than `FEW_PEOPLE`."""
    people = np.unique(examples.person)
    drawn = np.random.default_rng(seed).permutation(people)[: int(people.size * share)]
    return np.isin(examples.person, drawn) & (people.size >= FEW_PEOPLE)


def before(examples: Examples, late: Bools, within: Ints | None = None) -> Bools:
    """Rows whose next 7 due days end before the late rows of their group begin: their labels do not overlap."""
    within = examples.group if within is None else within
    clear = np.zeros(examples.size, dtype=bool)
    for group in np.unique(within):
        own = within == group
        if (late & own).any():
            clear |= own & (examples.week_end < examples.rows.target[late & own].min())
    return clear & ~late
