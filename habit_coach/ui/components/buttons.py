"""Things to press: buttons for actions, links that look like them for places."""

from typing import Literal

import reflex as rx
from reflex_components_core.el.elements.inline import A
from reflex_components_core.react_router.dom import ReactRouterLink

Look = Literal["primary", "quiet", "ghost", "danger"]


def button(*children, look: Look = "quiet", small: bool = False, wide: bool = False, **props) -> rx.Component:
    """An action. Give `on_click`, `type="submit"`, or `data_opens="the id of a dialog"`."""
    props.setdefault("type", "button")
    return rx.el.button(*children, class_name=_looks(look, small, wide), **props)


def icon_button(icon: str, label: str | rx.Var[str], size: int = 20, **props) -> rx.Component:
    """An action shown by a lucide icon; `label` is what a screen reader says and a mouse is told."""
    props = {"type": "button", "class_name": "icon-button", "title": label} | props
    return rx.el.button(rx.icon(icon, size=size, aria_hidden="true"), aria_label=label, **props)


def link(*children, to: str | rx.Var[str], **props) -> rx.Component:
    """A way to another page of the app, without loading it anew."""
    return ReactRouterLink.create(*children, to=to, **props)


def plain_link(*children, to: str | rx.Var[str], **props) -> rx.Component:
    """A link that the browser itself follows: to a part of the page, or to what is no page of the app."""
    return A.create(*children, href=to, **props)  # rx.el.a would be the router's link


def link_button(
    *children, to: str | rx.Var[str], look: Look = "quiet", small: bool = False, wide: bool = False, **props
) -> rx.Component:
    """The same, looking like a button."""
    return link(*children, to=to, class_name=_looks(look, small, wide), **props)


def _looks(look: Look, small: bool, wide: bool) -> str:
    return f"button is-{look}" + " is-small" * small + " is-wide" * wide
