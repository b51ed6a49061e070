"""What the keyboard does, everywhere and on Today; `app.js` presses what has the `data-key`."""

import reflex as rx

from habit_coach.ui.components.buttons import icon_button, link
from habit_coach.ui.components.surfaces import dialog
from habit_coach.ui.navigation import NEW_HABIT

EVERYWHERE = (("n", "new habit"), ("?", "this list"))
ON_TODAY = (
    ("j / k", "next and previous habit"),
    ("space", "check in, or undo it"),
    ("+ / \N{MINUS SIGN}", "change a number"),
    ("e", "number, note and state of the day"),
)


def shortcuts() -> rx.Component:
    """The button that shows the list, where there is a keyboard, and a way for the key that has no button."""
    return rx.fragment(
        icon_button(
            "keyboard", "Keyboard shortcuts", data_opens="keys", data_key="?", class_name="icon-button has-keys"
        ),
        link("New habit", to=NEW_HABIT, hidden=True, custom_attrs={"data-key": "n"}),
    )


def list_of_keys() -> rx.Component:
    return dialog("keys", "Keyboard shortcuts", _keys("Everywhere", EVERYWHERE), _keys("On Today", ON_TODAY))


def _keys(title: str, keys: tuple[tuple[str, str], ...]) -> rx.Component:
    return rx.el.section(
        rx.el.h3(title),
        rx.el.dl(
            *[rx.el.div(rx.el.dt(rx.el.kbd(key)), rx.el.dd(does), class_name="key-row") for key, does in keys],
            class_name="keys",
        ),
        class_name="keys-of",
    )
