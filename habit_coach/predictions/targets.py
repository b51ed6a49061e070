"""Which day a prediction is for: the next one that asks something of the person, or why there is none."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from habit_coach.habits.plan import DAY, Plan
from habit_coach.habits.schedule import PerPeriod, due_days, period_of

Status = Literal["ready", "learning", "paused", "not_started", "nothing_due"]
LOOK_AHEAD = timedelta(days=366)
FAR = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Target:
    """The day to predict; `quota_left` days are still wanted in the `days_left` of its period, that day included.

    Without a day, `status` and `message` say why.
    """

    day: date | None
    status: Status = "ready"
    message: str = ""
    quota_left: int | None = None
    days_left: int | None = None


def target_of(plan: Plan, today: date, answered: bool, kept_since: Callable[[date], int]) -> Target:
    """The first day from today on, or after it when today is `answered`, that the habit asks for.

    `kept_since(day)` counts the days kept from `day` to today.
    """
    if plan.start > today:
        return Target(None, "not_started", f"It starts on {spoken(plan.start, today)}.")
    if plan.paused(today):
        return Target(None, "paused", _paused(plan, today))
    first = today + DAY if answered else today
    found = _next(plan, first, today, kept_since)
    if found is None or found.day is None:
        return Target(None, "nothing_due", "Nothing is due in the coming year.")
    if found.day > today + FAR:
        return Target(None, "nothing_due", f"Nothing is due until {spoken(found.day, today)}.")
    return found


def _next(plan: Plan, first: date, today: date, kept_since: Callable[[date], int]) -> Target | None:
    for rule, begins, ends in plan.spans(first, first + LOOK_AHEAD):
        schedule = rule.schedule
        if isinstance(schedule, PerPeriod) and not plan.is_budget(rule):
            found = _in_quota(plan, schedule, max(rule.since, plan.start), (begins, ends), today, kept_since)
            if found:
                return found
            continue
        if isinstance(schedule, PerPeriod):
            return _in_budget(plan, schedule, (begins, ends), today)
        for day in due_days(schedule, begins, ends, plan.start):
            if not plan.paused(day):
                return Target(day)
    return None


def _in_quota(
    plan: Plan,
    schedule: PerPeriod,
    since: date,
    span: tuple[date, date],
    today: date,
    kept_since: Callable[[date], int],
) -> Target | None:
    """The first unpaused day of a period whose quota is not full."""
    day, last = span
    while day <= last:
        begins, ends = period_of(schedule.period, day, plan.week_start)
        kept = kept_since(max(begins, since)) if begins <= today else 0
        if kept >= schedule.times:
            day = ends + DAY
        elif plan.paused(day):
            day += DAY
        else:
            return Target(day, quota_left=schedule.times - kept, days_left=(ends - day).days + 1)
    return None


def _in_budget(plan: Plan, schedule: PerPeriod, span: tuple[date, date], today: date) -> Target:
    """The last day of the period that is still open: the running one unless today, left out of the span, settled it."""
    _, ends = period_of(schedule.period, today, plan.week_start)
    if span[0] > today:
        _, ends = period_of(schedule.period, max(span[0], ends + DAY), plan.week_start)
    return Target(min(ends, span[1]))


def _paused(plan: Plan, today: date) -> str:
    day = today
    while day <= today + LOOK_AHEAD:
        if not plan.paused(day):
            return f"Paused until {spoken(day - DAY, today)}."
        day += DAY
    return "Paused until you take it up again."


def spoken(day: date, today: date) -> str:
    """`5 December`, with the year where it is another one."""
    return f"{day.day} {day:%B}" + ("" if day.year == today.year else f" {day.year}")
