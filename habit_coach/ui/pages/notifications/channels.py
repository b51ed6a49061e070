"""The channels besides inbox and e-mail: what goes through each, whether it works, and what became of it."""

import reflex as rx

from habit_coach.ui.components import fields
from habit_coach.ui.components.buttons import button
from habit_coach.ui.components.surfaces import card
from habit_coach.ui.pages.notifications.rows import Sent
from habit_coach.ui.pages.notifications.ways import Choice, Way, Ways


def channels() -> rx.Component:
    return card(
        rx.cond(Ways.ways, rx.el.ul(rx.foreach(Ways.ways, _way), class_name="report-lines")),
        rx.cond(
            Ways.secret != "",
            rx.el.p("Check signatures with this secret, shown only now: ", rx.el.code(Ways.secret)),
        ),
        fields.form(
            fields.field(
                "Apprise or webhook URL",
                "url",
                placeholder="ntfys://ntfy.sh/my-topic",
                hint="ntfy, Telegram, Matrix, Slack and others by Apprise; https:// for a signed webhook.",
                error=Ways.refused,
                required=True,
            ),
            fields.field("Its name", "label", max_length=80, placeholder="My phone"),
            rx.el.div(
                button("Add", type="submit", look="primary"),
                button("Tell me in this browser", on_click=Ways.ask_browser),
                class_name="form-actions",
            ),
            on_submit=Ways.add,
            reset_on_submit=True,
        ),
        title="Other channels",
    )


def _way(way: rx.Var[Way]) -> rx.Component:
    return rx.el.li(
        rx.icon("send", size=20, aria_hidden="true"),
        rx.el.div(rx.el.strong(way.label), rx.el.p(way.kind, class_name="muted small")),
        button("Test", small=True, aria_label=f"Test {way.label}", on_click=Ways.test(way.id)),
        button("Remove", small=True, aria_label=f"Remove {way.label}", on_click=Ways.remove(way.id)),
        rx.el.details(
            rx.el.summary("What goes through it", class_name="fold"),
            rx.el.div(
                rx.foreach(way.choices, lambda one: _choice(way, one)),
                role="group",
                aria_label=f"What goes through {way.label}",
                class_name="cluster",
            ),
            rx.cond(way.sent, rx.el.ul(rx.foreach(way.sent, lambda one: _sent(way, one)), class_name="sent")),
            class_name="way-more",
        ),
        class_name="way",
        key=way.id,
    )


def _choice(way: rx.Var[Way], one: rx.Var[Choice]) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="checkbox", checked=one.chosen, on_change=lambda _: Ways.want(way.id, one.kind)),
        rx.el.span(one.label),
        class_name="check-row",
    )


def _sent(way: rx.Var[Way], one: rx.Var[Sent]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(one.what, class_name="sent-what"),
            rx.el.p(one.when, class_name="muted small"),
            rx.cond(one.error != "", rx.el.p(one.error, class_name="inbox-failed small")),
        ),
        rx.cond(one.is_over, button("Send again", small=True, on_click=Ways.replay(way.id, one.id))),
        key=one.id,
    )
