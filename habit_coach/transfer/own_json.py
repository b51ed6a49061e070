"""Our own JSON: an account whole, with a version; docs/export-format.md describes it."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import Annotated, Any, BinaryIO, Literal, NamedTuple, NotRequired, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import select
from sqlmodel import Session
from typing_extensions import TypedDict  # the one that pydantic asks for below Python 3.12

from habit_coach import clock
from habit_coach.accounts.models import User
from habit_coach.accounts.users import Profile
from habit_coach.clock import LivesSomewhere
from habit_coach.errors import Invalid
from habit_coach.habits import habit as habits
from habit_coach.habits import pauses
from habit_coach.habits.bulk import Said
from habit_coach.habits.drafts import draft_from
from habit_coach.habits.entry import TABLE
from habit_coach.habits.habit import PLAIN
from habit_coach.habits.models import Habit, PauseRow
from habit_coach.habits.plan import Direction, Kind, Pause, Rule, State
from habit_coach.habits.rows import rules_of
from habit_coach.habits.schedule import Schedule
from habit_coach.notifications import preferences
from habit_coach.reports import weekly
from habit_coach.transfer.content import Content, Diary, FoundHabit
from habit_coach.transfer.files import Files, parsed

APP = "Habit Coach"
FORMAT: Literal["habit-coach"] = "habit-coach"
VERSION = 1
FILENAME = "habit-coach.json"
PROFILE = tuple(part.name for part in fields(Profile))
DEFAULT_SOURCE = "import"
HABITS = '"habits": ['
OPENING = re.compile(r'\s*\{\s*"format"\s*:\s*"habit-coach"')
PartT = TypeVar("PartT", bound=BaseModel)


class _Place(NamedTuple):
    timezone: str
    day_start: int


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RulePart(_Part):
    """What counted from `since` on."""

    since: date
    schedule: Schedule
    target: float | None = None
    direction: Direction = "at_least"


class PausePart(_Part):
    """Days on which nothing was asked, both included; open without `last`."""

    first: date
    last: date | None = None


class EntryPart(TypedDict):  # there are thousands, and a model of each would take six times as long
    """What was said of one local day, and when."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    day: date
    state: State
    value: NotRequired[float | None]
    note: NotRequired[str]
    source: NotRequired[Annotated[str, Field(max_length=20)]]
    said_at: NotRequired[AwareDatetime | None]


class HabitPart(_Part):
    """A habit with its whole history. `rules` ascend; the last one is today's."""

    name: str
    kind: Kind
    unit: str = ""
    description: str = ""
    icon: str = ""
    color: str
    group: str = ""
    tags: list[str] = []
    reminders: list[str] = []
    remind_only_if_open: bool = True
    start_date: date
    created_at: AwareDatetime | None = None
    archived_at: AwareDatetime | None = None
    rules: list[RulePart] = Field(min_length=1)
    pauses: list[PausePart] = []
    entries: list[EntryPart] = []

    @model_validator(mode="after")
    def _rules_ascend(self) -> "HabitPart":
        days = [rule.since for rule in self.rules]
        if days != sorted(set(days)):
            raise ValueError("The rules of a habit ascend by the day from which they count.")
        return self


class NotificationsPart(_Part):
    """What the person wants of their notifications; quiet hours are wall times ("22:00"), both or neither."""

    quiet_from: str | None = None
    quiet_until: str | None = None
    by_email: list[str] = []
    nudges: bool = True


class ReportPart(_Part):
    """When the person wants their weekly report; `weekday` null is the first day of their week."""

    wanted: bool = True
    weekday: int | None = Field(None, ge=0, le=6)
    hour: int = Field(8, ge=0, le=23)


class AccountPart(_Part):
    """Whose export it is; without the e-mail address it says nothing about the person."""

    email: str = ""
    name: str = ""
    timezone: str = "UTC"
    day_start: int = Field(0, ge=0, le=6)
    week_start: int = Field(0, ge=0, le=6)
    region: str = ""
    notifications: NotificationsPart | None = None
    report: ReportPart | None = None


class Document(_Part):
    """Everything that a person can take along: habits in their order, and pauses of the whole account."""

    format: Literal["habit-coach"]
    version: Literal[1]
    exported_at: AwareDatetime
    account: AccountPart
    pauses: list[PausePart] = []
    habits: list[HabitPart] = []


def write(session: Session, user: User, out: BinaryIO) -> None:
    """Write the whole account as JSON, one habit at a time."""
    for text in _pieces(session, user):
        out.write(text.encode("utf-8"))


def _pieces(session: Session, user: User) -> Iterator[str]:
    account = {name: getattr(user, name) for name in ("email", *PROFILE)}
    account["notifications"] = _described(NotificationsPart, preferences.of(session, user))
    account["report"] = _described(ReportPart, weekly.settings_of(session, user))
    every_pause = sorted(pauses.listed(session, user), key=lambda pause: (pause.first, pause.last or date.max))
    of_all = [_pause(pause) for pause in every_pause if pause.habit_id is None]
    head = {"format": FORMAT, "version": VERSION, "exported_at": clock.now().isoformat(), "account": account}
    yield json.dumps(head | {"pauses": of_all}, ensure_ascii=False)[:-1] + f", {HABITS}"
    for number, habit in enumerate(habits.listed(session, user, archived=None)):
        own = [_pause(pause) for pause in every_pause if pause.habit_id == habit.id]
        yield (",\n" if number else "\n") + json.dumps(_habit(session, habit, own), ensure_ascii=False)
    yield "\n]}\n"


