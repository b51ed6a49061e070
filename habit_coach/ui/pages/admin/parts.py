"""What the sections have in common: a row with words at its left and a state or an action at its right."""

from datetime import datetime, timedelta

import reflex as rx

from habit_coach.accounts.models import User
from habit_coach.ui.words import counted, moment_in_words

NEVER = "never"


def row(name: rx.Var[str] | rx.Component | str, details: rx.Var[str] | str, *right, **props) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.span(name, class_name="habit-name"),
            rx.el.span(details, class_name="habit-asks"),
            class_name="habit-words",
        ),
        *right,
        class_name="list-row",
        **props,
    )


def badge(words: rx.Var[str] | str, look: rx.Var[str] | str = "") -> rx.Component:
    """`look` is "good", "warn", "bad" or nothing."""
    return rx.el.span(words, class_name=rx.cond(look != "", f"badge is-{look}", "badge"))


def nothing(sentence: str) -> rx.Component:
    return rx.el.p(sentence, class_name="muted")


def when(moment: datetime | None, admin: User) -> str:
    """In the admin's own zone."""
    return moment_in_words(moment, admin) if moment else NEVER


def lasting(time: timedelta) -> str:
    """ "0.2 s", "3 minutes", "2 hours"."""
    seconds = time.total_seconds()
    if seconds < 60:
        return f"{max(seconds, 0.1):.2g}\u202fs"
    if seconds < 3600:
        return counted(round(seconds / 60), "minute")
    return counted(round(seconds / 3600), "hour") if seconds < 86_400 else counted(round(seconds / 86_400), "day")
