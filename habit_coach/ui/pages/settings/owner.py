"""Asking the owner of the account to show that it is them, and not whoever found their browser open."""

import reflex as rx

from habit_coach import db
from habit_coach.accounts import credentials
from habit_coach.settings import settings
from habit_coach.ui.components import fields
from habit_coach.ui.components.buttons import plain_link
from habit_coach.ui.session import signed_in


class Owner(rx.State):
    """`provider` is whom a fresh sign-in may be with instead of the password; empty where only the password counts."""

    provider: str = ""

    @rx.event
    def load(self):
        with db.session() as session:
            self.provider = settings().oidc_name if credentials.has_issuer(session, signed_in(session, self)) else ""


def password_again(control_id: str, error: rx.Var[str], **props) -> rx.Component:
    """The field for the password and, for whoever may have none here, the way to do without."""
    return rx.el.div(
        fields.field(
            "Your password, to be sure",
            "password",
            id=control_id,
            type="password",
            auto_complete="current-password",
            error=error,
            **props,
        ),
        rx.cond(Owner.provider != "", _without_password()),
        class_name="stack",
    )


def _without_password() -> rx.Component:
    again = plain_link(
        "Sign in again with ", Owner.provider, to="/sign-in/with-provider?next=/settings", class_name="link"
    )
    return rx.el.p("No password here? ", again, ", and leave it empty.", class_name="field-hint")
