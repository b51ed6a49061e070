"""What became of each day, and of each occurrence: the due day or, for a quota, the calendar period."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Literal, NamedTuple

from habit_coach.habits.plan import DAY, Kind, Mark, Marks, Plan, Rule, amount
from habit_coach.habits.schedule import PerPeriod, due_days, is_due, period_of

SLACK = 1e-9  # ten times 0.1 is a little less than 1


class Outcome(StrEnum):
    """How one day is shown."""

    kept = "kept"
    partial = "partial"
    missed = "missed"
    skipped = "skipped"
    paused = "paused"
    off = "off"
    extra = "extra"
    open = "open"


KEPT, PARTIAL, MISSED, SKIPPED = Outcome.kept, Outcome.partial, Outcome.missed, Outcome.skipped
DONE = (KEPT, PARTIAL)

Verdict = Literal["kept", "missed", "open", "neutral"]
VERDICTS: dict[Outcome | None, Verdict] = {KEPT: "kept", PARTIAL: "missed", MISSED: "missed", SKIPPED: "neutral"}
VERDICTS_TODAY: dict[Outcome | None, Verdict] = {**VERDICTS, PARTIAL: "open", None: "open"}


class Occurrence(NamedTuple):
    """One chance to keep the habit, from `first` to `last`. Neutral ones count neither for nor against."""

    first: date
    last: date
    outcome: Verdict


class Tally(NamedTuple):
    """Some days of a quota, counted: `active` ones, neither paused nor skipped, of them `kept` and `ahead`.

    `ahead` are those that can still be kept: later than today, or today while it is open. `amount` is in the unit.
    """

    active: int
    kept: int
    ahead: int
    amount: float


def outcome(plan: Plan, day: date, mark: Mark | None, today: date) -> Outcome:
    """What became of `day`, whose entry is `mark`, as seen on `today`.

    A pause wins over a due day: what was done in it shows as extra. Of a quota, a day on which nothing was logged is
    off, or kept where days below a limit are counted.
    """
    if not plan.start <= day <= today:
        return Outcome.off
    rule = plan.rule_on(day)
    said = judged(plan.kind, rule, mark, day == today)
    if plan.paused(day):
        return Outcome.extra if said in DONE else Outcome.paused
    if said is SKIPPED:
        return SKIPPED
    if not is_due(rule.schedule, day, plan.start):
        return Outcome.extra if said in DONE else Outcome.off
    if said is not None:
        return said
    if day == today:
        return Outcome.open
    if plan.is_limit(rule) and not plan.is_budget(rule):
        return KEPT
    return Outcome.off if isinstance(rule.schedule, PerPeriod) else MISSED


def judged(kind: Kind, rule: Rule, mark: Mark | None, running: bool) -> Outcome | None:
    """What a mark alone says: kept, partial, missed or skipped; None while nothing is said.

    A number decides, whatever the state beside it; without one, the state does. Nought on a `running` day is not the
    end of it, unless the person called the day missed.
    """
    if mark is None:
        return None
    state, value = mark
    if state == "skipped":
        return SKIPPED
    if kind == "binary" or value is None:
        return KEPT if state == "done" else MISSED
    target = rule.target or 0.0
    if rule.direction == "at_most":
        return KEPT if value <= target + SLACK else MISSED
    if value >= target - SLACK:
        return KEPT
    if value > 0:
        return PARTIAL
    return None if running and state == "done" else MISSED


def occurrences(plan: Plan, marks: Marks, first: date, today: date) -> Iterator[Occurrence]:
    """Every occurrence that ends on `first` or later and has begun by `today`, ascending.

    Fixed days: one for each due day. Quotas: one for each calendar period, clipped to the start of the habit and to
    the days of its rule, and judged whole even when it began before `first`, so its marks must be at hand.
    """
    for rule, since, until in plan.spans(plan.start, date.max):
        if until < first or since > today:
            continue
        if isinstance(rule.schedule, PerPeriod):
            yield from _periods(plan, rule, marks, (since, until), first, today)
        else:
            for day, verdict in due_verdicts(plan, rule, marks, max(since, first), min(until, today), today):
                yield Occurrence(day, day, verdict)


def due_verdicts(
    plan: Plan, rule: Rule, marks: Marks, first: date, last: date, today: date
) -> Iterator[tuple[date, Verdict]]:
    """The due days of one `rule` of fixed days, from `first` to `last`, and what became of each."""
    paused = plan.paused_days(first, last)
    kind, mark_of = plan.kind, marks.get
    known: dict[Mark | None, Verdict] = {None: "kept" if plan.is_limit(rule) else "missed"}  # most marks are alike
    for day in due_days(rule.schedule, first, last, plan.start):
        mark = mark_of(day)
        if paused and day in paused:
            yield day, "neutral"
        elif day == today:
            yield day, VERDICTS_TODAY[judged(kind, rule, mark, True)]
        else:
            if mark not in known:
                known[mark] = VERDICTS[judged(kind, rule, mark, False)]
            yield day, known[mark]


def _periods(
    plan: Plan, rule: Rule, marks: Marks, span: tuple[date, date], first: date, today: date
) -> Iterator[Occurrence]:
    assert isinstance(rule.schedule, PerPeriod)  # noqa: S101 - for the type checker
    since, until = span
    day = max(since, first)
    while day <= until:
        begins, ends = period_of(rule.schedule.period, day, plan.week_start)
        clipped = max(begins, since), min(ends, until)
        if clipped[0] > today:
            return
        counted = tally(plan, rule, marks, *clipped, today)
        days = (ends - begins).days + 1
        verdict = (
            _spent(plan, rule, counted, days, clipped[1] < today)
            if plan.is_budget(rule)
            else _counted(rule.schedule.times, counted, days)
        )
        yield Occurrence(*clipped, verdict)
        day = ends + DAY


def tally(plan: Plan, rule: Rule, marks: Marks, first: date, last: date, today: date) -> Tally:
    """The days from `first` to `last` under a quota, counted; days after `today` are still ahead."""
    paused = plan.paused_days(first, last)
    kind, is_limit = plan.kind, plan.is_limit(rule)
    active = kept = ahead = 0
    total = 0.0
    for day in map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1)):
        if day in paused:
            continue
        mark = marks.get(day) if day <= today else None
        if mark is None:
            active += 1
            if day >= today:
                ahead += 1
            elif is_limit:
                kept += 1
            continue
        said = judged(kind, rule, mark, day == today)
        if said is SKIPPED:
            continue
        active += 1
        total += amount(rule, mark)
        if said is KEPT:
            kept += 1
        elif day == today and said is not MISSED:
            ahead += 1
    return Tally(active, kept, ahead, total)


def quota(times: int, counted: Tally, days: int) -> int:
    """How many days of a period of `days` are to be kept: floor(times * active days / days in the period)."""
    return min(times * counted.active // days, counted.active)


def _counted(times: int, counted: Tally, days: int) -> Verdict:
    wanted = quota(times, counted, days)
    if wanted == 0:
        return "neutral"
    if counted.kept >= wanted:
        return "kept"
    return "open" if counted.kept + counted.ahead >= wanted else "missed"


def _spent(plan: Plan, rule: Rule, counted: Tally, days: int, ended: bool) -> Verdict:
    """A budget: the period's total against target * active days / days in the period."""
    if counted.active == 0:
        return "neutral"
    allowed = (rule.target or 0.0) * counted.active / days
    if plan.is_limit(rule):
        if counted.amount > allowed + SLACK:
            return "missed"
        return "kept" if ended else "open"
    if counted.amount >= allowed - SLACK:
        return "kept"
    return "open" if counted.ahead else "missed"


def settled(plan: Plan, marks: Marks, first: date, today: date) -> Iterator[tuple[date, bool]]:
    """The days that count, from `first` to `today`, each with whether it was kept.

    Fixed days: the due ones. Quotas: every active day. Of a budget a day is kept when something was done or, below a
    limit, nothing. Paused and skipped days are left out, and so is today while it is open.
    """
    for rule, since, until in plan.spans(max(first, plan.start), today):
        if not isinstance(rule.schedule, PerPeriod):
            for day, verdict in due_verdicts(plan, rule, marks, since, until, today):
                if verdict in ("kept", "missed"):
                    yield day, verdict == "kept"
            continue
        for day in map(date.fromordinal, range(since.toordinal(), until.toordinal() + 1)):
            counted = tally(plan, rule, marks, day, day, today)
            if counted.active > counted.ahead:
                some = counted.amount > 0
                yield day, some != plan.is_limit(rule) if plan.is_budget(rule) else counted.kept > 0
