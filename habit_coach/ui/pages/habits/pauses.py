"""Pauses on the page of habits: the dialog that starts one, and the list of those that there are."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from habit_coach import clock, db
from habit_coach.accounts.models import User
from habit_coach.errors import Invalid
from habit_coach.habits import habit, pauses
from habit_coach.habits.models import PauseRow
from habit_coach.ui.arguments import a_day, an_id
from habit_coach.ui.components import fields
from habit_coach.ui.components.buttons import button, icon_button
from habit_coach.ui.components.surfaces import card, close_dialog, dialog, open_dialog
from habit_coach.ui.session import signed_in
from habit_coach.ui.words import day_in_words

DIALOG = "pause-dialog"
EVERYTHING = "Everything"


@dataclass(frozen=True)
class Row:
    """A pause in words."""

    id: str
    what: str
    when: str
    action: str = ""


@dataclass(frozen=True)
class Shown:
    """`now` are those that run or are to come."""

    now: list[Row] = field(default_factory=list)
    past: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Draft:
    """What the dialog is about. `key` changes whenever it opens, which empties its fields."""

    key: int = 0
    habit_id: str = ""
    title: str = ""
    first: str = ""


@dataclass(frozen=True)
class Errors:
    first: str = ""
    last: str = ""


class Pauses(rx.State):
    """The pauses, and the one that is being planned."""

    shown: Shown = Shown()
    draft: Draft = Draft()
    errors: Errors = Errors()

    @rx.event
    def load(self):
        with db.session() as session:
            shown = _shown(session, signed_in(session, self))
        self.shown = shown

    @rx.event
    def ask(self, habit_id: str):
        """Open the dialog for one habit or, without one, for all of them."""
        with db.session() as session:
            user = signed_in(session, self)
            name = habit.owned(session, user, an_id(habit_id)).name if habit_id else "everything"
            today = clock.today(user)
        self.draft, self.errors = Draft(self.draft.key + 1, habit_id, f"Pause {name}", today.isoformat()), Errors()
        return open_dialog(DIALOG)

    @rx.event
    def start(self, form: dict):
        habit_id = an_id(self.draft.habit_id) if self.draft.habit_id else None
        try:
            first = a_day(form.get("first", ""), "first")
            last = a_day(form["last"], "last") if form.get("last") else None
            with db.session(writes=True) as session:
                user = signed_in(session, self)
                pauses.start(session, user, first, last, habit_id)
                shown = _shown(session, user)
        except Invalid as error:
            self.errors = Errors(**error.fields)
            return None
        self.shown = shown
        return close_dialog(DIALOG)

    @rx.event
    def end(self, pause_id: str):
        _change(self, pause_id, pauses.end)

    @rx.event
    def forget(self, pause_id: str):
        _change(self, pause_id, pauses.remove)


def _change(page: Pauses, pause_id: str, act: Callable[[Session, User, UUID], object]) -> None:
    """Do this to one pause, and show what there is then."""
    with db.session(writes=True) as session:
        user = signed_in(session, page)
        act(session, user, an_id(pause_id))
        shown = _shown(session, user)
    page.shown = shown


def _shown(session: Session, user: User) -> Shown:
    today = clock.today(user)
    names = {one.id: one.name for one in habit.listed(session, user, archived=None)}
    shown = [row for row in pauses.listed(session, user) if row.habit_id is None or row.habit_id in names]
    over = [row for row in shown if row.last is not None and row.last < today]
    return Shown(
        now=[_row(row, names, today) for row in reversed(shown) if row not in over],
        past=[_row(row, names, today) for row in over],
    )


def _row(row: PauseRow, names: dict[UUID, str], today: date) -> Row:
    what = names[row.habit_id] if row.habit_id else EVERYTHING
    first = day_in_words(row.first, today)
    if row.last is None:
        when = f"since {first}" if row.first < today else f"from {first} on"
    else:
        when = first if row.first == row.last else f"{first} to {day_in_words(row.last, today)}"
    return Row(str(row.id), what, when[0].upper() + when[1:], "End it" if row.first < today else "Take it back")


def pause_dialog() -> rx.Component:
    return dialog(
        DIALOG,
        Pauses.draft.title,
        fields.form(
            rx.el.p(
                "Nothing is due on these days. A streak neither breaks nor grows, and no rate goes down.",
                class_name="muted",
            ),
            rx.el.div(
                fields.field(
                    "First day", "first", type="date", default_value=Pauses.draft.first, error=Pauses.errors.first
                ),
                fields.field("Last day", "last", type="date", hint="Empty: until you end it", error=Pauses.errors.last),
                class_name="form-row",
            ),
            rx.el.div(
                button("Cancel", data_closes=""),
                button("Pause", type="submit", look="primary"),
                class_name="form-actions",
            ),
            on_submit=Pauses.start,
            no_validate=True,
            key=Pauses.draft.key,
        ),
    )


def card_of_pauses() -> rx.Component:
    """The pauses that run or are to come, and those that are over; nothing when there are none."""
    return rx.cond(
        Pauses.shown.now.length() + Pauses.shown.past.length() > 0,
        card(
            rx.cond(
                Pauses.shown.now,
                rx.el.ul(rx.foreach(Pauses.shown.now, _running)),
                rx.el.p("Nothing is paused.", class_name="muted"),
            ),
            rx.cond(Pauses.shown.past, _past()),
            title="Pauses",
        ),
    )


def _running(row: rx.Var[Row]) -> rx.Component:
    return rx.el.li(
        _words(row),
        button(row.action, small=True, on_click=Pauses.end(row.id)),
        class_name="pause-row",
        key=row.id,
    )


def _past() -> rx.Component:
    return rx.el.details(
        rx.el.summary("Earlier", rx.el.span(Pauses.shown.past.length(), class_name="badge"), class_name="fold"),
        rx.el.ul(rx.foreach(Pauses.shown.past, _over)),
        class_name="folded",
    )


def _over(row: rx.Var[Row]) -> rx.Component:
    return rx.el.li(
        _words(row),
        icon_button("trash-2", "Remove this pause of " + row.what, on_click=Pauses.forget(row.id)),
        class_name="pause-row",
        key=row.id,
    )


def _words(row: rx.Var[Row]) -> rx.Component:
    return rx.el.span(
        rx.el.span(row.what, class_name="habit-name"),
        rx.el.span(row.when, class_name="habit-asks"),
        class_name="habit-words",
    )
