"""A second factor at sign-in: begun with a QR code, confirmed with a first code; with password and code, its recovery
codes are made anew, and it ends."""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import reflex as rx
from sqlmodel import Session

from habit_coach import db
from habit_coach.accounts import credentials, second_factor
from habit_coach.accounts.models import LoginSession, User
from habit_coach.errors import Invalid, NotSignedIn
from habit_coach.ui.components import fields
from habit_coach.ui.components.buttons import Look, button
from habit_coach.ui.components.surfaces import banner, card
from habit_coach.ui.pages.settings.owner import password_again
from habit_coach.ui.pages.settings.parts import copy_and_done
from habit_coach.ui.session import signed_in, signed_in_here
from habit_coach.ui.words import counted

Made = TypeVar("Made")
QUESTIONS = ("end", "renew")
RENEWING = "The recovery codes that you have now will be worth nothing."


@dataclass(frozen=True)
class Errors:
    password: str = ""
    code: str = ""


class TwoFactor(rx.State):
    """`secret` and `picture` are shown while it is begun, `codes` once they are made; then they are forgotten.

    `asking` says what password and code are asked for: to "end" it, or to "renew" the recovery codes.
    """

    on: bool = False
    left: str = ""
    secret: str = ""
    picture: str = ""
    codes: list[str] = []
    asking: str = ""
    errors: Errors = Errors()

    @rx.event
    def load(self):
        with db.session() as session:
            user = signed_in(session, self)
            on, left = second_factor.is_on(session, user), second_factor.codes_left(session, user)
        self.on, self.left = on, counted(left, "recovery code")

    @rx.event
    def begin(self):
        with db.session(writes=True) as session:
            made = second_factor.begin(session, signed_in(session, self))
        self.secret = " ".join(made.secret[at : at + 4] for at in range(0, len(made.secret), 4))
        self.picture = "data:image/svg+xml;base64," + base64.b64encode(made.qr_code.encode()).decode()
        self.errors = Errors()

    @rx.event
    def confirm(self, form: dict):
        with db.session(writes=True) as session:
            user = signed_in(session, self)
            try:
                codes = second_factor.confirm(session, user, str(form.get("code", ""))[:20])
            except Invalid as wrong:
                self.errors = Errors(code=wrong.message)
                return
        self.on, self.codes, self.left = True, codes, counted(len(codes), "recovery code")
        self.secret, self.picture, self.errors = "", "", Errors()

    @rx.event
    def give_up(self):
        """Forget the secret."""
        self.secret, self.picture = "", ""

    @rx.event
    def close(self):
        """Forget the recovery codes, and what was begun."""
        self.codes, self.asking, self.errors = [], "", Errors()

    @rx.event
    def ask(self, what: str):
        """Show the form for password and code before the second factor is switched off, or its codes are made anew."""
        self.asking, self.errors = what if what in QUESTIONS else "", Errors()

    @rx.event
    async def end(self, form: dict):
        await _as_owner(self, form, second_factor.switch_off)
        if self.errors == Errors():
            self.on, self.asking = False, ""

    @rx.event
    async def renew(self, form: dict):
        codes = await _as_owner(self, form, second_factor.renew_codes)
        if codes:
            self.codes, self.left, self.asking = codes, counted(len(codes), "recovery code"), ""


async def _as_owner(page: TwoFactor, form: dict, act: Callable[[Session, User], Made]) -> Made | None:
    """What `act` gives once password and code are right; None, with the errors on the page, while they are not."""
    with db.session() as session:
        user, here = signed_in_here(session, page)
    password, code = str(form.get("password", ""))[:1000], str(form.get("code", "")).strip()[:20]
    page.errors = Errors() if code else Errors(code="Type the code that your app shows, or a recovery code.")
    if not code:
        return None
    try:
        return await asyncio.to_thread(_act, user, here, password, code, page.router.session.client_ip, act)
    except Invalid as wrong:
        page.errors = Errors(password=wrong.message)
    except NotSignedIn as wrong:  # the code, not the session
        page.errors = Errors(code=wrong.message)
    return None


