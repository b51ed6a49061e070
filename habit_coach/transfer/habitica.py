"""Habitica's `userdata.json`. Only tasks, tags and preferences are looked at: its tokens never leave the file."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from habit_coach import clock
from habit_coach.clock import LivesSomewhere
from habit_coach.habits.bulk import Said
from habit_coach.habits.schedule import Daily, Every, Monthly, PerPeriod, Schedule, Weekday, Weekdays, describe
from habit_coach.transfer.content import Content, Diary, FoundHabit, iso_day
from habit_coach.transfer.files import Files

APP = "Habitica"
REPEAT: dict[str, Weekday] = {
    "m": "mon", "t": "tue", "w": "wed", "th": "thu", "f": "fri", "s": "sat", "su": "sun",
}  # fmt: skip


def recognises(files: Files) -> bool:
    document = files.document
    tasks = document.get("tasks") if isinstance(document, dict) else None
    return isinstance(tasks, dict) and {"habits", "dailys"} <= tasks.keys()


def read(files: Files, user: LivesSomewhere) -> Content:
    """Habits and dailies in their order; to-dos and rewards are told of and left out."""
    content = Content(APP)
    document = files.document
    reader = _Reader(content, document, clock.today(user))
    for task in _in_order(document, "habits"):
        content.habits += reader.habits(task)
    for task in _in_order(document, "dailys"):
        content.habits.append(reader.daily(task))
    for kind, word in (("todos", "to-dos"), ("rewards", "rewards")):
        if document["tasks"].get(kind):
            content.note(files.filename, f"{len(document['tasks'][kind])} {word} are no habits and are left out.")
    return content


def _in_order(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    order = (document.get("tasksOrder") or {}).get(kind) or []
    places = {task_id: place for place, task_id in enumerate(order)}
    return sorted(document["tasks"][kind], key=lambda task: places.get(task.get("id") or task.get("_id"), len(places)))


class _Reader:
    """What the tasks of one file share: the person's tags, their zone, and when their day begins."""

    def __init__(self, content: Content, document: dict[str, Any], today: date) -> None:
        preferences = document.get("preferences") or {}
        self._content = content
        self._today = today
        self._tags = {tag["id"]: tag["name"] for tag in document.get("tags") or []}
        self._zone = timezone(-timedelta(minutes=int(preferences.get("timezoneOffset") or 0)))
        self._day_start = timedelta(hours=int(preferences.get("dayStart") or 0))

    def habits(self, task: dict[str, Any]) -> list[FoundHabit]:
        """A habit with a plus; one with a minus is a limit of none; one with both becomes two."""
        name, history = task["text"], list(self._history(task))
        known = [(day, row) for day, row in history if "scoredUp" in row or "scoredDown" in row]
        if len(known) < len(history):
            self._content.note(name, f"{len(history) - len(known)} old rows only hold averages and are left out.")
        ups, downs, both = task.get("up", True), task.get("down", False), task.get("up") and task.get("down")
        found = []
        if both:
            self._content.note(name, "It has a plus and a minus; the minus becomes a habit of its own.")
        if ups or not downs:
            found.append(self._plus(task, name, _counted(known, "scoredUp")))
        if downs:
            found.append(self._minus(task, f"{name} (minus)" if both else name, _counted(known, "scoredDown")))
        return found

    def _plus(self, task: dict[str, Any], name: str, counts: Counter[date]) -> FoundHabit:
        numeric = max(counts.values(), default=0) > 1
        if numeric:
            self._content.note(name, "It has no target there; it becomes at least once a day.")
        diary = Diary(self._content, self._today, numeric=numeric)
        for day, count in counts.items():
            if count:
                diary.say(name, day, Said("done", float(count)))
        return self._found(task, name, diary, unit="times", target=1.0)

    def _minus(self, task: dict[str, Any], name: str, counts: Counter[date]) -> FoundHabit:
        diary = Diary(self._content, self._today, numeric=True)
        for day, count in counts.items():
            diary.say(name, day, Said("done", float(count)))
        return self._found(task, name, diary, unit="times", target=0.0, direction="at_most")

    def daily(self, task: dict[str, Any]) -> FoundHabit:
        """A daily; its checklist goes into the description."""
        name = task["text"]
        diary = Diary(self._content, self._today, numeric=False)
        days: dict[date, bool] = {}
        for day, row in self._history(task):
            if row.get("completed") or row.get("isDue"):
                days[day] = days.get(day, False) or bool(row.get("completed"))
        for day, done in days.items():
            if done or day < self._today:
                diary.say(name, day, Said("done" if done else "missed"))
        schedule, changed = _schedule(task)
        if changed:
            self._content.note(name, changed)
        started = iso_day(task.get("startDate") or "")
        start = min(started, self._today) if started else None
        return self._found(task, name, diary, schedule=schedule, start_date=start)

    def _found(self, task: dict[str, Any], name: str, diary: Diary, **given: Any) -> FoundHabit:
        steps = [f"- {item['text']}" for item in task.get("checklist") or []]
        if steps:
            self._content.note(name, "Its checklist goes into the description.")
        return diary.habit(
            name,
            description="\n".join(filter(None, [task.get("notes") or "", *steps])),
            tags=[self._tags[tag] for tag in task.get("tags") or [] if tag in self._tags],
            reminders=sorted({self._wall(item["time"]) for item in task.get("reminders") or [] if item.get("time")}),
            **given,
        )

    def _history(self, task: dict[str, Any]) -> Iterator[tuple[date, dict[str, Any]]]:
        for row in task.get("history") or []:
            at = datetime.fromtimestamp(int(row["date"]) / 1000, UTC).astimezone(self._zone)
            yield (at - self._day_start).date(), row

    def _wall(self, instant: str) -> str:
        at = datetime.fromisoformat(instant)
        return (at.astimezone(self._zone) if at.tzinfo else at).strftime("%H:%M")


