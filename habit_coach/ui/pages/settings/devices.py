"""Where the person is signed in, and ending it."""

from dataclasses import dataclass

import reflex as rx
from sqlmodel import Session

from habit_coach import db
from habit_coach.accounts import devices
from habit_coach.accounts.models import LoginSession, User
from habit_coach.ui.arguments import an_id
from habit_coach.ui.components.buttons import button
from habit_coach.ui.components.surfaces import card
from habit_coach.ui.session import signed_in_here
from habit_coach.ui.words import moment_in_words

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
    ("python", "A Python script"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "a Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Row:
    """A sign-in, in words."""

    id: str
    name: str
    details: str
    here: bool


class Devices(rx.State):
    rows: list[Row] = []

    @rx.event
    def load(self):
        with db.session() as session:
            rows = _rows(session, *signed_in_here(session, self))
        self.rows = rows

    @rx.event
    def end(self, session_id: str):
        with db.session(writes=True) as session:
            user, here = signed_in_here(session, self)
            devices.end(session, user, an_id(session_id))
            rows = _rows(session, user, here)
        self.rows = rows

    @rx.event
    def end_others(self):
        with db.session(writes=True) as session:
            user, here = signed_in_here(session, self)
            devices.end_all(session, user, reason="signed out from another device", but=here.id)
            rows = _rows(session, user, here)
        self.rows = rows


def _rows(session: Session, user: User, here: LoginSession) -> list[Row]:
    rows = [
        Row(
            str(login.id),
            device_in_words(login.device),
            f"Signed in {moment_in_words(login.created_at, user)}" + (f" · {login.address}" if login.address else ""),
            login.id == here.id,
        )
        for login in devices.listed(session, user)
    ]
    return sorted(rows, key=lambda row: not row.here)


def device_in_words(agent: str) -> str:
    """ "Firefox on Linux" from what a browser says of itself; whatever else was said, shortened."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or agent[:40] or "An unnamed device"


def signed_in_devices() -> rx.Component:
    return card(
        rx.el.ul(rx.foreach(Devices.rows, _row)),
        rx.cond(
            Devices.rows.length() > 1,
            rx.el.div(
                button("Sign out everywhere else", look="danger", on_click=Devices.end_others),
                class_name="form-actions",
            ),
        ),
        title="Where you are signed in",
    )


def _row(row: rx.Var[Row]) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.span(row.name, class_name="habit-name"),
            rx.el.span(row.details, class_name="habit-asks"),
            class_name="habit-words",
        ),
        rx.cond(
            row.here,
            rx.el.span("This browser", class_name="badge is-good"),
            button("Sign out", small=True, aria_label="Sign out " + row.name, on_click=Devices.end(row.id)),
        ),
        class_name="pause-row",
        key=row.id,
    )
