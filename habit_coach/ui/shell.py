"""The frame around a signed-in page: navigation at the side or, on a phone, at the bottom."""

import reflex as rx
from reflex.style import resolved_color_mode, toggle_color_mode
from reflex_components_core.core.banner import has_connection_errors

from habit_coach.ui.bell import bell
from habit_coach.ui.components.buttons import icon_button, link, plain_link
from habit_coach.ui.components.fields import form
from habit_coach.ui.components.surfaces import banner
from habit_coach.ui.live import Live
from habit_coach.ui.navigation import ADMIN, PLACES, Place
from habit_coach.ui.shortcuts import list_of_keys, shortcuts


def shell(route: str, *content: rx.Component) -> rx.Component:
    """The page at `route`, framed; its place in the navigation is the one that the route begins with."""
    return rx.el.div(
        skip_link(),
        line_is_down(),
        rx.el.header(
            logo("/today"),
            rx.el.div(bell(), theme_switch(), shortcuts(), sign_out(), class_name="top-tools"),
            class_name="top",
        ),
        rx.el.nav(
            rx.el.ul(
                *[rx.el.li(_place(place, route)) for place in PLACES],
                rx.cond(Live.is_admin, rx.el.li(_place(ADMIN, route))),
                class_name="places",
            ),
            class_name="side",
            aria_label="Main",
            on_mount=rx.call_script("coach.fetchAhead()"),
        ),
        rx.el.main(*content, id="main", class_name="main", tab_index=-1),
        list_of_keys(),
        class_name="shell",
    )


def frame(*content: rx.Component, tools: tuple[rx.Component, ...] = ()) -> rx.Component:
    """The frame of a page that is open to everyone: the logo, and nothing to lose one's way in."""
    return rx.el.div(
        skip_link(),
        rx.el.header(logo("/"), rx.el.div(*tools, theme_switch(), class_name="top-tools"), class_name="open-top"),
        rx.el.main(*content, id="main", class_name="open-main", tab_index=-1),
        class_name="open",
    )


def skip_link() -> rx.Component:
    return plain_link("Skip to the content", to="#main", class_name="skip-link")


def logo(to: str) -> rx.Component:
    """The way home. The picture is `logo.svg`, drawn in place: a file of its own would be one more to wait for."""
    line = {"fill": "none", "stroke_width": "6", "stroke_linecap": "round", "stroke_linejoin": "round"}
    picture = rx.el.svg(
        rx.el.svg.rect(width="64", height="64", rx="18", fill="#b5400f"),
        rx.el.svg.path(d="M14 40a18 18 0 1 1 36 0", stroke="#ffd9c2", **line),
        rx.el.svg.path(d="M22.5 37.5l7 7L43 30", stroke="#fff", **line),
        view_box="0 0 64 64",
        aria_hidden="true",
    )
    return link(picture, "Habit Coach", to=to, class_name="logo")


def theme_switch() -> rx.Component:
    """Light or dark, kept by the browser."""
    dark = resolved_color_mode == "dark"
    return rx.cond(
        dark,
        icon_button("sun", "Use light colours", on_click=toggle_color_mode),
        icon_button("moon", "Use dark colours", on_click=toggle_color_mode),
    )


def sign_out() -> rx.Component:
    """A plain form, so that the cookie goes with a full navigation."""
    return form(icon_button("log-out", "Sign out", type="submit"), action="/sign-out", method="post")


def line_is_down() -> rx.Component:
    """Says that the server cannot be reached; what is shown stays as it was last known."""
    return rx.el.div(
        rx.cond(
            has_connection_errors,
            banner("wifi-off", "You are offline. What you tap is kept and sent when the line is back."),
        ),
        class_name="line-is-down",
        role="status",
    )


def _place(place: Place, route: str) -> rx.Component:
    here = {"aria_current": "page"} if route.startswith(place.route) else {}
    return link(
        rx.icon(place.icon, size=22, aria_hidden="true"),
        rx.el.span(place.name),
        to=place.route,
        class_name="place",
        **here,
    )
