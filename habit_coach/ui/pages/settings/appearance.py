"""Light, dark, or as the device has it; kept by the browser."""

import reflex as rx
from reflex.style import color_mode, set_color_mode

from habit_coach.ui.components.fields import segmented
from habit_coach.ui.components.surfaces import card

MODES = (("system", "As the device"), ("light", "Light"), ("dark", "Dark"))


def appearance() -> rx.Component:
    return card(
        segmented("Colours", "color-mode", MODES, color_mode, set_color_mode),
        rx.el.p("This counts for this browser only.", class_name="field-hint"),
        title="Appearance",
    )
