"""harsh's two text files: `habits` with how often, `log` with what was done. Either one alone is taken, too."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from habit_coach import clock
from habit_coach.clock import LivesSomewhere
from habit_coach.habits.bulk import Said
from habit_coach.habits.schedule import Daily, PerPeriod, Schedule
from habit_coach.transfer.content import Content, Diary, FoundHabit, iso_day, number
from habit_coach.transfer.files import Files
from habit_coach.transfer.schedules import nearest

APP = "harsh"
STATES = {"y": "done", "n": "missed", "s": "skipped"}
DAYS = {"d": 1, "w": 7, "m": 30, "q": 91, "y": 365}
LOGGED = re.compile(r"(?P<day>\d{4}-\d\d-\d\d) *: *(?P<name>.+?) *: *(?P<state>[yns])(?: *:(?P<rest>.*))?")
LISTED = re.compile(r"(?P<name>[^#!:][^:]*?) *: *(?P<often>\d+(?:/\d+)?[dwmqy]?) *(?:: *(?P<end>\d{4}-\d\d-\d\d) *)?")


@dataclass(slots=True)
class _Listed:
    often: str = ""
    group: str = ""
    end: str = ""
    lines: list[tuple[str, re.Match[str]]] = field(default_factory=list)


def recognises(files: Files) -> bool:
    return len(files.names) <= 10 and any(_kind(files, name) for name in files.names)


def read(files: Files, user: LivesSomewhere) -> Content:
    """The habits in the order of the habits file, under its headings as groups."""
    content = Content(APP)
    listed: defaultdict[str, _Listed] = defaultdict(_Listed)
    for kind in ("habits", "log"):
        for name in files.names:
            if _kind(files, name) == kind:
                (_read_habits if kind == "habits" else _read_log)(files, name, listed, content)
    for name, habit in listed.items():
        content.habits.append(_habit(content, name, habit, clock.today(user)))
    return content


def _kind(files: Files, name: str) -> str | None:
    """Which of the two files it is, when every line that ends within its head is of that form."""
    head = files.head(name)
    lines = head.splitlines() if len(head) < 3_000 else head.splitlines()[:-1]
    lines = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if lines and all(LOGGED.fullmatch(line) for line in lines):
        return "log"
    if lines and all(line.startswith("!") or LISTED.fullmatch(line) for line in lines):
        return "habits" if any(LISTED.fullmatch(line) for line in lines) else None
    return None


def _read_habits(files: Files, name: str, listed: defaultdict[str, _Listed], content: Content) -> None:
    group = ""
    for row, line in enumerate(files.text(name).splitlines(), start=1):
        words = line.strip()
        found = LISTED.fullmatch(words)
        if words.startswith("!"):
            group = words[1:].strip()
        elif found:
            habit = listed[found["name"].strip()]
            habit.often, habit.group, habit.end = found["often"], group, found["end"] or ""
        elif words and not words.startswith("#"):
            content.note(f"{name}, line {row}", f"“{words[:60]}” is not a habit with how often.")


def _read_log(files: Files, name: str, listed: defaultdict[str, _Listed], content: Content) -> None:
    for row, line in enumerate(files.text(name).splitlines(), start=1):
        found = LOGGED.fullmatch(line.strip())
        if found:
            listed[found["name"].strip()].lines.append((f"{name}, line {row}", found))
        elif line.strip() and not line.lstrip().startswith("#"):
            content.note(f"{name}, line {row}", f"“{line.strip()[:60]}” is not a day of a habit.")


def _habit(content: Content, name: str, habit: _Listed, today: date) -> FoundHabit:
    said = [(where, line, *_comment_and_amount(line["rest"] or "")) for where, line in habit.lines]
    amounts = [amount for _, line, _, amount in said if amount and line["state"] == "y"]
    diary = Diary(content, today, numeric=bool(amounts))
    for where, line, comment, amount in said:
        day = iso_day(line["day"])
        if day is None:
            content.note(where, f"“{line['day']}” is not a day.")
        else:
            diary.say(where, day, Said(STATES[line["state"]], amount, comment))
    if amounts:
        content.note(name, f"harsh has no targets; it becomes {min(amounts):g}, the least amount of a day that counts.")
    return diary.habit(
        name,
        target=min(amounts, default=None),
        schedule=_schedule(content, name, habit.often),
        group=habit.group,
        archived=bool(habit.end) and habit.end <= today.isoformat(),
    )


def _comment_and_amount(rest: str) -> tuple[str, float | None]:
    """The last cell is the amount; a comment may hold colons of its own."""
    comment, colon, amount = rest.rpartition(":")
    if not colon:
        return rest.strip(), None
    if amount.strip() and number(amount) is None:
        return rest.strip(), None
    return comment.strip(), number(amount)


def _schedule(content: Content, name: str, often: str) -> Schedule:
    if not often:
        content.note(name, "Only its log is there, which does not say how often: it becomes daily.")
        return Daily()
    if often == "0":
        content.note(name, "It is only tracked and never due; here it becomes once a month.")
        return PerPeriod(times=1, period="month")
    length, unit = (often[:-1], often[-1]) if often[-1] in DAYS else (often, "d")
    times, _, days = length.rpartition("/")
    schedule, changed = nearest(int(times or 1), int(days) * DAYS[unit])
    if changed:
        content.note(name, changed)
    return schedule
