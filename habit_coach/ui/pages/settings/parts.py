"""What several cards have: a secret that is shown once, a second step before what cannot be undone, and rows."""

import reflex as rx

from habit_coach.ui.components.buttons import button


def shown_once(name: str, label: str, value: rx.Var[str], close: rx.EventHandler) -> rx.Component:
    """A secret with a button to copy it. It is forgotten by "Done", and when the person leaves the page."""
    return rx.el.div(
        rx.el.label(label, html_for=name, class_name="field-label"),
        rx.el.input(
            id=name, value=value, read_only=True, auto_complete="off", spell_check=False, class_name="input is-secret"
        ),
        rx.el.p("Copy it now: it is not shown again.", class_name="field-hint"),
        copy_and_done(name, close),
        class_name="secret",
    )


def copy_and_done(name: str, close: rx.EventHandler) -> rx.Component:
    return rx.el.div(
        button(
            rx.icon("copy", size=18, aria_hidden="true"),
            rx.el.span("Copy", class_name="to-copy"),
            rx.el.span("Copied", class_name="when-copied"),
            data_copies=name,
            aria_live="polite",
        ),
        button("Done", look="primary", on_click=close, on_unmount=close),
        class_name="form-actions",
    )


def revocable_row(
    one: rx.Var, title: rx.Component | rx.Var[str], name: rx.Var[str], of: type[rx.State]
) -> rx.Component:
    """A secret that was given out, with `id` and `details`; its button asks once more, in its own place.

    `of` has the handlers `ask` and `revoke`, and the id that was asked about in `asked_id`.
    """
    sure = rx.el.span(
        button("Cancel", small=True, look="ghost", on_click=of.ask("")),
        button("Revoke", small=True, look="danger", aria_label="Revoke " + name + ", yes", on_click=of.revoke(one.id)),
        class_name="two-steps",
    )
    first = button("Revoke", small=True, aria_label="Revoke " + name, on_click=of.ask(one.id))
    return row(title, one.details, rx.cond(of.asked_id == one.id, sure, first), key=one.id)


def row(name: rx.Component | rx.Var[str], details: rx.Var[str], *tools: rx.Component, **props) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.span(name, class_name="habit-name"),
            rx.el.span(details, class_name="habit-asks"),
            class_name="habit-words",
        ),
        *tools,
        class_name="pause-row",
        **props,
    )


def choices(legend: str, *boxes: rx.Component, error: rx.Var[str]) -> rx.Component:
    """Some things to tick under one heading."""
    return rx.el.fieldset(
        rx.el.legend(legend, class_name="field-label"),
        *boxes,
        rx.cond(error != "", rx.el.p(error, class_name="field-error", role="alert")),
        class_name="field",
    )


def box(label: str, name: str, **props) -> rx.Component:
    return rx.el.label(rx.el.input(type="checkbox", name=name, **props), rx.el.span(label), class_name="check-row")


def ticked(form: dict, name: str) -> bool:
    return form.get(name) in (True, "on", "true")
