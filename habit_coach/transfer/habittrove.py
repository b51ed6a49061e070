"""HabitTrove's data folder, as it is or zipped. `auth.json` is never opened."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from habit_coach import clock
from habit_coach.clock import LivesSomewhere
from habit_coach.errors import Invalid
from habit_coach.habits.bulk import Said
from habit_coach.habits.schedule import WEEKDAYS, Daily, Every, Monthly, PerPeriod, Schedule, Weekdays, describe
from habit_coach.transfer.content import Content, Diary, FoundHabit
from habit_coach.transfer.files import Files

APP = "HabitTrove"
BYDAY = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), WEEKDAYS, strict=True))
DAY_PARTS = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "WKST"}


@dataclass(frozen=True, slots=True)
class There:
    """Where HabitTrove's days begin: at midnight in its own zone."""

    timezone: str
    day_start: int = 0


def recognises(files: Files) -> bool:
    name = _habits_file(files)
    document = files.json(name) if name else files.document
    habits = document.get("habits") if isinstance(document, dict) else None
    return isinstance(habits, list) and all(
        isinstance(habit, dict) and "completions" in habit and "frequency" in habit for habit in habits
    )


def read(files: Files, user: LivesSomewhere) -> Content:
    """The habits; tasks, coins and wishes are told of and left out."""
    content = Content(APP)
    name = _habits_file(files)
    habits = (files.json(name) if name else files.document)["habits"]
    there = There(_zone(files, name, user))
    people = {person for habit in habits for person in habit.get("userIds") or []}
    if len(people) > 1:
        content.note(files.filename, f"The file holds the habits of {len(people)} people; all of them are taken over.")
    if any(habit.get("coinReward") for habit in habits):
        content.note(files.filename, "Coins and wishes have no equal here and are left out.")
    for habit in habits:
        if habit.get("isTask"):
            content.note(habit["name"], "It is a task that is done once, not a habit, and is left out.")
        else:
            content.habits.append(_habit(content, habit, there, clock.today(user)))
    return content


def _habits_file(files: Files) -> str | None:
    found = [name for name in files.names if name.split("/")[-1] == "habits.json"]
    return min(found, key=len, default=None)


def _zone(files: Files, habits_file: str | None, user: LivesSomewhere) -> str:
    name = (habits_file or "").replace("habits.json", "settings.json")
    settings = files.json(name) if name in files.names else {}
    zone = str((settings.get("system") or {}).get("timezone") or user.timezone)
    if zone not in clock.zones():
        raise Invalid(f"{name} names the time zone {zone}, which is not known. Correct it there and try again.")
    return zone


def _habit(content: Content, habit: dict[str, Any], there: There, today: date) -> FoundHabit:
    name = habit["name"]
    target = int(habit.get("targetCompletions") or 1)
    days: defaultdict[date, list[datetime]] = defaultdict(list)
    for completion in habit["completions"]:
        at = datetime.fromisoformat(completion)
        days[clock.local_day(at, there)].append(at)
    diary = Diary(content, today, numeric=target > 1)
    for day, times in sorted(days.items()):
        diary.say(name, day, Said("done", float(len(times)), at=max(times)))
    schedule, changed = _schedule(str(habit["frequency"]))
    if changed:
        content.note(name, changed)
    return diary.habit(
        name,
        unit="times",
        target=float(target),
        schedule=schedule,
        description=habit.get("description"),
        tags=["pinned"] if habit.get("pinned") else [],
        archived=bool(habit.get("archived")),
    )


def _schedule(rule: str) -> tuple[Schedule, str | None]:
    """The nearest to a recurrence rule (RFC 5545), and a sentence where ours is not just that."""
    parts = dict(part.split("=", 1) for part in rule.removeprefix("RRULE:").split(";") if "=" in part)
    found = _exactly(parts)
    if found is not None and parts.keys() <= DAY_PARTS:
        return found, None
    nearest = found or Daily()
    return nearest, f"“{rule}” has no equal here; it becomes {describe(nearest)}."


def _exactly(parts: dict[str, str]) -> Schedule | None:
    interval, days = int(parts.get("INTERVAL", 1)), parts.get("BYDAY", "")
    match parts.get("FREQ"):
        case "DAILY" if not days:
            return Daily() if interval == 1 else Every(n=interval, unit="day")
        case "WEEKLY" if interval == 1:
            names = tuple(BYDAY[day] for day in days.split(",") if day in BYDAY)
            return Weekdays(days=names) if names else PerPeriod(times=1, period="week")
        case "WEEKLY" if "," not in days:
            return Every(n=interval, unit="week")
        case "MONTHLY" if interval == 1 and days[-2:] in BYDAY and days[:-2] in ("1", "2", "3", "4", "5", "-1"):
            return Monthly.model_validate({"nth": int(days[:-2]), "weekday": BYDAY[days[-2:]]})
        case "MONTHLY" if interval == 1 and parts.get("BYMONTHDAY"):
            numbers = ["last" if day == "-1" else int(day) for day in parts["BYMONTHDAY"].split(",")]
            return Monthly.model_validate({"days": numbers})
        case "MONTHLY" if interval == 1:
            return PerPeriod(times=1, period="month")
    return None
