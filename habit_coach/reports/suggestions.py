"""One suggestion for a habit that had a weak week: the smallest change that its own history speaks for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from habit_coach.habits.outcomes import settled
from habit_coach.habits.plan import DAY, Marks, Plan, Rule, amount
from habit_coach.habits.schedule import WEEKDAY_NAMES, Daily, PerPeriod, Weekdays

WEAK = 0.6
WEEKS_LOOKED_AT = 8
ENOUGH_OF_A_WEEKDAY = 4
Change = Literal["pause", "target", "weekday", "often", "remind", "small"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to change, and the sentence that says it with the person's own numbers."""

    change: Change
    text: str


def is_weak(rate: float | None) -> bool:
    """Whether a week's rate asks for a suggestion; one with nothing due does not."""
    return rate is not None and rate < WEAK


def suggestion(
    plan: Plan,
    marks: Marks,
    rates: Sequence[float | None],
    last: date,
    reminded: bool,
    usual_time: Callable[[], str | None],
    unit: str,
) -> Suggestion:
    """The smallest change that may help, `rates` being those of the week that ends on `last` and of those before.

    When the habit is usually done is looked up only where nothing else helps.
    """
    known = [rate for rate in rates if rate is not None]
    if len(known) >= 3 and max(known[:3]) == 0:
        return Suggestion("pause", "Nothing for three weeks. Pause it with a clear mind, or make it much smaller.")
    return (
        _target(plan, plan.rule_on(last), marks, last, unit)
        or _weekday(plan, marks, last)
        or _often(plan.rule_on(last), known)
        or _remind(reminded, usual_time)
        or Suggestion("small", "Make it so small this week that it cannot fail: two minutes count.")
    )


def _target(plan: Plan, rule: Rule, marks: Marks, last: date, unit: str) -> Suggestion | None:
    """Days that fell short of their number, but not by nothing."""
    if plan.kind == "binary" or rule.direction == "at_most" or not rule.target or plan.is_budget(rule):
        return None
    days = [last - n * DAY for n in range(28)]
    tried = [amount(rule, marks.get(day)) for day in days if 0 < amount(rule, marks.get(day)) < rule.target]
    if len(tried) < 3:
        return None
    middle = sorted(tried)[len(tried) // 2]
    return Suggestion(
        "target",
        f"On {len(tried)} days you began and came to about {middle:g} of {rule.target:g} {unit}".rstrip()
        + f". Try {middle:g} for two weeks.",
    )


def _weekday(plan: Plan, marks: Marks, last: date) -> Suggestion | None:
    """One weekday on which it hardly ever happens, while the others go better."""
    if not isinstance(plan.rule_on(last).schedule, Daily | Weekdays):
        return None
    kept, due = [0] * 7, [0] * 7
    for day, was_kept in settled(plan, marks, last - WEEKS_LOOKED_AT * 7 * DAY + DAY, last):
        kept[day.weekday()] += was_kept
        due[day.weekday()] += 1
    known = [(kept[n] / due[n], n) for n in range(7) if due[n] >= ENOUGH_OF_A_WEEKDAY]
    if len(known) < 2:
        return None
    worst, place = min(known)
    others = (sum(kept) - kept[place]) / (sum(due) - due[place])
    if worst > 0.25 or others < worst + 0.3:
        return None
    name = WEEKDAY_NAMES[place]
    return Suggestion(
        "weekday",
        f"You kept it on {kept[place]} of the last {due[place]} {name}s. Leave {name} out, or plan another time.",
    )


def _often(rule: Rule, rates: Sequence[float]) -> Suggestion | None:
    """A steady number of days that is lower than what was planned."""
    match rule.schedule:
        case Daily():
            times = 7
        case Weekdays(days=days):
            times = len(days)
        case PerPeriod(times=often, period="week"):
            times = often
        case _:
            times = 0
    steady = round(times * sum(rates) / len(rates)) if rates else 0
    if len(rates) < 3 or not 0 < steady < times - 1:
        return None
    return Suggestion(
        "often",
        f"You keep it about {steady} times a week. Plan {steady}, keep it for a month, and let it grow from there.",
    )


def _remind(reminded: bool, usual_time: Callable[[], str | None]) -> Suggestion | None:
    if reminded:
        return None
    if usual := usual_time():
        return Suggestion("remind", f"When you do it, it is around {usual}. A reminder half an hour before may help.")
    return Suggestion("remind", "It has no reminder yet. Give it a fixed place in your day, and a reminder there.")