def _act(
    user: User, here: LoginSession, password: str, code: str, address: str, act: Callable[[Session, User], Made]
) -> Made:
    with db.session() as session:
        credentials.require_owner(session, user, here, password, address)
    with db.session(writes=True) as session:
        second_factor.require(session, user, code, address)
        return act(session, user)


def two_factor() -> rx.Component:
    return card(
        rx.el.div(
            rx.cond(
                TwoFactor.codes,
                _recovery_codes(),
                rx.cond(
                    TwoFactor.on,
                    rx.match(
                        TwoFactor.asking,
                        ("end", _proof(TwoFactor.end, "Switch it off", "danger")),
                        ("renew", _proof(TwoFactor.renew, "Make new codes", "primary", RENEWING)),
                        _on(),
                    ),
                    rx.cond(TwoFactor.secret != "", _beginning(), _off()),
                ),
            ),
            aria_live="polite",
        ),
        title="Two-factor sign-in",
    )


def _off() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            "Besides your password, sign-in then asks for a code that an app on your phone shows.", class_name="muted"
        ),
        rx.el.div(button("Set it up", on_click=TwoFactor.begin), class_name="form-actions"),
        class_name="stack",
    )


def _beginning() -> rx.Component:
    return rx.el.div(
        rx.el.img(
            src=TwoFactor.picture, alt="QR code for your authenticator app", class_name="qr", width="200", height="200"
        ),
        fields.form(
            rx.el.p("Scan this with your authenticator app, or type this key into it:"),
            rx.el.code(TwoFactor.secret, class_name="key"),
            _code("first-code", "The six digits that it shows now"),
            rx.el.div(
                button("Cancel", look="ghost", on_click=TwoFactor.give_up, on_unmount=TwoFactor.give_up),
                button("Switch it on", look="primary", type="submit"),
                class_name="form-actions",
            ),
            on_submit=TwoFactor.confirm,
            no_validate=True,
        ),
        class_name="enrolment",
    )


def _recovery_codes() -> rx.Component:
    return rx.el.div(
        banner("circle-check", "Two-factor sign-in is on.", role="status"),
        rx.el.p(
            "Keep these recovery codes where you find them without your phone. Each lets you in once. "
            "They are not shown again."
        ),
        rx.el.ul(rx.foreach(TwoFactor.codes, rx.el.li), id="recovery-codes", class_name="codes"),
        copy_and_done("recovery-codes", TwoFactor.close),
        class_name="stack",
    )


def _on() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            rx.el.span("on", class_name="badge is-good"),
            " Sign-in asks for a code of your app. You have ",
            TwoFactor.left,
            " left.",
        ),
        rx.el.div(
            button("New recovery codes …", on_click=TwoFactor.ask("renew")),
            button("Switch it off …", on_click=TwoFactor.ask("end")),
            class_name="form-actions",
        ),
        class_name="stack",
    )


def _proof(do: rx.EventHandler, label: str, look: Look, says: str = "") -> rx.Component:
    """Password and code once more, before `do`."""
    return fields.form(
        *([rx.el.p(says)] if says else []),
        rx.el.div(
            password_again("factor-password", TwoFactor.errors.password),
            _code("factor-code", "A code of your app, or a recovery code"),
            class_name="form-row",
        ),
        rx.el.div(
            button("Cancel", look="ghost", on_click=TwoFactor.close),
            button(label, look=look, type="submit"),
            class_name="form-actions",
        ),
        on_submit=do,
        no_validate=True,
    )


def _code(control_id: str, label: str) -> rx.Component:
    return fields.field(
        label, "code", id=control_id, max_length=20, auto_complete="one-time-code", error=TwoFactor.errors.code
    )
