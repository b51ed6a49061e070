"""Runs of occurrences kept one after another."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from habit_coach.habits.outcomes import Occurrence, occurrences
from habit_coach.habits.plan import Marks, Plan


@dataclass(frozen=True, slots=True)
class Streaks:
    """The running streak and the best one, in occurrences; of equal ones the earliest is the best."""

    current: int = 0
    current_since: date | None = None
    best: int = 0
    best_first: date | None = None
    best_last: date | None = None

    def as_of(self, today: date) -> "Streaks":
        """The same, where a period that is kept already but still running ends today."""
        if self.best_last is None or self.best_last <= today:
            return self
        return replace(self, best_last=today)


class Run(NamedTuple):
    """`length` occurrences kept in a row, from the first day of the first to the last day of the last."""

    first: date
    last: date
    length: int


def streaks(plan: Plan, marks: Marks, today: date) -> Streaks:
    """The streaks over the whole history."""
    return fold(Streaks(), occurrences(plan, marks, plan.start, today)).as_of(today)


def fold(streaks: Streaks, occurrences: Iterable[Occurrence]) -> Streaks:
    """`streaks` carried on through later `occurrences`, ascending.

    A kept one extends, a missed one ends the streak; neutral and open ones do neither.
    """
    current, since = streaks.current, streaks.current_since
    best, best_first, best_last = streaks.best, streaks.best_first, streaks.best_last
    for first, last, outcome in occurrences:
        if outcome == "kept":
            since = since or first
            current += 1
            if current > best:
                best, best_first, best_last = current, since, last
        elif outcome == "missed":
            current, since = 0, None
    return Streaks(current, since, best, best_first, best_last)


def runs(plan: Plan, marks: Marks, today: date) -> list[Run]:
    """Every streak of the whole history, ascending; the last one may still be running."""
    found: list[Run] = []
    broken = True
    for first, last, outcome in occurrences(plan, marks, plan.start, today):
        if outcome == "kept":
            begun = Run(first, last, 0) if broken else found.pop()
            found.append(Run(begun.first, min(last, today), begun.length + 1))
            broken = False
        elif outcome == "missed":
            broken = True
    return found
