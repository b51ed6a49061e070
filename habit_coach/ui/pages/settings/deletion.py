"""Deleting the account: with the password, in seven days, taken back until then."""

import asyncio

import reflex as rx

from habit_coach import db
from habit_coach.accounts import credentials, leaving, letters
from habit_coach.accounts.models import LoginSession, User
from habit_coach.errors import Invalid
from habit_coach.ui.components import fields
from habit_coach.ui.components.buttons import button
from habit_coach.ui.components.surfaces import banner, card
from habit_coach.ui.pages.settings.owner import password_again
from habit_coach.ui.session import signed_in, signed_in_here
from habit_coach.ui.words import moment_in_words


class Deletion(rx.State):
    """`due` says when, once it was asked for; `asking` shows the second step."""

    due: str = ""
    asking: bool = False
    error: str = ""

    @rx.event
    def load(self):
        with db.session() as session:
            user = signed_in(session, self)
        self.due = _due(user)

    @rx.event
    def ask(self):
        self.asking, self.error = True, ""

    @rx.event
    def cancel(self):
        self.asking, self.error = False, ""

    @rx.event
    async def delete(self, form: dict):
        with db.session() as session:
            user, here = signed_in_here(session, self)
        password, address = str(form.get("password", ""))[:1000], self.router.session.client_ip
        try:
            self.due = await asyncio.to_thread(_ask, user, here, password, address)
        except Invalid as wrong:
            self.error = wrong.message
            return
        self.asking, self.error = False, ""

    @rx.event
    def keep(self):
        with db.session(writes=True) as session:
            leaving.keep_account(session, signed_in(session, self))
        self.due = ""
        return rx.toast.success("Good to have you. Your account stays.")


def _ask(user: User, here: LoginSession, password: str, address: str) -> str:
    with db.session() as session:
        credentials.require_owner(session, user, here, password, address)
    with db.session(writes=True) as session:
        due, letter = leaving.ask_deletion(session, user, address)
    letters.deliver_soon(letter)
    return moment_in_words(due, user)


def _due(user: User) -> str:
    return moment_in_words(user.delete_after, user) if user.delete_after else ""


def deletion() -> rx.Component:
    return card(
        rx.el.div(
            rx.cond(
                Deletion.due != "",
                _asked(),
                rx.cond(Deletion.asking, _sure(), _first()),
            ),
            aria_live="polite",
        ),
        title="Delete your account",
    )


def _first() -> rx.Component:
    return rx.el.div(
        rx.el.p("After seven days, your habits and all of their history go with it.", class_name="muted"),
        rx.el.div(
            button("Delete my account …", look="danger", on_click=Deletion.ask),
            class_name="form-actions",
        ),
        class_name="stack",
    )


def _sure() -> rx.Component:
    return fields.form(
        rx.el.p(
            "You can change your mind for seven days. Until then everything stays as it is; "
            "take it along from here first, if you like."
        ),
        password_again("deletion-password", Deletion.error, auto_focus=True),
        rx.el.div(
            button("Cancel", look="ghost", on_click=Deletion.cancel),
            button("Delete it in seven days", look="danger", type="submit"),
            class_name="form-actions",
        ),
        on_submit=Deletion.delete,
        no_validate=True,
    )


def _asked() -> rx.Component:
    return rx.el.div(
        banner("circle-alert", "Your account will be deleted ", Deletion.due, ".", bad=True),
        rx.el.div(button("Keep my account", look="primary", on_click=Deletion.keep), class_name="form-actions"),
        class_name="stack",
    )
