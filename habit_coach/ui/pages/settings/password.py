"""Choosing another password; every other device is signed out by it."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from habit_coach import db
from habit_coach.accounts import credentials
from habit_coach.accounts.models import User
from habit_coach.accounts.passwords import require_strong
from habit_coach.errors import Invalid
from habit_coach.ui.components import fields
from habit_coach.ui.components.buttons import button
from habit_coach.ui.components.surfaces import card
from habit_coach.ui.pages.settings.profile import Profile
from habit_coach.ui.session import signed_in_here


@dataclass(frozen=True)
class Errors:
    current: str = ""
    new: str = ""


class Password(rx.State):
    """The form; `changed` counts, and empties the fields."""

    errors: Errors = Errors()
    changed: int = 0

    @rx.event
    async def save(self, form: dict):
        current, new = str(form.get("current", ""))[:1000], str(form.get("new", ""))[:1000]
        with db.session() as session:
            user, here = signed_in_here(session, self)
        self.errors = Errors()
        try:
            require_strong(new, user.email)
        except Invalid as weak:
            self.errors = Errors(new=weak.message)
            return None
        address = self.router.session.client_ip
        try:
            await asyncio.to_thread(_change, user, here.id, current, new, address)
        except Invalid as wrong:
            self.errors = Errors(current=wrong.message)
            return None
        self.changed += 1
        return rx.toast.success("Your password is changed. Every other device is signed out.")


def _change(user: User, session_id: UUID, current: str, new: str, address: str) -> None:
    with db.session(writes=True) as session:
        credentials.change_password(session, user, current, new, keep=session_id, address=address)


def password() -> rx.Component:
    return card(
        fields.form(
            # For the browser's own keeper of passwords.
            rx.el.input(
                type="text",
                name="username",
                value=Profile.shown.email,
                auto_complete="username",
                read_only=True,
                hidden=True,
            ),
            rx.el.div(
                fields.field(
                    "Password now",
                    "current",
                    type="password",
                    auto_complete="current-password",
                    error=Password.errors.current,
                ),
                fields.field(
                    "New password",
                    "new",
                    type="password",
                    auto_complete="new-password",
                    hint="At least 10 characters",
                    error=Password.errors.new,
                ),
                class_name="form-row",
            ),
            rx.el.div(button("Change the password", type="submit"), class_name="form-actions"),
            on_submit=Password.save,
            no_validate=True,
            key=Password.changed,
        ),
        title="Password",
    )
