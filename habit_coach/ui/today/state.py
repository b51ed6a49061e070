"""What can be done on Today. Each handler finds out anew who is asking, and the use cases check the rest."""

import asyncio
from dataclasses import dataclass
from datetime import date
from secrets import token_hex

import reflex as rx
from reflex.experimental.client_state import ClientStateVar

from habit_coach import clock, db
from habit_coach.accounts import users
from habit_coach.accounts.models import User
from habit_coach.errors import Invalid, NotFound
from habit_coach.habits import entry
from habit_coach.habits import today as use_case
from habit_coach.habits.entry import Change, Written
from habit_coach.habits.habit import owned
from habit_coach.habits.models import State
from habit_coach.habits.plan import DAY
from habit_coach.habits.today import Day, Line
from habit_coach.predictions import serving
from habit_coach.predictions import today as outlook
from habit_coach.ui import formats
from habit_coach.ui.arguments import a_day, an_id
from habit_coach.ui.components.surfaces import close_dialog, open_dialog
from habit_coach.ui.pending import settle
from habit_coach.ui.row_by_row import RowByRow
from habit_coach.ui.session import signed_in
from habit_coach.ui.today import rows, tips
from habit_coach.ui.today.rows import Group, Head, Risk, Row, Score


@dataclass(frozen=True)
class Opened:
    """The form for one entry, as it opens; `key` is new each time, and empties its fields."""

    key: str = ""
    habit_id: str = ""
    day: str = ""
    name: str = ""
    numeric: bool = False
    unit: str = ""
    value: str = ""
    state: str = State.done
    note: str = ""


# Kept by the browser: what is being typed outlives a server that starts anew.
entry_form = ClientStateVar.create("entry_form", default=Opened())
NOBODY_YET = Head("", "", "", "", "", "", False, [], "")
EDITOR = "entry"


class Today(RowByRow, rx.State):
    head: Head = NOBODY_YET
    score: Score = Score(0, 0, 0, "")
    rows: dict[str, Row] = {}
    groups: list[Group] = []
    others: list[Group] = []
    risks: dict[str, Risk] = {}
    count: int = 0
    other_count: int = 0
    loaded: bool = False
    tip: str = ""

    _before: dict[str, Written | None] = {}
    _said_missed: dict[str, date] = {}

    @rx.event
    def load(self):
        """Today or, with `?day=2026-01-31` in the address, that day."""
        wanted = self.router.url.query_parameters.get("day", "")
        with db.session() as session:
            user = signed_in(session, self)
            day = use_case.of(session, user, a_day(wanted, "day") if wanted else None)
        _show(self, user, day)
        return Today.look_ahead

    @rx.event
    async def look_ahead(self):
        """Mark what may slip today; the page does not wait for it."""
        risks = await asyncio.to_thread(_risks, self)
        if self.risks != risks:
            self.risks = risks

    @rx.event
    def go(self, day: str):
        if day:
            return rx.redirect(f"/today?day={a_day(day, 'day')}")

    @rx.event
    async def check_in(self, habit_id: str):
        return await _change(self, habit_id, Change(state=State.done))

    @rx.event
    async def undo_check_in(self, habit_id: str):
        return await _change(self, habit_id, None)

    @rx.event
    async def add(self, habit_id: str, amount: float):
        return await _change(self, habit_id, Change(increment=amount, state=State.done))

    @rx.event
    async def skip(self, habit_id: str):
        return await _change(self, habit_id, Change(state=State.skipped), "skipped")

    @rx.event
    async def miss(self, habit_id: str):
        return await _change(self, habit_id, Change(state=State.missed), "marked as missed")

    @rx.event
    async def undo(self, habit_id: str, day: str):
        """Make the day's entry what it was before the last change that this page made."""
        key = f"{habit_id} {day}"
        if key not in self._before:
            raise NotFound("That is too long ago to undo here. Set the day by hand.")
        async with db.writing_session() as session:
            user = signed_in(session, self)
            entry.put_back(session, user, an_id(habit_id), a_day(day, "day"), self._before[key])
            now = use_case.of(session, user, _seen(self))
        self._before.pop(key)
        _show(self, user, now)

    @rx.event
    async def miss_yesterday(self):
        """Say of all that yesterday asked for and heard nothing of that it was missed."""
        async with db.writing_session() as session:
            user = signed_in(session, self)
            today = use_case.of(session, user)
            missed = {str(line.habit.id): today.day - DAY for line in today.lines if line.unsaid}
            for habit_id, day in missed.items():
                entry.check_in(session, user, an_id(habit_id), Change(day, state=State.missed))
            now = use_case.of(session, user)
        self._said_missed = missed
        _show(self, user, now)
        undo = {"label": "Undo", "on_click": Today.reopen_yesterday}
        return rx.toast("Yesterday is marked as missed.", action=undo, id="undo", duration=6000)

    @rx.event
    async def reopen_yesterday(self):
        """Take back what `miss_yesterday` said."""
        async with db.writing_session() as session:
            user = signed_in(session, self)
            for habit_id, day in self._said_missed.items():
                entry.remove(session, user, an_id(habit_id), day)
            now = use_case.of(session, user)
        self._said_missed = {}
        _show(self, user, now)

    @rx.event
    def take_tip(self):
        """The tip that is shown was read; the next one comes another day."""
        with db.session(writes=True) as session:
            user = signed_in(session, self)
            users.read_tip(session, user)
        self.tip = ""

    @rx.event
    def edit(self, habit_id: str):
        """Open the editor with what is stored of the day."""
        with db.session() as session:
            user = signed_in(session, self)
            habit = owned(session, user, an_id(habit_id))
            day = _seen(self) or clock.today(user)
            known = entry.read(session, habit, day)
        opened = Opened(
            key=token_hex(4),
            habit_id=habit_id,
            day=day.isoformat(),
            name=habit.name,
            numeric=habit.kind == "numeric",
            unit=habit.unit,
            value=formats.typed(known.value) if known and known.value is not None else "",
            state=known.state if known else State.done,
            note=known.note if known else "",
        )
        return [entry_form.push(opened), open_dialog(EDITOR)]

    @rx.event
    async def save(self, form: dict):
        number, day = str(form.get("value", "")).strip(), a_day(form.get("day", ""), "day")
        with db.session() as session:
            signed_in(session, self)  # whose region says how the number is read
        change = Change(
            day=day,
            value=_as_number(number) if number else None,
            state=_as_state(str(form.get("state", ""))),
            note=str(form.get("note", "")),
        )
        return [close_dialog(EDITOR), *await _change(self, str(form.get("habit", "")), change, "saved")]


