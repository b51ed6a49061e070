"""The e-mail address: whether it was shown to be the person's own, and moving to another."""

import asyncio
from dataclasses import dataclass

import reflex as rx

from habit_coach import db
from habit_coach.accounts import addresses, credentials, letters, second_factor
from habit_coach.accounts.models import LoginSession, User
from habit_coach.errors import Conflict, Invalid, NotSignedIn
from habit_coach.ui.components import fields
from habit_coach.ui.components.buttons import button
from habit_coach.ui.components.surfaces import banner
from habit_coach.ui.pages.settings.owner import password_again
from habit_coach.ui.session import signed_in, signed_in_here


@dataclass(frozen=True)
class Errors:
    email: str = ""
    password: str = ""
    code: str = ""


class Address(rx.State):
    """`changing` shows the form, `asked` the new address once a mail went there."""

    verified: bool = True
    sent: bool = False
    changing: bool = False
    asked: str = ""
    asks_code: bool = False
    errors: Errors = Errors()

    @rx.event
    def load(self):
        with db.session() as session:
            user = signed_in(session, self)
            self.asks_code = second_factor.is_on(session, user)
        self.verified = user.email_verified_at is not None
        if self.asked == user.email:
            self.asked = ""

    @rx.event
    def send(self):
        with db.session(writes=True) as session:
            letter = addresses.ask_verification(session, signed_in(session, self))
        letters.deliver_soon(letter)
        self.verified, self.sent = letter is None, True

    @rx.event
    def begin(self):
        self.changing, self.asked, self.errors = True, "", Errors()

    @rx.event
    def cancel(self):
        self.changing, self.errors = False, Errors()

    @rx.event
    async def change(self, form: dict):
        with db.session() as session:
            user, here = signed_in_here(session, self)
        email, password = str(form.get("email", ""))[:300], str(form.get("password", ""))[:1000]
        code = str(form.get("code", "")).strip()[:20]
        try:
            to = await asyncio.to_thread(_ask, user, here, email, password, code, self.router.session.client_ip)
        except Conflict as taken:
            self.errors = Errors(email=taken.message)
        except Invalid as wrong:
            self.errors = Errors(**wrong.fields)
        except NotSignedIn as wrong:  # the code, not the session
            self.errors = Errors(code=wrong.message)
        else:
            self.changing, self.asked, self.errors = False, to, Errors()


def _ask(user: User, here: LoginSession, email: str, password: str, code: str, address: str) -> str:
    with db.session() as session:
        credentials.require_owner(session, user, here, password, address)
    with db.session(writes=True) as session:
        second_factor.require(session, user, code, address)
        letter = addresses.ask_change(session, user, email, address)
    letters.deliver_soon(letter)
    return letter.to


def email_address(shown: rx.Var[str]) -> rx.Component:
    return rx.el.div(
        fields.field("E-mail address", "email", value=shown, read_only=True, hint="What you sign in with"),
        rx.cond(Address.changing, _another(), _as_it_is()),
        class_name="form address",
        aria_live="polite",
    )


def _as_it_is() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.cond(Address.verified, _confirmed(), _unconfirmed()),
            button("Change it …", small=True, aria_label="Change the address …", on_click=Address.begin),
            class_name="verification",
        ),
        rx.cond(
            Address.asked != "",
            banner(
                "mail",
                "A mail is on its way to ",
                Address.asked,
                ". Open the link in it within 30 minutes; until then nothing changes.",
                role="status",
            ),
        ),
    )


def _confirmed() -> rx.Component:
    return rx.el.span(
        rx.icon("circle-check", size=16, aria_hidden="true"), "Confirmed as yours", class_name="badge is-good"
    )


def _unconfirmed() -> rx.Component:
    return rx.fragment(
        rx.el.p(
            rx.cond(
                Address.sent,
                "A mail is on its way. Open the link in it within three days.",
                "Not confirmed yet. Confirm it, so that a forgotten password can find you.",
            ),
            class_name="field-hint",
        ),
        button(rx.cond(Address.sent, "Send it again", "Send me the mail"), small=True, on_click=Address.send),
    )


def _another() -> rx.Component:
    return fields.form(
        fields.field(
            "New address",
            "email",
            id="new-email",
            type="email",
            auto_complete="email",
            auto_focus=True,
            hint="A mail goes there, to make sure that it is yours. Your devices stay signed in.",
            error=Address.errors.email,
        ),
        password_again("email-password", Address.errors.password),
        rx.cond(
            Address.asks_code,
            fields.field(
                "A code of your app, or a recovery code",
                "code",
                id="email-code",
                max_length=20,
                auto_complete="one-time-code",
                error=Address.errors.code,
            ),
        ),
        rx.el.div(
            button("Cancel", look="ghost", on_click=Address.cancel),
            button("Send the mail", look="primary", type="submit"),
            class_name="form-actions",
        ),
        on_submit=Address.change,
        no_validate=True,
    )
