"""Signing up and signing in: plain forms, posted by the browser itself, so that no script ever sees the cookie."""

import json
from urllib.parse import quote, unquote

import reflex as rx

from habit_coach import db
from habit_coach.accounts.cookies import FORM_COOKIE
from habit_coach.settings import settings
from habit_coach.ui.components.buttons import button, icon_button, link, plain_link
from habit_coach.ui.components.fields import field, form, labelled
from habit_coach.ui.components.surfaces import banner
from habit_coach.ui.session import cookie, visitor
from habit_coach.ui.shell import frame


class Door(rx.State):
    """What a form that was refused says, and what had been typed into it."""

    error: str = ""
    email: str = ""
    name: str = ""
    ended: bool = False
    provider: str = ""
    to_provider: str = ""

    @rx.event
    def load(self):
        with db.session() as session:
            known = visitor(session, self)
        if known:
            return rx.redirect("/today")
        return Door.load_typed

    @rx.event
    def load_typed(self):
        url = self.router.url
        typed = json.loads(unquote(cookie(self, FORM_COOKIE) or "") or "{}")
        if typed.get("page") == url.path.rstrip("/"):
            self.error, self.email, self.name = typed["error"], typed.get("email", ""), typed.get("name", "")
        self.ended = "ended" in url.query_parameters
        self.provider = settings().oidc_name if settings().oidc_issuer else ""
        self.to_provider = f"/sign-in/with-provider?next={quote(url.query_parameters.get('next', ''))}"


@rx.page(route="/sign-up", title="Create your account · Habit Coach", on_load=Door.load)
def sign_up() -> rx.Component:
    return door(
        "Create your account",
        "Two fields are enough, and your first habit is a tap away.",
        form(
            refusal(),
            email_field(),
            password_field(
                "new-password", "At least 10 characters. A few words that only you would put together do well."
            ),
            field(
                "Your name",
                "name",
                hint="Optional. It is how Today greets you.",
                auto_complete="name",
                **_typed("name"),
            ),
            rx.el.input(type="hidden", name="timezone"),
            button("Create account", look="primary", type="submit", wide=True),
            action="/sign-up",
            method="post",
        ),
        rx.el.p("You have an account? ", link("Sign in", to="/sign-in", class_name="link")),
    )


@rx.page(route="/sign-in", title="Sign in · Habit Coach", on_load=Door.load)
def sign_in() -> rx.Component:
    return door(
        "Welcome back",
        "Good to see you again.",
        form(
            rx.cond(Door.ended & (Door.error == ""), banner("lock", "Please sign in to go on.", role="status")),
            refusal(),
            email_field(),
            password_field("current-password"),
            rx.el.input(type="hidden", name="next"),
            button("Sign in", look="primary", type="submit", wide=True),
            action="/sign-in",
            method="post",
        ),
        # A plain link: the browser has to leave the app.
        rx.cond(
            Door.provider != "",
            rx.el.p(plain_link("Sign in with ", Door.provider, to=Door.to_provider, class_name="link")),
        ),
        rx.el.p(link("Forgot your password?", to="/forgot-password", class_name="link")),
        rx.el.p("New here? ", link("Create an account", to="/sign-up", class_name="link")),
    )


def door(title: str, text: str, *content: rx.Component) -> rx.Component:
    return frame(
        rx.el.section(
            rx.el.div(rx.el.h1(title), rx.el.p(text, class_name="muted"), class_name="door-head"),
            *content,
            class_name="card door",
        )
    )


def refusal() -> rx.Component:
    return rx.cond(Door.error != "", banner("circle-alert", Door.error, bad=True, role="alert"))


def email_field() -> rx.Component:
    return field("E-mail", "email", type="email", required=True, auto_complete="email", **_typed("email"))


def password_field(kind: str, hint: str = "") -> rx.Component:
    limits = {"min_length": 10, "aria_describedby": "password-hint"} if hint else {}
    control = rx.el.div(
        rx.el.input(
            id="password",
            name="password",
            type="password",
            required=True,
            auto_complete=kind,
            class_name="input",
            **limits,
        ),
        icon_button("eye", "Show the password", data_reveals="password", aria_pressed="false"),
        class_name="with-tool",
    )
    return labelled("Password", "password", control, hint=hint)


def _typed(name: str) -> dict:
    """What had been typed; the key makes the input anew once that arrives."""
    was = getattr(Door, name)
    return {"default_value": was, "key": was}
