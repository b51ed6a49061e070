"""What the habit's page remembers and does."""

import asyncio
import json
from dataclasses import fields
from uuid import UUID

import reflex as rx
from reflex.experimental.client_state import ClientStateVar

from habit_coach import clock, db
from habit_coach.errors import NotFound
from habit_coach.habits import habit as habits
from habit_coach.habits.entry import Change
from habit_coach.habits.models import State
from habit_coach.predictions import hindsight, serving
from habit_coach.ui.arguments import an_id
from habit_coach.ui.components.bars import Bar, Profile
from habit_coach.ui.components.surfaces import close_dialog, open_dialog
from habit_coach.ui.pages.habit import editing
from habit_coach.ui.pages.habit.calendar import DayRow, Year
from habit_coach.ui.pages.habit.editing import Editor, Undo
from habit_coach.ui.pages.habit.outlook import NOTHING, Outlook, outlook_of
from habit_coach.ui.pages.habit.reading import NoteRow, Shown, Wish, read
from habit_coach.ui.pages.habit.rows import CheckIn, Head, Tile
from habit_coach.ui.pending import settle
from habit_coach.ui.session import signed_in

EDITOR = "day-editor"
# Kept by the browser: what is being typed outlives a server that starts anew.
day_form = ClientStateVar.create("day_form", default=Editor())
TITLE_END = " · Habit Coach"
MORE_NOTES = 20
WHOLE_CURVE = "all"
EMPTY = Shown()


class HabitPage(rx.State):
    """One habit, the one in the page's address."""

    found: str = "loading"
    head: Head = EMPTY.head
    check_in_today: CheckIn = EMPTY.check_in_today
    tiles: list[Tile] = []
    outlook: Outlook = NOTHING
    year: Year = EMPTY.year
    years: list[tuple[str, str]] = []
    curve: dict = {}
    long_curve: bool = False
    curve_words: str = ""
    curve_span: str = "year"
    streaks: list[Bar] = []
    month_totals: list[Bar] = []
    year_totals: list[Bar] = []
    weekdays: Profile = EMPTY.weekdays
    hours: Profile = EMPTY.hours
    month: str = ""
    months: list[tuple[str, str]] = []
    days: list[DayRow] = []
    notes: list[NoteRow] = []
    more_notes: bool = False
    today: str = ""
    chosen_year: str = Wish.year
    _chosen_month: str = ""
    _notes: int = Wish.notes
    _undo: Undo | None = None

    @rx.event
    async def load(self):
        # Years of entries take longer than the event loop may be held.
        await asyncio.to_thread(_show, self)
        if self.found != "here":
            return None
        return [rx.call_script(f"document.title = {json.dumps(self.head.name + TITLE_END)}"), HabitPage.predict]

    @rx.event
    async def predict(self):
        """Say how likely the next due day is; the page does not wait for it."""
        now = await asyncio.to_thread(_outlook, self)
        if self.outlook != now:
            self.outlook = now

    @rx.event
    def leave(self):
        """The next habit opens with an empty page, not with this one's rows."""
        self.reset()

    @rx.event
    def choose_year(self, choice: str):
        self.chosen_year = choice
        return HabitPage.load

    @rx.event
    def choose_curve(self, span: str):
        self.curve_span = span
        return HabitPage.load

    @rx.event
    def choose_month(self, first: str):
        self._chosen_month = first
        return HabitPage.load

    @rx.event
    def show_older_notes(self):
        self._notes += MORE_NOTES
        return HabitPage.load

    @rx.event
    async def check_in(self, habit_id: str):
        return await _tap(self, habit_id, Change(state=State.done), "done")

    @rx.event
    async def undo_check_in(self, habit_id: str):
        return await _tap(self, habit_id, None, "open again")

    @rx.event
    async def add(self, habit_id: str, amount: float):
        return await _tap(self, habit_id, Change(increment=amount, state=State.done))

    @rx.event
    def edit_today(self, _habit_id: str):
        return HabitPage.open_day(self.today)

    @rx.event
    def open_day(self, day: str):
        with db.session() as session:
            user = signed_in(session, self)
            opened = editing.open_day(session, user, _habit_id(self), editing.day_from(day))
        return [day_form.push(opened), open_dialog(EDITOR)]

    @rx.event
    def open_chosen_day(self, form: dict):
        return HabitPage.open_day(str(form.get("day", "")))

    @rx.event
    async def save_day(self, form: dict):
        day = editing.day_from(str(form.get("day", "")))
        async with db.writing_session() as session:
            user = signed_in(session, self)
            before = editing.save(session, user, _habit_id(self), day, form)
        self._undo = before
        undo = {"label": "Undo", "on_click": HabitPage.undo}
        words = editing.saved_words(day, form, self.head.unit)
        return [close_dialog(EDITOR), HabitPage.load, rx.toast(words, action=undo, id="undo", duration=6000)]

    @rx.event
    async def undo(self):
        undo = self._undo
        if undo is None:
            return None
        async with db.writing_session() as session:
            user = signed_in(session, self)
            editing.take_back(session, user, undo)
        self._undo = None
        return HabitPage.load

    @rx.event
    def take_up_again(self):
        with db.session(writes=True) as session:
            user = signed_in(session, self)
            habits.unarchive(session, user, _habit_id(self))
        return HabitPage.load


def _wish(page: HabitPage) -> Wish:
    return Wish(page.chosen_year, page._chosen_month, page._notes, page.curve_span == WHOLE_CURVE)


async def _tap(page: HabitPage, habit_id: str, change: Change | None, said: str = "") -> list:
    """Write what a tap says of today. What a counter's minus takes back needs no toast."""
    await asyncio.to_thread(_write_today, page, an_id(habit_id), change)
    await asyncio.to_thread(_show, page)
    undo = {"label": "Undo", "on_click": HabitPage.undo}
    toast = [rx.toast(f"{page.head.name}: {said}.", action=undo, id="undo", duration=6000)] if said else []
    return [settle(habit_id), *toast, HabitPage.predict]


def _write_today(page: HabitPage, habit_id: UUID, change: Change | None) -> None:
    with db.session(writes=True) as session:
        page._undo = editing.tap(session, signed_in(session, page), habit_id, change)


def _outlook(page: HabitPage) -> Outlook:
    with db.session() as session:
        user = signed_in(session, page)
        said = serving.of(session, user, _habit_id(page))
        before = hindsight.of(session, user, _habit_id(page))
        today = clock.today(user)
    with db.session(writes=True) as session:
        serving.record(session, said.log)
    return outlook_of(said.predictions[0], before, today)


def _habit_id(state: HabitPage) -> UUID:
    """The habit in the page's address. Raises NotFound for what is no id at all."""
    return an_id(state.router.url.path.rstrip("/").rsplit("/", 1)[-1])


def _show(state: HabitPage) -> None:
    with db.session() as session:
        user = signed_in(session, state)
        try:
            shown = read(session, user, _habit_id(state), _wish(state))
        except NotFound:
            shown = None
    if shown is None:
        state.reset()
        state.found = "missing"
        return
    for field in fields(Shown):
        now = getattr(shown, field.name)
        if getattr(state, field.name) != now:
            setattr(state, field.name, now)
    state.found = "here"
