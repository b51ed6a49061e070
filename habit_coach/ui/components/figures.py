"""Numbers made visible: tiles, rings, bars, days."""

import reflex as rx


def stat(label: str, value: str | rx.Var, note: str | rx.Var = "") -> rx.Component:
    """One number with its name, for a `div.stats`. Give a dash where there is none yet, never 0."""
    parts = [rx.el.dt(label, class_name="stat-label"), rx.el.dd(value, class_name="stat-value")]
    if isinstance(note, rx.Var) or note:
        parts.append(rx.el.dd(note, class_name="stat-note"))
    return rx.el.div(*parts, class_name="stat")


def stats(*tiles: rx.Component) -> rx.Component:
    """Tiles side by side."""
    return rx.el.dl(*tiles, class_name="stats")


def ring(percent: rx.Var[int] | int, *inside, label: str | rx.Var[str], size: str = "5.5rem") -> rx.Component:
    """A ring filled to `percent`, with what is given in its middle."""
    circle = {"cx": "60", "cy": "60", "r": "52", "custom_attrs": {"pathLength": "100"}}
    return rx.el.div(
        rx.el.svg(rx.el.svg.circle(**circle), rx.el.svg.circle(**circle), view_box="0 0 120 120", aria_hidden="true"),
        rx.el.span(*inside, class_name="ring-text"),
        class_name="ring",
        role="img",
        aria_label=label,
        style={"--filled": percent, "--ring-size": size},
    )


def bar(percent: rx.Var[int] | int, label: str | rx.Var[str]) -> rx.Component:
    """A bar filled to `percent` in the habit's colour."""
    return rx.el.div(rx.el.span(), class_name="bar", role="img", aria_label=label, style={"--filled": percent})


def cell(outcome: rx.Var[str] | str, label: rx.Var[str] | str, **props) -> rx.Component:
    """One day, coloured by its outcome; `label` says it in words."""
    return rx.el.span(class_name="cell", data_outcome=outcome, role="img", aria_label=label, title=label, **props)


def habit_mark(icon: rx.Var[str], name: rx.Var[str]) -> rx.Component:
    """A habit's emoji, or the first letter of its name, on its colour. Needs `tint` on itself or above."""
    return rx.el.span(rx.cond(icon != "", icon, name[0]), class_name="habit-mark", aria_hidden="true")
