"""Where things stand: cards, dialogs, empty states, banners, and the menu behind three dots."""

import reflex as rx

from habit_coach.ui.components.buttons import icon_button, link


def card(*children, title: str | rx.Var = "", tools: rx.Component | None = None, **props) -> rx.Component:
    """A surface with an optional heading and tools at its right."""
    head = []
    if isinstance(title, rx.Var) or title:
        head = [rx.el.div(rx.el.h2(title), *([tools] if tools else []), class_name="card-head")]
    return rx.el.section(*head, *children, class_name="card", **props)


def page_head(title: str | rx.Var, *tools: rx.Component, eyebrow: str | rx.Var = "") -> rx.Component:
    """The page's own heading, its one `h1`, with what can be done there at its right."""
    above = [rx.el.p(eyebrow, class_name="eyebrow")] if isinstance(eyebrow, rx.Var) or eyebrow else []
    right = [rx.el.div(*tools, class_name="toolbar")] if tools else []
    return rx.el.header(rx.el.div(*above, rx.el.h1(title)), *right, class_name="page-head")


def back(name: str, to: str) -> rx.Component:
    """The way to the page that this one belongs to; stands above its heading."""
    return link(rx.icon("arrow-left", size=18, aria_hidden="true"), name, to=to, class_name="back")


def dialog(name: str, title: str | rx.Var, *children, **props) -> rx.Component:
    """A native dialog. Open it with `data_opens=name` on a button, or from a handler with `open_dialog(name)`."""
    return rx.el.dialog(
        rx.el.div(
            rx.el.h2(title, id=f"{name}-title"),
            icon_button("x", "Close", data_closes=""),
            class_name="dialog-head",
        ),
        rx.el.div(*children, class_name="dialog-body"),
        id=name,
        class_name="dialog",
        aria_labelledby=f"{name}-title",
        **props,
    )


def open_dialog(name: str) -> rx.event.EventSpec:
    """Show the dialog, once the state that it shows has arrived."""
    return rx.call_script(f"coach.openChanged({name!r})")


def close_dialog(name: str) -> rx.event.EventSpec:
    return rx.call_script(f"coach.close({name!r})")


def menu(label: str | rx.Var[str], *items: rx.Component) -> rx.Component:
    """What can be done less often, behind three dots."""
    return rx.el.details(
        rx.el.summary(
            rx.icon("ellipsis", size=20, aria_hidden="true"), class_name="icon-button", aria_label=label, title=label
        ),
        rx.el.div(*items, class_name="menu-list"),
        class_name="menu",
    )


def menu_item(icon: str, *children, danger: bool = False, **props) -> rx.Component:
    """One action of a menu."""
    return rx.el.button(
        rx.icon(icon, size=18, aria_hidden="true"),
        rx.el.span(*children),
        type="button",
        class_name="menu-item is-danger" if danger else "menu-item",
        **props,
    )


def empty_state(
    title: str, text: str, *actions: rx.Component, picture: str = "/empty-day.svg", level: int = 2
) -> rx.Component:
    """What a list says when there is nothing in it: why, and what to do next. `level` 1 makes it the page's heading."""
    heading = rx.el.h1 if level == 1 else rx.el.h2
    return rx.el.section(
        rx.el.img(src=picture, alt="", custom_attrs={"width": "208", "height": "140"}),  # as props they become styles
        heading(title),
        rx.el.p(text),
        rx.el.div(*actions, class_name="cluster"),
        class_name="empty",
    )


def banner(icon: str, *children, bad: bool = False, **props) -> rx.Component:
    """A sentence about the state of things, across the page."""
    look = "banner is-bad" if bad else "banner"
    return rx.el.div(rx.icon(icon, size=20, aria_hidden="true"), rx.el.p(*children), class_name=look, **props)