def _described(part: type[_Part], kept: object) -> dict[str, Any]:
    return part.model_validate(kept, from_attributes=True).model_dump(mode="json")


def _habit(session: Session, habit: Habit, own: list[dict[str, Any]]) -> dict[str, Any]:
    rules = [
        {"since": rule.since.isoformat(), "schedule": rule.schedule.model_dump(mode="json")}
        | {"target": rule.target, "direction": rule.direction}
        for rule in rules_of(habit)
    ]
    described = {name: getattr(habit, name) for name in ("kind", *PLAIN)}
    return described | {
        "start_date": habit.start_date.isoformat(),
        "created_at": habit.created_at.isoformat(),
        "archived_at": habit.archived_at and habit.archived_at.isoformat(),
        "rules": rules,
        "pauses": own,
        "entries": list(_entries(session, habit)),
    }


def _entries(session: Session, habit: Habit) -> Iterator[dict[str, Any]]:
    """The days, oldest first, without what is empty."""
    of = (TABLE.c.day, TABLE.c.state, TABLE.c.value, TABLE.c.note, TABLE.c.source, TABLE.c.created_at)
    query = select(*of).where(TABLE.c.user_id == habit.user_id, TABLE.c.habit_id == habit.id).order_by(TABLE.c.day)
    for day, state, value, note, source, said_at in session.execute(query):
        entry = {"day": day.isoformat(), "state": state, "said_at": said_at.isoformat()}
        if source != DEFAULT_SOURCE:
            entry["source"] = source
        if value is not None:
            entry["value"] = value
        if note:
            entry["note"] = note
        yield entry


def _pause(pause: PauseRow) -> dict[str, Any]:
    return {"first": pause.first.isoformat(), "last": pause.last and pause.last.isoformat()}


def recognises(files: Files) -> bool:
    if FILENAME in files.names or (len(files.names) == 1 and OPENING.match(files.head(files.names[0]))):
        return True
    document = files.document
    return isinstance(document, dict) and document.get("format") == FORMAT


def read(files: Files, user: LivesSomewhere) -> Content:
    """The account as it was exported. Raises Invalid for another version, or where it was changed by hand."""
    name = FILENAME if FILENAME in files.names else files.names[0]
    document = _document(files, name)
    if document.get("version") != VERSION:
        raise Invalid(
            f"This export has version {document.get('version')!r}; this Habit Coach reads {VERSION}. Update it first."
        )
    found = document.pop("habits", [])
    whole = _valid(Document, document, files.filename, "")
    said = whole.account
    if said.timezone not in clock.zones():
        raise Invalid(f"{files.filename} names the time zone {said.timezone}, which is not known. Correct it there.")
    profile = Profile(**{name: getattr(said, name) for name in PROFILE})
    content = Content(
        APP,
        pauses=_pauses(whole.pauses),
        profile=profile,
        notifications=said.notifications.model_dump() if said.notifications else {},
        report=said.report.model_dump() if said.report else {},
    )
    today = max(clock.today(user), clock.today(_Place(said.timezone, said.day_start)))
    for number, habit in enumerate(found):
        part = _valid(HabitPart, habit, files.filename, f"habits / {number} / ")
        content.habits.append(_found(content, part, today))
    return content


def _document(files: Files, name: str) -> dict[str, Any]:
    """The document, with its habits still as text where each has a line of its own, as `write` leaves them.

    So the years of one habit are in memory at a time, not those of all. Anything else is read as any JSON.
    """
    first, *lines = files.text(name).rstrip().split("\n")
    if not first.endswith(HABITS) or not lines or lines[-1] != "]}":
        document = files.json(name)
        return document if isinstance(document, dict) else {}
    document = parsed(f"{first}]}}", name)
    return {**document, "habits": [line.rstrip(",") for line in lines[:-1]]}


def _valid(model: type[PartT], given: Any, filename: str, place: str) -> PartT:
    """The part, from JSON as text or as it was read. Raises Invalid with the place of what is wrong."""
    try:
        return model.model_validate_json(given) if isinstance(given, str) else model.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place += " / ".join(str(part) for part in first["loc"])
        raise Invalid(f"{filename} cannot be read at {place}: {first['msg']}.") from None


def _found(content: Content, habit: HabitPart, today: date) -> FoundHabit:
    diary = Diary(content, today, numeric=habit.kind == "numeric")
    for one in habit.entries:
        note, source = one.get("note", ""), one.get("source", DEFAULT_SOURCE)
        said = Said(one["state"], one.get("value"), note, one.get("said_at"), source)
        diary.say(habit.name, one["day"], said)
    *_, now = rules = tuple(Rule(one.since, one.schedule, one.target, one.direction) for one in habit.rules)
    draft = draft_from(
        {name: getattr(habit, name) for name in ("kind", "start_date", *PLAIN)}
        | {"schedule": now.schedule, "target": now.target, "direction": now.direction}
    )
    return FoundHabit(
        draft,
        diary.entries,
        archived=habit.archived_at is not None,
        rules=rules,
        pauses=_pauses(habit.pauses),
        created_at=habit.created_at,
        archived_at=habit.archived_at,
    )


def _pauses(parts: list[PausePart]) -> tuple[Pause, ...]:
    return tuple(Pause(part.first, part.last) for part in parts)
