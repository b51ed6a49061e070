"""Where somebody is signed in, in a dialog over the list of people."""

from dataclasses import dataclass

import reflex as rx
from sqlmodel import Session

from habit_coach import db
from habit_coach.accounts import administration, devices, users
from habit_coach.accounts.models import User
from habit_coach.ui.arguments import an_id
from habit_coach.ui.components.buttons import button
from habit_coach.ui.components.surfaces import dialog, open_dialog
from habit_coach.ui.pages.admin.parts import nothing, row, when
from habit_coach.ui.pages.settings.devices import device_in_words
from habit_coach.ui.session import admin_here

DIALOG = "sessions"


@dataclass(frozen=True)
class Login:
    """A sign-in, in words."""

    id: str
    name: str
    details: str


class SignedIn(rx.State):
    user_id: str = ""
    email: str = ""
    rows: list[Login] = []

    @rx.event
    def look_at(self, user_id: str):
        with db.session() as session:
            admin = admin_here(session, self)
            _show(self, session, admin, users.get(session, an_id(user_id)))
        return open_dialog(DIALOG)

    @rx.event
    def end(self, session_id: str):
        with db.session(writes=True) as session:
            admin = admin_here(session, self)
            user = administration.sign_out(session, admin, an_id(self.user_id), an_id(session_id))
            _show(self, session, admin, user)

    @rx.event
    def end_all(self):
        with db.session(writes=True) as session:
            admin = admin_here(session, self)
            _show(self, session, admin, administration.sign_out(session, admin, an_id(self.user_id)))


def _show(page: SignedIn, session: Session, admin: User, user: User) -> None:
    page.rows = [
        Login(
            str(login.id),
            device_in_words(login.device),
            f"Used {when(login.last_used_at, admin)}" + (f" · {login.address}" if login.address else ""),
        )
        for login in devices.listed(session, user)
    ]
    page.user_id, page.email = str(user.id), user.email


def dialog_of_sessions() -> rx.Component:
    return dialog(
        DIALOG,
        "Where they are signed in",
        rx.el.p(SignedIn.email, class_name="muted"),
        rx.cond(
            SignedIn.rows,
            rx.fragment(
                rx.el.ul(rx.foreach(SignedIn.rows, _row), class_name="admin-rows"),
                rx.el.div(
                    button("Sign out everywhere", look="danger", on_click=SignedIn.end_all), class_name="form-actions"
                ),
            ),
            nothing("They are not signed in anywhere."),
        ),
    )


def _row(login: rx.Var[Login]) -> rx.Component:
    out = button("Sign out", small=True, aria_label="Sign out " + login.name, on_click=SignedIn.end(login.id))
    return row(login.name, login.details, out, key=login.id)
