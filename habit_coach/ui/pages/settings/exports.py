"""Taking everything along, in the forms that there are."""

import reflex as rx

from habit_coach.transfer.exporting import FORMS, Form
from habit_coach.ui.components.buttons import plain_link
from habit_coach.ui.components.surfaces import card


def exports() -> rx.Component:
    return card(
        rx.el.p("What you said here is yours. Take it along whenever you like.", class_name="muted"),
        rx.el.ul(*map(_form, FORMS.values())),
        title="Take everything along",
    )


def _form(form: Form) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.span(form.title, class_name="habit-name"),
            rx.el.span(form.extension.lstrip(".-"), class_name="habit-asks"),
            class_name="habit-words",
        ),
        plain_link(
            rx.icon("download", size=18, aria_hidden="true"),
            "Download",
            to=f"/export/{form.name}",
            download="",
            aria_label=f"Download: {form.title}",
            class_name="button is-quiet is-small",
        ),
        class_name="pause-row",
    )
