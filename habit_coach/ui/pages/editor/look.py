"""What a habit looks like: its emoji and its colour, shown as they are chosen."""

import reflex as rx
from reflex.experimental.client_state import ClientStateVar

from habit_coach.habits.drafts import COLORS
from habit_coach.ui.components import fields

icon = ClientStateVar.create("editor_icon", "")
color = ClientStateVar.create("editor_color", COLORS[5])
name = ClientStateVar.create("editor_name", "")

COLOR_NAMES = ("Red", "Orange", "Amber", "Green", "Teal", "Blue", "Violet", "Pink", "Sand")
EMOJI = (
    "💧🏃🚶🏋️🤸🧘🚴🏊⚽🧗😴🌙☀️🛁🦷💊🍎🥗🥤☕📚✍️🎧🎸🎨📷🧠🗣️💻🎓🧹🧺🪴🍳🛒🧾💰📥🗒️📅📞💛🙏🤝👪🐕🐈🌳⛪🕯️🚭🍷📱🍬🎮🍔💅🛑🎯✨"
)


def emoji() -> list[str]:
    """The emoji one by one: a mark that asks for colour belongs to the one before it."""
    found: list[str] = []
    for character in EMOJI:
        if character == "\ufe0f":
            found[-1] += character
        else:
            found.append(character)
    return found


def mark() -> rx.Component:
    """The habit's mark, as it will be."""
    return rx.el.span(
        rx.cond(icon.value != "", icon.value, rx.cond(name.value != "", name.value[0], "?")),
        class_name="habit-mark is-large",
        aria_hidden="true",
        style={"--habit": color.value},
    )


def emoji_picker(error: rx.Var[str]) -> rx.Component:
    """Good ones to tap, and a field for any other."""
    return rx.el.details(
        rx.el.summary("Icon", rx.el.span(rx.cond(icon.value != "", icon.value, "none yet")), class_name="fold"),
        rx.el.div(
            *[
                rx.el.button(
                    one, type="button", class_name="emoji", on_click=icon.set_value(one), aria_pressed=icon.value == one
                )
                for one in emoji()
            ],
            class_name="emoji-grid",
            role="group",
            aria_label="Icons",
        ),
        fields.field(
            "Any other emoji, or a letter or two",
            "icon",
            value=icon.value,
            on_change=icon.set_value,
            max_length=16,
            auto_complete="off",
            error=error,
        ),
        class_name="folded",
    )


def color_picker(error: rx.Var[str]) -> rx.Component:
    """Nine colours that go well together, and a field for any other."""
    return rx.el.fieldset(
        rx.el.legend("Colour", class_name="field-label"),
        rx.el.div(*map(_swatch, COLORS, COLOR_NAMES), _any_color(), class_name="swatches"),
        rx.cond(error != "", rx.el.p(error, class_name="field-error", role="alert")),
    )


def _swatch(value: str, title: str) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="radio", name="swatch", value=value, checked=color.value == value, on_change=color.set_value(value)
        ),
        rx.el.span(title, class_name="visually-hidden"),
        class_name="swatch",
        title=title,
        style={"--habit": value},
    )


def _any_color() -> rx.Component:
    return rx.el.label(
        rx.el.span("Another colour", class_name="visually-hidden"),
        rx.el.input(type="color", name="color", value=color.value, on_change=color.set_value),
        class_name="swatch is-own",
        title="Another colour",
    )