def _counted(rows: list[tuple[date, dict[str, Any]]], name: str) -> Counter[date]:
    counts: Counter[date] = Counter()
    for day, row in rows:
        counts[day] += int(row.get(name) or 0)
    return counts


def _schedule(task: dict[str, Any]) -> tuple[Schedule, str | None]:
    """The nearest of ours, and a sentence where it is not just that."""
    every = int(task.get("everyX", 1))
    found = _with_step_one(task, every)
    exact = every == 1 or (task.get("frequency") == "daily" and isinstance(found, Every))
    if isinstance(found, Every) and task.get("frequency") == "weekly" and len(_weekdays(task)) <= 1:
        exact = True
    if exact and task.get("frequency") != "yearly":
        return found, None
    return found, f"Every {every} × {task.get('frequency')} has no equal here; it becomes {describe(found)}."


def _with_step_one(task: dict[str, Any], every: int) -> Schedule:
    days = _weekdays(task)
    match task.get("frequency"):
        case "daily" if 1 < every <= 365:
            return Every(n=every, unit="day")
        case "weekly" if 1 < every <= 52:
            return Every(n=every, unit="week")
        case "weekly" if days:
            return Daily() if len(days) == 7 else Weekdays(days=days)
        case "monthly" if task.get("daysOfMonth"):
            return Monthly(days=tuple(task["daysOfMonth"]))
        case "monthly" if task.get("weeksOfMonth") and len(days) == 1:
            return Monthly.model_validate({"nth": int(task["weeksOfMonth"][0]) + 1, "weekday": days[0]})
        case "monthly":
            return PerPeriod(times=1, period="month")
        case "yearly":
            return Every(n=365, unit="day")
    return Daily()


def _weekdays(task: dict[str, Any]) -> tuple[Weekday, ...]:
    repeat = task.get("repeat") or {}
    return tuple(name for letter, name in REPEAT.items() if repeat.get(letter))
