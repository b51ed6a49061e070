"""Rates, totals and profiles: how much of what was asked was done."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from habit_coach.habits.outcomes import Verdict, due_verdicts, settled, tally
from habit_coach.habits.plan import DAY, Marks, Plan, Rule, amount
from habit_coach.habits.schedule import WEEKDAYS, PerPeriod, Weekday, period_of


class Share(NamedTuple):
    """What was `done` of what was `due`: days or, of a budget, its unit. `weight` is the number of occurrences due."""

    done: float = 0.0
    due: float = 0.0
    weight: float = 0.0

    def plus(self, other: "Share") -> "Share":
        return Share(self.done + other.done, self.due + other.due, self.weight + other.weight)


class Total(NamedTuple):
    """A month or a year, named by its `first` day: `kept` occurrences of those `due`, and the `amount` in all."""

    first: date
    kept: int
    due: int
    amount: float


class Stretch(NamedTuple):
    """Some days: `kept` occurrences of those `due`, and their `rate` from 0 to 1; None where nothing was due."""

    kept: int
    due: int
    rate: float | None


class WeekdayRate(NamedTuple):
    """The share of `n` days on this weekday that were kept, from 0 to 1; None without any."""

    weekday: Weekday
    rate: float | None
    n: int


Shares = dict[date, Share]
"""What was done and due under each rule, by the day since which the rule counts."""


def rate(plan: Plan, marks: Marks, today: date, days: int) -> float | None:
    """The share kept of what was due in the last `days` calendar days, from 0 to 1; None when nothing was due.

    Fixed days: kept due days / due days. Quotas: days kept / (times * active days / days in the period), at most 1.
    Budgets: the same in amounts; below a limit max(0, 1 - (amount - limit) / limit), at most 1, as in strength.
    Paused and skipped days are left out, and so is today while it is open or, of a budget, blank. Where the rule
    changed in between, each rule is measured by itself and weighs as much as was due under it.
    """
    return rate_of(plan, shares(plan, marks, today - (days - 1) * DAY, today, today))


def stretch(plan: Plan, marks: Marks, first: date, last: date, today: date) -> Stretch:
    """The days from `first` to `last`, no later than `today`: counted as in `month_totals`, and their `rate`."""
    return _stretch(plan, list(_shares(plan, marks, max(first, plan.start), min(last, today), today)))


def weeks(plan: Plan, marks: Marks, first: date, count: int, today: date) -> list[Stretch]:
    """The week that begins on `first` and those before it, `count` in all, the newest first: each as in `stretch`."""
    last = first + 6 * DAY
    parts: list[list[tuple[Rule, Share]]] = [[] for _ in range(count)]
    for rule, since, until in plan.spans(max(last - (7 * count - 1) * DAY, plan.start), min(last, today)):
        if isinstance(rule.schedule, PerPeriod):
            for n, part in enumerate(parts):
                ends = last - 7 * n * DAY
                part += _quota_shares(plan, rule, marks, (max(since, ends - 6 * DAY), min(until, ends)), today)
        else:
            days = due_verdicts(plan, rule, marks, since, until, today)
            for n, of_week in groupby(days, lambda day: (last - day[0]).days // 7):
                parts[n].append((rule, _share([verdict for _, verdict in of_week])))
    return [_stretch(plan, part) for part in parts]


def _stretch(plan: Plan, parts: Sequence[tuple[Rule, Share]]) -> Stretch:
    kept = sum(_kept(plan, rule, share) if plan.is_budget(rule) else share.done for rule, share in parts)
    return Stretch(int(kept + 1e-9), round(sum(share.weight for _, share in parts)), rate_of(plan, _by_rule(parts)))


def rate_of(plan: Plan, shares: Shares) -> float | None:
    """`rate` of days whose shares were found before."""
    weight = sum(share.weight for share in shares.values())
    kept = sum(_kept(plan, rule, shares[rule.since]) for rule in plan.rules if rule.since in shares)
    return kept / weight if weight else None


def shares(plan: Plan, marks: Marks, first: date, last: date, today: date) -> Shares:
    """What was done and due from `first` to `last`, no later than `today`."""
    return _by_rule(_shares(plan, marks, max(first, plan.start), last, today))


def together(some: Shares, others: Shares) -> Shares:
    """The shares of the days of both."""
    return {since: some.get(since, Share()).plus(others.get(since, Share())) for since in {**some, **others}}


def _by_rule(parts: Iterable[tuple[Rule, Share]]) -> Shares:
    found: Shares = {}
    for rule, share in parts:
        found[rule.since] = share.plus(found.get(rule.since, Share()))
    return found


def _shares(plan: Plan, marks: Marks, first: date, last: date, today: date) -> Iterator[tuple[Rule, Share]]:
    """What was done and due from `first` to `last`, in parts that add up, each with the rule it was lived under."""
    for rule, since, until in plan.spans(first, last):
        if isinstance(rule.schedule, PerPeriod):
            yield from _quota_shares(plan, rule, marks, (since, until), today)
        else:
            yield rule, _share([verdict for _, verdict in due_verdicts(plan, rule, marks, since, until, today)])


def _share(verdicts: list[Verdict]) -> Share:
    kept = verdicts.count("kept")
    due = kept + verdicts.count("missed")
    return Share(kept, due, due)


def _quota_shares(
    plan: Plan, rule: Rule, marks: Marks, span: tuple[date, date], today: date
) -> Iterator[tuple[Rule, Share]]:
    assert isinstance(rule.schedule, PerPeriod)  # noqa: S101 - for the type checker
    day, until = span
    while day <= until:
        begins, ends = period_of(rule.schedule.period, day, plan.week_start)
        yield rule, _quota_share(plan, rule, marks, (day, min(ends, until)), (ends - begins).days + 1, today)
        day = ends + DAY


def _quota_share(plan: Plan, rule: Rule, marks: Marks, span: tuple[date, date], days: int, today: date) -> Share:
    assert isinstance(rule.schedule, PerPeriod)  # noqa: S101 - for the type checker
    counted = tally(plan, rule, marks, *span, today)
    is_budget = plan.is_budget(rule)
    spent_today = is_budget and today in marks
    decided = counted.active if spent_today else counted.active - counted.ahead
    due = min(rule.schedule.times, days) * decided / days
    if is_budget:
        return Share(counted.amount, (rule.target or 0.0) * due, due)
    return Share(counted.kept, due, due)


def _kept(plan: Plan, rule: Rule, share: Share) -> float:
    """The occurrences kept, of those in `share.weight`: a quota or a budget is kept as far as it was filled."""
    if share.due == 0:
        return share.weight if share.done <= 0 or not plan.is_limit(rule) else 0.0
    filled = share.done / share.due
    if plan.is_budget(rule) and plan.is_limit(rule):
        filled = max(0.0, 2 - filled)
    return min(1.0, filled) * share.weight


def total(plan: Plan, marks: Marks, today: date) -> float:
    """The days done so far or, of a numeric habit, what they add up to in its unit; pauses and extra days count."""
    return total_between(plan, marks, plan.start, today)


def total_between(plan: Plan, marks: Marks, first: date, last: date) -> float:
    """`total` of the days from `first` to `last` alone."""
    first = max(first, plan.start)
    days = range(first.toordinal(), last.toordinal() + 1)
    if len(marks) < len(days):
        said = [(day, mark) for day, mark in marks.items() if first <= day <= last]
    else:
        said = [(day, mark) for day in map(date.fromordinal, days) if (mark := marks.get(day))]
    if plan.kind == "binary":
        return float(sum(mark[0] == "done" for _, mark in said))
    return sum(
        (amount(plan.rule_on(day), mark) for day, mark in said if mark.state == "done" or mark.value is not None),
        0.0,
    )


def month_totals(plan: Plan, marks: Marks, first: date, today: date) -> list[Total]:
    """ "Reading 17/31", for each month from the one that holds `first` to this one, ascending.

    The running month counts what was due so far, without today while it is open. Quotas are due pro rata to their
    active days, rounded; of a budget, `kept` are whole periods' worth and `amount` tells more.
    """
    first = max(first, plan.start).replace(day=1)
    months = range(12 * first.year + first.month - 1, 12 * today.year + today.month)
    return [_month_total(plan, marks, date(month // 12, month % 12 + 1, 1), today) for month in months]


def year_totals(plan: Plan, marks: Marks, first: date, today: date) -> list[Total]:
    """The same for each year: the sums of its months."""
    months = month_totals(plan, marks, first.replace(month=1, day=1), today)
    return [
        Total(date(year, 1, 1), *(sum(column) for column in list(zip(*of_year, strict=True))[1:]))
        for year, of_year in groupby(months, key=lambda month: month.first.year)
    ]


def _month_total(plan: Plan, marks: Marks, first: date, today: date) -> Total:
    return kept_between(plan, marks, first, period_of("month", first, plan.week_start)[1], today)


def kept_between(plan: Plan, marks: Marks, first: date, last: date, today: date) -> Total:
    """What was kept and due from `first` to `last`, no later than `today`; counted as in `month_totals`."""
    found = stretch(plan, marks, first, last, today)
    return Total(first, found.kept, found.due, total_between(plan, marks, first, min(last, today)))


def weekday_profile(plan: Plan, marks: Marks, first: date, today: date) -> list[WeekdayRate]:
    """The rate of each weekday, Monday first, over the days that count from `first` to `today`."""
    kept, due = [0] * 7, [0] * 7
    for day, was_kept in settled(plan, marks, first, today):
        due[day.weekday()] += 1
        kept[day.weekday()] += was_kept
    return [WeekdayRate(name, hits / n if n else None, n) for name, hits, n in zip(WEEKDAYS, kept, due, strict=True)]


def hour_profile(hours: Iterable[int]) -> list[int]:
    """How many check-ins were made in each local hour, from 0 to 23."""
    counts = [0] * 24
    for hour in hours:
        counts[hour] += 1
    return counts
