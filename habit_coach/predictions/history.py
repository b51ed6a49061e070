"""Many habits' days as flat arrays, with the look-ups that every feature and label is made of."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class History:
    """One row a habit and day, sorted by series and day.

    `series` counts from 0 without holes; `owner[s]` is the person of series s; days are days since 1970-01-01;
    `done` is 1, 0 or nan (not judged); `value` and `hour` (of the check-in, 0 to 24) may be nan.
    """

    series: Ints
    owner: Ints
    day: Ints
    due: Bools
    done: Floats
    value: Floats
    hour: Floats

    @cached_property
    def first_day(self) -> int:
        return int(self.day.min()) if self.day.size else 0

    @cached_property
    def span(self) -> int:
        """More than the number of days covered, so that `code * span + day` is unique and ordered."""
        return int(self.day.max()) - self.first_day + 3 if self.day.size else 3

    def key(self, code: Ints, day: Ints) -> Ints:
        """One number that orders by code, then day; days outside the history are moved to its rim."""
        return code * self.span + np.clip(day - self.first_day + 1, 0, self.span - 1)

    @cached_property
    def judged(self) -> "Occurrences":
        """The due days whose outcome is known, of every series."""
        keep = self.due & np.isfinite(self.done)
        return Occurrences(self, self.series[keep], self.day[keep], self.done[keep], self.value[keep], self.hour[keep])

    @cached_property
    def logged(self) -> Bools:
        """Days on which the person did or noted something, due or not."""
        return np.asarray((self.done == 1) | (self.value > 0))


@dataclass(frozen=True)
class Occurrences:
    """Due days with an outcome, sorted by series and day."""

    history: History
    series: Ints
    day: Ints
    done: Floats
    value: Floats
    hour: Floats

    @cached_property
    def keys(self) -> Ints:
        return self.history.key(self.series, self.day)

    @cached_property
    def kept_before(self) -> Floats:
        """Kept days before each position, over all series: a difference of two is the count between them."""
        return np.concatenate([[0.0], np.cumsum(self.done)])

    def up_to(self, series: Ints, day: Ints) -> Ints:
        """Position just after the last occurrence of `series` on or before `day`."""
        return np.searchsorted(self.keys, self.history.key(series, day), side="right")

    def start(self, series: Ints) -> Ints:
        """Position of the first occurrence of `series`."""
        return np.searchsorted(self.keys, series * self.history.span, side="left")

    def end(self, series: Ints) -> Ints:
        """Position just after the last occurrence of `series`."""
        return np.searchsorted(self.keys, (series + 1) * self.history.span, side="left")


@dataclass(frozen=True)
class DayTotals:
    """Kept and due habits of each person and day, cumulative, to count over any stretch of days."""

    history: History
    keys: Ints
    kept: Floats
    due: Floats

    @classmethod
    def of(cls, history: History) -> "DayTotals":
        days = history.judged
        keys = history.key(history.owner[days.series], days.day)
        order = np.argsort(keys, kind="stable")
        kept = np.concatenate([[0.0], np.cumsum(days.done[order])])
        return cls(history, keys[order], kept, np.arange(keys.size + 1, dtype=float))

    def between(self, person: Ints, first: Ints, last: Ints) -> tuple[Floats, Floats]:
        """Kept and due from day `first` to day `last`, both included."""
        low = np.searchsorted(self.keys, self.history.key(person, first), side="left")
        high = np.searchsorted(self.keys, self.history.key(person, last), side="right")
        return self.kept[high] - self.kept[low], self.due[high] - self.due[low]


def history_of(frame: "pd.DataFrame") -> History:
    """The history in a checked table (see `table.checked`), which is sorted by person, habit and date."""
    person = frame["person"].to_numpy()
    habit = frame["habit"].to_numpy()
    new_person = np.concatenate([[True], person[1:] != person[:-1]])
    new_series = new_person | np.concatenate([[True], habit[1:] != habit[:-1]])
    return History(
        series=np.cumsum(new_series) - 1,
        owner=(np.cumsum(new_person) - 1)[new_series],
        day=frame["date"].to_numpy().astype("datetime64[D]").astype(np.int64),
        due=frame["due"].to_numpy(dtype=bool),
        done=frame["done"].to_numpy(dtype=float),
        value=frame["value"].to_numpy(dtype=float),
        hour=frame["hour"].to_numpy(dtype=float),
    )
