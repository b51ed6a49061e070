"""The page on which the person chooses how they are told."""

import reflex as rx

from habit_coach.habits.schedule import WEEKDAY_NAMES
from habit_coach.ui.components import fields
from habit_coach.ui.components.buttons import button
from habit_coach.ui.components.surfaces import back, card, page_head
from habit_coach.ui.navigation import NOTIFICATIONS
from habit_coach.ui.page import page
from habit_coach.ui.pages.notifications.channels import channels
from habit_coach.ui.pages.notifications.ways import Ways

WEEKDAYS = (("", "The first day of my week"), *((str(number), name) for number, name in enumerate(WEEKDAY_NAMES)))
HOURS = tuple((str(hour), f"{hour:02}:00") for hour in range(24))


@page(route=f"{NOTIFICATIONS}/settings", title="How you are told", load=Ways.load)
def choosing() -> rx.Component:
    return rx.el.div(
        rx.el.div(back("Notifications", to=NOTIFICATIONS), page_head("How you are told")),
        rx.cond(
            Ways.loaded,
            rx.fragment(_times(), channels(), _calendar()),
            rx.fragment(*[rx.el.div(class_name="skeleton") for _ in range(3)]),
        ),
        class_name="narrow stack settings",
    )


def _times() -> rx.Component:
    chosen = Ways.chosen
    return card(
        fields.form(
            rx.el.div(
                fields.field("Quiet from", "quiet_from", type="time", default_value=chosen.quiet_from),
                fields.field("until", "quiet_until", type="time", default_value=chosen.quiet_until),
                class_name="form-row",
            ),
            rx.el.p("In quiet hours the inbox fills silently; everything else waits.", class_name="muted small"),
            rx.el.div(
                fields.switch("Reminders by e-mail", "reminders", default_checked=chosen.reminders),
                fields.switch("Tell me when a habit is about to slip", "nudges", default_checked=chosen.nudges),
                rx.el.p(
                    "A nudge: after a first miss, at the hour at which you usually do it, once a day at most.",
                    class_name="muted small",
                ),
                fields.switch("Nudges by e-mail", "nudges_by_email", default_checked=chosen.nudges_by_email),
                fields.switch("Weekly report by e-mail", "reports", default_checked=chosen.reports),
                fields.switch("Make a weekly report", "wanted", default_checked=chosen.wanted),
                class_name="switches",
            ),
            rx.el.div(
                fields.select("It comes on", "weekday", WEEKDAYS, default_value=chosen.weekday),
                fields.select("at", "hour", HOURS, default_value=chosen.hour),
                class_name="form-row",
            ),
            rx.el.div(
                button("Save", type="submit", look="primary"),
                button("Send a test mail", on_click=Ways.test("email")),
                class_name="form-actions",
            ),
            on_submit=Ways.save,
            key=chosen.to_string(),
        ),
        title="When, and by e-mail",
    )


def _calendar() -> rx.Component:
    return card(
        rx.cond(
            Ways.chosen.calendar != "",
            rx.fragment(
                fields.field(
                    "Subscribe to this address",
                    "calendar",
                    value=Ways.chosen.calendar,
                    read_only=True,
                    hint="Whoever knows it can read what is due. Make a new one when it got out.",
                ),
                rx.el.div(
                    button("Make a new address", on_click=Ways.new_calendar),
                    button("Take it back", on_click=Ways.end_calendar),
                    class_name="form-actions",
                ),
            ),
            rx.fragment(
                rx.el.p("See what is due, with its reminders, in any calendar program.", class_name="muted"),
                rx.el.div(button("Make a calendar address", on_click=Ways.new_calendar), class_name="form-actions"),
            ),
        ),
        title="Calendar",
    )
