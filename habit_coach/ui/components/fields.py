"""Form fields: a label, a control, a hint and an error, tied together for screen readers by the control's id."""

from collections.abc import Sequence

import reflex as rx


def field(
    label: str, name: str, *, hint: str | rx.Var = "", error: rx.Var[str] | None = None, control=rx.el.input, **props
) -> rx.Component:
    """A labelled input named `name`; `control` may be `rx.el.textarea`, `error` a var, empty when all is well."""
    control_id = props.pop("id", name)
    notes = [f"{control_id}-hint"] if isinstance(hint, rx.Var) or hint else []
    if error is not None:
        notes.append(f"{control_id}-error")
        props["aria_invalid"] = rx.cond(error != "", "true", "false")
    if notes:
        props["aria_describedby"] = " ".join(notes)
    look = {rx.el.textarea: "textarea", rx.el.select: "select"}.get(control, "input")
    made = control(*props.pop("children", ()), id=control_id, name=name, class_name=look, **props)
    return labelled(label, control_id, made, hint=hint, error=error)


def select(label: str, name: str, options: Sequence[tuple[str, str]] | rx.Var, **props) -> rx.Component:
    """A labelled choice. `options` are pairs of value and text."""
    if isinstance(options, rx.Var):
        children = [rx.foreach(options, lambda option: rx.el.option(option[1], value=option[0]))]
    else:
        children = [rx.el.option(text, value=value) for value, text in options]
    return field(label, name, control=rx.el.select, children=children, **props)


def labelled(
    label: str, control_id: str, control: rx.Component, *, hint: str | rx.Var = "", error: rx.Var[str] | None = None
) -> rx.Component:
    """Any control under its label, with its hint and its error."""
    parts = [rx.el.label(label, html_for=control_id, class_name="field-label"), control]
    if isinstance(hint, rx.Var) or hint:
        parts.append(rx.el.p(hint, id=f"{control_id}-hint", class_name="field-hint"))
    if error is not None:
        says = rx.el.p(error, id=f"{control_id}-error", class_name="field-error", role="alert")
        parts.append(rx.cond(error != "", says))
    return rx.el.div(*parts, class_name="field")


def segmented(
    legend: str, name: str, options: Sequence[tuple[str, str]], value: rx.Var[str], on_change: rx.EventHandler
) -> rx.Component:
    """A few choices of which one holds; `on_change` hears the value chosen."""
    return rx.el.fieldset(
        rx.el.legend(legend, class_name="visually-hidden"),
        *[
            rx.el.label(
                rx.el.input(
                    type="radio", name=name, value=option, checked=value == option, on_change=on_change(option)
                ),
                rx.el.span(text),
            )
            for option, text in options
        ],
        class_name="segmented",
    )


def switch(label: str, name: str, **props) -> rx.Component:
    """On or off, with its words beside it; give `checked` and `on_change`, or `default_checked` inside a form."""
    return rx.el.label(
        rx.el.input(type="checkbox", role="switch", id=name, name=name, class_name="switch", **props),
        rx.el.span(label),
        class_name="check-row",
    )


def form(*children, keeps: str = "", **props) -> rx.Component:
    """A form; without `on_submit` it is posted by the browser itself to its `action`.

    With `keeps`, its id, what is typed outlives a restart of the server, if what loads it ends in `put_back`.
    """
    props.setdefault("on_submit", None)
    if keeps:
        props |= {"id": keeps, "data_keeps": ""}
    return rx.el.form(*children, class_name="form", **props)


def put_back(form: str, reminders: rx.EventHandler | None = None) -> rx.event.EventSpec:
    """What had been typed into the form before its page was emptied; `reminders` hears the times among it, or None."""
    return rx.call_script(f"coach.putBack({form!r})", callback=reminders)