def _risks(page: Today) -> dict[str, Risk]:
    with db.session() as session:
        user = signed_in(session, page)
        found, log = outlook.slipping(session, user)
    if log:
        with db.session(writes=True) as session:
            serving.record(session, log)
    return {str(one.habit_id): rows.risk(one) for one in found}


async def _change(page: Today, habit_id: str, change: Change | None, said: str = "") -> list:
    """Write `change` (None takes the entry away) for its day or the one in view, and offer to undo it."""
    key = an_id(habit_id)
    async with db.writing_session() as session:
        user = signed_in(session, page)
        day = (change.day if change else None) or _seen(page) or clock.today(user)
        before = use_case.line(session, user, key, day)
        stored = entry.read(session, before.habit, day)
        if change is None:
            entry.remove(session, user, key, day)
        else:
            entry.check_in(session, user, key, _on(day, change))
        now = use_case.of(session, user, day)
    words = _words(before, now, day, said)
    if words:
        page._before = dict(list(page._before.items())[-9:]) | {f"{habit_id} {day}": stored}
    _show(page, user, now)
    return [settle(habit_id), *words]


def _words(before: Line, now: Day, day: date, said: str) -> list:
    """The toast with its undo; none for a step of a counter, which - takes back."""
    habit_id = str(before.habit.id)
    after = next(line for line in now.lines if line.habit.id == before.habit.id)
    was_done, is_done = (line.outcome in ("kept", "extra") for line in (before, after))
    if before.habit.kind == "numeric" and not said and was_done == is_done:
        return []
    done = "done" if is_done else "open again"
    undo = {"label": "Undo", "on_click": Today.undo(habit_id, day.isoformat())}
    text = rows.milestone(before, after) or f"{before.habit.name}: {said or done}."
    return [rx.toast(text, action=undo, id="undo", duration=6000)]


def _show(page: Today, user: User, day: Day) -> None:
    """Put the day on the page; what did not change is not sent again."""
    past = day.day < day.today
    others = [line for line in day.lines if not line.asked]
    page._put_rows({str(line.habit.id): rows.row(line, past) for line in day.lines})
    values = {
        "head": rows.head(day, user.name, clock.local_hour(user)),
        "score": rows.score(day),
        "groups": rows.groups(line for line in day.lines if line.asked),
        "others": rows.groups(others),
        "count": len(day.lines),
        "other_count": len(others),
        "loaded": True,
        "tip": tips.of(user, day.today) if day.lines and not past else "",
    }
    for name, value in values.items():
        if getattr(page, name) != value:
            setattr(page, name, value)


def _on(day: date, change: Change) -> Change:
    return Change(day, change.value, change.increment, change.state, change.note)


def _seen(page: Today) -> date | None:
    """The day that the page shows, which is the one that a tap means."""
    return a_day(page.head.day, "day") if page.head.day else None


def _as_number(text: str) -> float:
    try:
        return formats.number_from(text)
    except ValueError:
        raise Invalid("That is not a number. Use digits, such as 12 or 2.5.") from None


def _as_state(text: str) -> State:
    try:
        return State(text)
    except ValueError:
        raise Invalid("Choose done, skipped or missed.") from None
