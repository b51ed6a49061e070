"""Beside the doors: a forgotten password, a mail to confirm, and the code of a second factor. Plain forms, as there.

What a mail carries stands behind `#`; a script in app.js moves it into the form, and out of the address.
"""

import reflex as rx

from habit_coach.ui.components.buttons import button, link
from habit_coach.ui.components.fields import field, form
from habit_coach.ui.components.surfaces import banner
from habit_coach.ui.pages.doors import Door, door, email_field, password_field, refusal


class Recovery(rx.State):
    """What the address says has been done already."""

    sent: bool = False
    done: bool = False

    @rx.event
    def load(self):
        asked = self.router.url.query_parameters
        self.sent, self.done = "sent" in asked, "done" in asked


@rx.page(route="/forgot-password", title="Forgot your password · Habit Coach", on_load=[Door.load_typed, Recovery.load])
def forgot_password() -> rx.Component:
    return door(
        "Forgot your password?",
        "It happens. We send you a link to choose a new one.",
        rx.cond(
            Recovery.sent,
            banner(
                "mail",
                "If there is an account with this address, a mail is on its way. Look in your inbox.",
                role="status",
            ),
            form(
                refusal(),
                email_field(),
                button("Send the link", look="primary", type="submit", wide=True),
                action="/forgot-password",
                method="post",
            ),
        ),
        _back_to_sign_in(),
    )


@rx.page(route="/reset-password", title="Choose a new password · Habit Coach", on_load=Door.load_typed)
def reset_password() -> rx.Component:
    return door(
        "Choose a new password",
        "Every device will be signed out, and you are signed in here.",
        form(
            refusal(),
            _token(),
            password_field(
                "new-password", "At least 10 characters. A few words that only you would put together do well."
            ),
            button("Save the new password", look="primary", type="submit", wide=True),
            action="/reset-password",
            method="post",
        ),
        _back_to_sign_in(),
    )


@rx.page(route="/verify-email", title="Confirm your address · Habit Coach", on_load=[Door.load_typed, Recovery.load])
def verify_email() -> rx.Component:
    return door(
        "Confirm your address",
        "So that a forgotten password can find you.",
        rx.cond(
            Recovery.done,
            banner("circle-check", "Thank you. The address is yours.", role="status"),
            form(
                refusal(),
                _token(),
                button("Yes, it is mine", look="primary", type="submit", wide=True),
                action="/verify-email",
                method="post",
            ),
        ),
        rx.el.p(link("Go to today", to="/today", class_name="link")),
    )


@rx.page(route="/second-step", title="Enter your code · Habit Coach", on_load=Door.load_typed)
def second_step() -> rx.Component:
    return door(
        "Enter your code",
        "Your authenticator app shows six digits. A recovery code works too.",
        form(
            refusal(),
            field("Code", "code", required=True, auto_complete="one-time-code", auto_focus=True, max_length=20),
            rx.el.input(type="hidden", name="next"),
            button("Sign in", look="primary", type="submit", wide=True),
            action="/second-step",
            method="post",
        ),
        _back_to_sign_in(),
    )


def _token() -> rx.Component:
    return rx.el.input(type="hidden", name="token", custom_attrs={"data-from-address": "true"})


def _back_to_sign_in() -> rx.Component:
    return rx.el.p(link("Back to sign in", to="/sign-in", class_name="link"))
