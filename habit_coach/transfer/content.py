"""What a file holds, in our own terms: habits, entries and pauses, and notes on what could not be carried as it was."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from habit_coach.accounts.users import Profile
from habit_coach.errors import Invalid
from habit_coach.habits.bulk import Said
from habit_coach.habits.drafts import COLORS, EARLIEST, LARGEST, HabitDraft, draft_from
from habit_coach.habits.entry import LONGEST_NOTE
from habit_coach.habits.plan import Pause, Rule

MOST_NOTES = 200
LONGEST = {"name": 120, "description": 2000, "icon": 16, "unit": 24, "group": 60}
MOST = {"tags": 20, "reminders": 12}


def only_noted(note: str, *, numeric: bool) -> Said:
    """A note on a day without an answer needs an entry: one that counts as little as the blank day did."""
    return Said("done", 0.0, note) if numeric else Said("missed", None, note)


class Note(NamedTuple):
    """Why something is not carried as it was; `where` is a habit, a file or a row of one."""

    where: str
    text: str


@dataclass(slots=True)
class FoundHabit:
    """A habit as a file describes it. Our own export also knows its earlier `rules`, its pauses and its instants."""

    draft: HabitDraft
    entries: dict[date, Said] = field(default_factory=dict)
    archived: bool = False
    rules: tuple[Rule, ...] = ()
    pauses: tuple[Pause, ...] = ()
    created_at: datetime | None = None
    archived_at: datetime | None = None


@dataclass(slots=True)
class Content:
    """Everything that one file holds, habits in their order, pauses of the whole account apart.

    `profile`, and what is wanted of `notifications` and of the `report`, are taken over by an account without habits.
    """

    app: str
    habits: list[FoundHabit] = field(default_factory=list)
    pauses: tuple[Pause, ...] = ()
    profile: Profile | None = None
    notifications: dict[str, Any] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    unwritten: int = 0

    def note(self, where: str, text: str) -> None:
        """Tell the person; beyond 200 notes they are only counted, so that a broken file stays readable."""
        if len(self.notes) < MOST_NOTES:
            self.notes.append(Note(where, text))
        else:
            self.unwritten += 1


class Diary:
    """The days of one habit as a file gives them, held against what an entry may be."""

    def __init__(self, content: Content, today: date, *, numeric: bool) -> None:
        self.entries: dict[date, Said] = {}
        self._content = content
        self._today = today
        self._numeric = numeric

    def say(self, where: str, day: date, said: Said) -> None:
        """Take over what is said of `day`, or note why not. A day said twice keeps what was said last."""
        _, value, note, _, _ = said
        if not EARLIEST <= day <= self._today or not (value is None or 0 <= value <= LARGEST):
            self._content.note(where, self._refusal(day))
            return
        if note:
            said = said._replace(note=self._fitted(where, day, note))
        if value is not None and not self._numeric:
            said = said._replace(value=None)
        before = self.entries.setdefault(day, said)
        if before is not said:
            if not before.same_as(said):
                self._content.note(where, f"{day} is there twice; the later row counts.")
            self.entries[day] = said

    def habit(self, name: str, *, archived: bool = False, **given: Any) -> FoundHabit:
        """The habit of these days, from what the file says of it; whatever does not fit is made to, with a note.

        Unit, target and direction count where it is numeric. Raises Invalid for what cannot be mended.
        """
        fitted = _fitted({"name": name, **given}, lambda text: self._content.note(name, text), numeric=self._numeric)
        fitted["start_date"] = min([*self.entries, fitted.get("start_date") or self._today])
        try:
            draft = draft_from({name: value for name, value in fitted.items() if value is not None})
        except Invalid as error:
            raise Invalid(f"The habit “{name}” cannot be read: {error.message}") from None
        return FoundHabit(draft, self.entries, archived)

    def _refusal(self, day: date) -> str:
        if day > self._today:
            return f"{day} is still to come and is left out."
        if day < EARLIEST:
            return f"{day} is before {EARLIEST} and is left out."
        return f"The number of {day} is not between 0 and {LARGEST:,.0f}; the day is left out."

    def _fitted(self, where: str, day: date, note: str) -> str:
        if len(note) > LONGEST_NOTE:
            self._content.note(where, f"The note of {day} is cut to {LONGEST_NOTE} characters.")
        return clean(note)[:LONGEST_NOTE]


def iso_day(text: str) -> date | None:
    """The day of `2026-07-04`, also where a time follows it."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def number(text: str) -> float | None:
    """The number that a cell holds."""
    try:
        return float(text)
    except ValueError:
        return None


def middle(amounts: list[float]) -> float:
    """The middle amount, for apps that do not tell the target: about half of the days will meet it."""
    return sorted(amounts)[len(amounts) // 2]


def clean(text: str) -> str:
    """The text without what no database keeps: NUL characters and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def _fitted(given: dict[str, Any], note: Callable[[str], None], *, numeric: bool) -> dict[str, Any]:
    fitted: dict[str, Any] = {name: clean(value) if isinstance(value, str) else value for name, value in given.items()}
    fitted["name"] = str(fitted.get("name") or "").strip() or "Unnamed habit"
    for name, most in LONGEST.items():
        if len(fitted.get(name) or "") > most:
            note(f"The {name} is cut to {most} characters.")
            fitted[name] = fitted[name][:most]
    fitted["tags"] = [clean(tag)[:40] for tag in fitted.get("tags") or []]
    for name, most in MOST.items():
        if len(fitted.get(name) or []) > most:
            note(f"Only the first {most} {name} are kept.")
            fitted[name] = fitted[name][:most]
    fitted["color"] = _color(fitted.get("color"))
    if numeric:
        target = _target(fitted.get("target"), fitted.get("direction", "at_least"), note)
        fitted |= {"kind": "numeric", "target": target}
    else:
        fitted |= {"kind": "binary", "unit": None, "target": None, "direction": None}
    return fitted


def _color(color: str | None) -> str:
    text = (color or "").lower()
    return text if len(text) == 7 and text[0] == "#" and all(c in "0123456789abcdef" for c in text[1:]) else COLORS[5]


def _target(target: float | None, direction: str, note: Callable[[str], None]) -> float:
    if target is None or not math.isfinite(target) or not 0 <= target <= LARGEST:
        note("The file has no target that can be used; it becomes 1.")
        return 1.0
    if target == 0 and direction == "at_least":
        note("A target of at least 0 is always met; it becomes 1.")
        return 1.0
    return target
