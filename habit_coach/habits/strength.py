"""Strength: the score of Loop Habit Tracker, so that people who come from it see the number they know.

With f = times / days of the schedule and m = 0.5 ** (sqrt(f) / 13), each day moves the strength s from 0 to 1 by
s = s * m + p * (1 - m), where p is the progress over the last days. Source: `Score` and `ScoreList` of Loop 2.3.
"""

from collections.abc import Iterator
from datetime import date
from itertools import accumulate
from operator import sub

from habit_coach.habits.plan import DAY, Mark, Marks, Plan, Rule, amount
from habit_coach.habits.schedule import PerPeriod, frequency

MICRO = 1_000_000  # amounts are summed in whole millionths, for sums that stay exact as they roll
SKIP = 3_000  # Loop stores a skip as 0.003 and, on numeric habits, counts it


def first_score(plan: Plan, day: date) -> float:
    """Strength at the end of the day before the first entry, made on `day`: a limit begins unbroken."""
    return 1.0 if plan.is_limit(plan.rule_on(day)) else 0.0


def first_entry(plan: Plan, marks: Marks, first: date, last: date) -> date | None:
    """The earliest day with an entry from `first` to `last`, from which strength is counted."""
    first = max(first, plan.start)
    return min((day for day in marks if first <= day <= last), default=None)


def series(plan: Plan, marks: Marks, last: date) -> list[tuple[date, float]]:
    """Strength at the end of each day from the first entry through `last`."""
    first = first_entry(plan, marks, plan.start, last)
    if first is None:
        return []
    return list(zip(_days(first, last), _scores(plan, marks, first_score(plan, first), first, last), strict=True))


def advance(plan: Plan, marks: Marks, score: float, first: date, last: date) -> float:
    """`score`, the strength at the end of the day before `first`, carried on through `last`.

    Of the days before `first`, the marks of the last `lookback(plan)` are needed.
    """
    for score in _scores(plan, marks, score, first, last):  # noqa: B007, B020 - only the last one is wanted
        pass
    return score


def lookback(plan: Plan) -> int:
    """How many days before a day its progress, or the calendar period that it lies in, may reach back."""
    periods = [
        7 if rule.schedule.period == "week" else 31 for rule in plan.rules if isinstance(rule.schedule, PerPeriod)
    ]
    return max([*periods, *(_window(plan, rule)[1] for rule in plan.rules)]) - 1


def decay(rule: Rule) -> float:
    """m: what is left of the strength after a day without any progress; a day kept each day halves the rest in 13."""
    times, days = frequency(rule.schedule)
    return float(0.5 ** ((times / days) ** 0.5 / 13))


def _window(plan: Plan, rule: Rule) -> tuple[int, int]:
    """How many times in how many days is full progress. Below daily, a yes or no habit looks twice as far back."""
    times, days = frequency(rule.schedule)
    return (2 * times, 2 * days) if plan.kind == "binary" and times < days else (times, days)


def _days(first: date, last: date) -> Iterator[date]:
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))


def _scores(plan: Plan, marks: Marks, score: float, first: date, last: date) -> Iterator[float]:
    for rule, since, until in plan.spans(first, last):
        m = decay(rule)
        gain = 1 - m
        still = plan.paused_days(since, until)
        sums = _sums(plan, rule, marks, since, until)
        for day, progress in zip(_days(since, until), _progress(plan, rule, sums), strict=True):
            mark = marks.get(day)
            if (mark is None or mark[0] != "skipped") and day not in still:
                score = score * m + progress * gain
            yield score


def _sums(plan: Plan, rule: Rule, marks: Marks, first: date, last: date) -> Iterator[int]:
    """For each day from `first` to `last`, what the days of the rule's window that end on it come to."""
    days = _window(plan, rule)[1]
    logged = [0]
    begins = first - (days - 1) * DAY
    if begins < plan.start:
        logged += [0] * (min(plan.start, last + DAY) - begins).days
    for known, since, until in plan.spans(max(begins, plan.start), last):
        logged += _logged(plan, known, marks, since, until)
    total = list(accumulate(logged))
    return map(sub, total[days:], total)


def _logged(plan: Plan, rule: Rule, marks: Marks, first: date, last: date) -> Iterator[int]:
    """Each day from `first` to `last` as a number: 1 for done or, of a numeric habit, millionths of its unit."""
    paused = plan.paused_days(first, last)
    binary = plan.kind == "binary"
    for day in _days(first, last):
        mark = marks.get(day)
        if mark is None or day in paused:
            yield 0
        elif binary:
            yield mark[0] == "done"
        else:
            yield _millionths(rule, mark)


def _millionths(rule: Rule, mark: Mark) -> int:
    if mark.state == "skipped":
        return SKIP if rule.target else 0  # where nothing is allowed, a skip must not count as a lapse
    return round(amount(rule, mark) * MICRO)


def _progress(plan: Plan, rule: Rule, sums: Iterator[int]) -> Iterator[float]:
    """p for each of the `sums`: done / times wanted; sum / target; or, below a limit, 1 - (sum - limit) / limit.

    Where a number is asked for several times in the window, its target is that of all of them together.
    """
    times = _window(plan, rule)[0]
    if plan.kind == "binary":
        return (done / times if done < times else 1.0 for done in sums)
    target = (rule.target or 0.0) * times * MICRO
    if not plan.is_limit(rule):
        return (total / target if total < target else 1.0 for total in sums)
    if not target:
        return (0.0 if total else 1.0 for total in sums)
    return (max(0.0, min(1.0, 2 - total / target)) for total in sums)
