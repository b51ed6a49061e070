"""Between a habit and the fields of its form: what the fields show, and what was typed into them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import Any

from pydantic import ValidationError

from habit_coach.errors import Invalid
from habit_coach.habits.drafts import COLORS, HabitDraft
from habit_coach.habits.schedule import (
    SCHEDULE,
    WEEKDAYS,
    Daily,
    Every,
    Monthly,
    PerPeriod,
    Schedule,
    Weekdays,
    describe,
    due_days,
)
from habit_coach.ui import formats
from habit_coach.ui.words import day_in_words

MONTH_DAYS = (*map(str, range(1, 32)), "last")
LOOK_AHEAD = timedelta(days=800)
Typed = Mapping[str, Any]


@dataclass(frozen=True)
class ScheduleValues:
    """The schedule picker's fields. Every kind keeps its own, so that changing one's mind loses nothing."""

    kind: str = "daily"
    weekdays: list[str] = field(default_factory=lambda: list(WEEKDAYS[:5]))
    times: str = "3"
    period: str = "week"
    n: str = "2"
    unit: str = "day"
    month_days: list[str] = field(default_factory=lambda: ["1"])
    nth: str = "1"
    nth_weekday: str = "mon"


@dataclass(frozen=True)
class Values:
    """All fields of the form, as they are when it opens."""

    name: str = ""
    kind: str = "binary"
    target: str = ""
    unit: str = ""
    direction: str = "at_least"
    description: str = ""
    group: str = ""
    tags: str = ""
    start_date: str = ""
    remind_only_if_open: bool = True


@dataclass(frozen=True)
class Errors:
    """A sentence for each field that needs another look, and one for the whole form."""

    name: str = ""
    kind: str = ""
    schedule: str = ""
    target: str = ""
    unit: str = ""
    icon: str = ""
    color: str = ""
    group: str = ""
    tags: str = ""
    description: str = ""
    reminders: str = ""
    start_date: str = ""
    form: str = ""


def values_of(draft: HabitDraft) -> Values:
    return Values(
        name=draft.name,
        kind=draft.kind,
        target="" if draft.target is None else formats.typed(draft.target),
        unit=draft.unit,
        direction=draft.direction,
        description=draft.description,
        group=draft.group,
        tags=", ".join(draft.tags),
        start_date=draft.start_date.isoformat() if draft.start_date else "",
        remind_only_if_open=draft.remind_only_if_open,
    )


def schedule_values(schedule: Schedule) -> ScheduleValues:
    match schedule:
        case Weekdays(days=days):
            return ScheduleValues("weekdays", weekdays=list(days))
        case PerPeriod(times=times, period=period):
            return ScheduleValues("per_period", times=str(times), period=period)
        case Every(n=n, unit=unit):
            return ScheduleValues("every", n=str(n), unit=unit)
        case Monthly(days=None, nth=nth, weekday=weekday):
            return ScheduleValues("nth", nth=str(nth), nth_weekday=str(weekday))
        case Monthly(days=days):
            return ScheduleValues("monthly", month_days=[str(day) for day in days or ()])
        case _:
            return ScheduleValues()


def as_typed(values: ScheduleValues) -> dict[str, str]:
    """The picker's fields as its form would send them."""
    return {
        "schedule": values.kind,
        "times": values.times,
        "period": values.period,
        "n": values.n,
        "n_unit": values.unit,
        "nth": values.nth,
        "nth_weekday": values.nth_weekday,
        **{f"on-{day}": "on" for day in values.weekdays},
        **{f"month-{day}": "on" for day in values.month_days},
    }


def schedule_from(typed: Typed) -> dict[str, Any]:
    """The schedule that was chosen, as a draft takes it."""
    match typed.get("schedule"):
        case "weekdays":
            return {"kind": "weekdays", "days": [day for day in WEEKDAYS if typed.get(f"on-{day}")]}
        case "per_period":
            return {"kind": "per_period", "times": _whole(typed.get("times")), "period": typed.get("period")}
        case "every":
            return {"kind": "every", "n": _whole(typed.get("n")), "unit": typed.get("n_unit")}
        case "monthly":
            chosen = [day for day in MONTH_DAYS if typed.get(f"month-{day}")]
            return {"kind": "monthly", "days": [day if day == "last" else int(day) for day in chosen]}
        case "nth":
            return {"kind": "monthly", "nth": _whole(typed.get("nth")), "weekday": typed.get("nth_weekday")}
        case _:
            return {"kind": "daily"}


def preview(typed: Typed, today: date) -> str:
    """The schedule in plain words with the days that it falls on next, or what is still wrong with it."""
    try:
        schedule = SCHEDULE.validate_python(schedule_from(typed))
    except ValidationError as error:
        return error.errors(include_url=False)[0]["msg"]
    words = describe(schedule)
    words = words[0].upper() + words[1:]
    if isinstance(schedule, Daily):
        return f"{words}."
    if isinstance(schedule, PerPeriod):
        return f"{words}, on any days you like."
    start = _day_or(typed.get("start_date"), today)
    first = max(start, today)
    last = min(first, date.max - LOOK_AHEAD) + LOOK_AHEAD
    coming = islice(due_days(schedule, first, last, start), 3)
    days = ", ".join(day_in_words(day, today) for day in coming)
    return f"{words}. Next: {days}." if days else f"{words}."


def draft_values(typed: Typed, reminders: Sequence[str]) -> dict[str, Any]:
    """What was typed, as a draft takes it. Raises Invalid for a number or a date that is none."""
    numeric = typed.get("kind") == "numeric"
    wrong: dict[str, str] = {}
    target = _number(typed.get("target")) if numeric else None
    if numeric and target is None and str(typed.get("target", "")).strip():
        wrong["target"] = "Write a number, such as 20 or 2.5."
    start = str(typed.get("start_date", ""))
    if start and _day_or(start, None) is None:
        wrong["start_date"] = "Choose a day."
    if wrong:
        raise Invalid(" ".join(wrong.values()), wrong)
    return {
        "name": str(typed.get("name", "")),
        "kind": "numeric" if numeric else "binary",
        "schedule": schedule_from(typed),
        "unit": str(typed.get("unit", "")) if numeric else "",
        "target": target,
        "direction": typed.get("direction", "at_least") if numeric else "at_least",
        "description": str(typed.get("description", "")).strip(),
        "icon": str(typed.get("icon", "")).strip(),
        "color": str(typed.get("color") or COLORS[5]),
        "group": str(typed.get("group", "")),
        "tags": str(typed.get("tags", "")).split(","),
        "reminders": [wall for wall in reminders if wall],
        "remind_only_if_open": bool(typed.get("remind_only_if_open")),
        "start_date": start or None,
    }


def _whole(text: Any) -> Any:
    try:
        return int(str(text))
    except ValueError:
        return text


def _number(text: Any) -> float | None:
    try:
        return formats.number_from(str(text))
    except ValueError:
        return None


def _day_or(text: Any, otherwise: Any) -> Any:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return otherwise
