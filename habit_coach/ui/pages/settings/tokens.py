"""Personal access tokens: made with what they may do and for how long, shown once, revoked at will."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel import Session

from habit_coach import clock, db
from habit_coach.accounts import tokens
from habit_coach.accounts.models import PersonalToken, Role, User
from habit_coach.accounts.tokens import Scope
from habit_coach.errors import Invalid
from habit_coach.ui.arguments import an_id
from habit_coach.ui.components import fields
from habit_coach.ui.components.buttons import button, plain_link
from habit_coach.ui.components.surfaces import card
from habit_coach.ui.pages.settings.parts import box, choices, revocable_row, shown_once, ticked
from habit_coach.ui.session import signed_in
from habit_coach.ui.words import day_in_words, moment_in_words

MEANS = {
    Scope.read: "Read your habits, days and figures",
    Scope.checkin: "Check in",
    Scope.write: "Change everything, which includes both",
    Scope.admin: "Administer this server",
}
IN_SHORT = {Scope.read: "reads", Scope.checkin: "checks in", Scope.write: "changes", Scope.admin: "administers"}
LASTS = (("90", "Three months"), ("30", "A month"), ("365", "A year"), ("", "Until I revoke it"))


@dataclass(frozen=True)
class Row:
    id: str
    name: str
    details: str
    expired: bool


@dataclass(frozen=True)
class Errors:
    name: str = ""
    scopes: str = ""
    expires_at: str = ""


class Tokens(rx.State):
    """`secret` is the one that was just made; `made` counts, and empties the form."""

    rows: list[Row] = []
    errors: Errors = Errors()
    secret: str = ""
    asked_id: str = ""
    made: int = 0
    admin: bool = False

    @rx.event
    def load(self):
        with db.session() as session:
            user = signed_in(session, self)
            rows = _rows(session, user)
        self.rows, self.admin = rows, user.role == Role.admin

    @rx.event
    def make(self, form: dict):
        days = str(form.get("lasts", ""))
        expires_at = clock.now() + timedelta(days=int(days)) if days in dict(LASTS) and days else None
        scopes = [scope for scope in Scope if ticked(form, scope)]
        with db.session(writes=True) as session:
            user = signed_in(session, self)
            try:
                _, secret = tokens.create(session, user, str(form.get("name", "")), scopes, expires_at)
            except Invalid as error:
                self.errors = Errors(**error.fields)
                return
            rows = _rows(session, user)
        self.rows, self.secret, self.errors = rows, secret, Errors()
        self.made += 1

    @rx.event
    def close(self):
        """Forget the secret."""
        self.secret = ""

    @rx.event
    def ask(self, token_id: str):
        self.asked_id = str(token_id)

    @rx.event
    def revoke(self, token_id: str):
        with db.session(writes=True) as session:
            user = signed_in(session, self)
            tokens.revoke(session, user, an_id(token_id))
            rows = _rows(session, user)
        self.rows, self.asked_id = rows, ""


def _rows(session: Session, user: User) -> list[Row]:
    return [
        Row(str(one.id), one.name, _details(one, user), bool(one.expires_at and one.expires_at <= clock.now()))
        for one in tokens.listed(session, user)
    ]


def _details(token: PersonalToken, user: User) -> str:
    may = ", ".join(IN_SHORT[Scope(scope)] for scope in token.scopes)
    used = f"used {moment_in_words(token.last_used_at, user)}" if token.last_used_at else "never used"
    if token.expires_at is None:
        return f"{may} · {used}"
    today = clock.now().astimezone(ZoneInfo(user.timezone)).date()
    until = day_in_words(token.expires_at.astimezone(ZoneInfo(user.timezone)).date(), today)
    return f"{may} · until {until} · {used}"


def access_tokens() -> rx.Component:
    return card(
        rx.el.p(
            "A token lets a script or another app in, for what you allow it. ",
            plain_link("What can be done with one", to="/docs", class_name="link"),
            class_name="muted",
        ),
        rx.el.ul(rx.foreach(Tokens.rows, _row)),
        rx.el.div(
            rx.cond(
                Tokens.secret != "",
                shown_once("new-token", "Your new token", Tokens.secret, Tokens.close),
                _form(),
            ),
            aria_live="polite",
        ),
        title="Tokens for scripts and apps",
    )


def _row(token: rx.Var[Row]) -> rx.Component:
    expired = rx.cond(token.expired, rx.el.span("expired", class_name="badge is-warn"))
    return revocable_row(token, rx.fragment(token.name, expired), token.name, Tokens)


def _form() -> rx.Component:
    return fields.form(
        rx.el.div(
            fields.field(
                "Name of the token",
                "name",
                id="token-name",
                max_length=80,
                placeholder="Home Assistant",
                auto_complete="off",
                error=Tokens.errors.name,
            ),
            fields.select("It lasts", "lasts", LASTS, id="token-lasts", error=Tokens.errors.expires_at),
            class_name="form-row",
        ),
        choices(
            "It may",
            *[box(MEANS[scope], scope.value) for scope in (Scope.read, Scope.checkin, Scope.write)],
            rx.cond(Tokens.admin, box(MEANS[Scope.admin], Scope.admin.value)),
            error=Tokens.errors.scopes,
        ),
        rx.el.div(button("Make a token", type="submit"), class_name="form-actions"),
        on_submit=Tokens.make,
        no_validate=True,
        key=Tokens.made,
    )
