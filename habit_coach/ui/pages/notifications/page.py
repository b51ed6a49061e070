"""The inbox. Done, skip and later work from here; what is put away is gone from every open page."""

import reflex as rx

from habit_coach import db
from habit_coach.habits.models import State
from habit_coach.notifications import inbox, outbox, reminders
from habit_coach.ui.arguments import an_id
from habit_coach.ui.components.buttons import button, link, link_button
from habit_coach.ui.components.surfaces import empty_state, menu, menu_item, page_head
from habit_coach.ui.navigation import NOTIFICATIONS
from habit_coach.ui.page import page
from habit_coach.ui.pages.notifications.rows import Row, row
from habit_coach.ui.session import signed_in

SHOWN = 100


class Inbox(rx.State):
    rows: list[Row] = []
    unread: int = 0
    loaded: bool = False

    @rx.event
    def load(self):
        with db.session() as session:
            user = signed_in(session, self)
            found = inbox.listed(session, user, SHOWN)
            ways = inbox.deliveries(session, user, found)
            rows = [row(user, one, ways[one.id]) for one in found]
        if self.rows != rows:
            self.rows = rows
        self.unread, self.loaded = sum(one.unread for one in rows), True

    @rx.event
    def read_all(self):
        with db.session(writes=True) as session:
            inbox.read_all(session, signed_in(session, self))
        return Inbox.load

    @rx.event
    def done(self, notification_id: str):
        return self._answer(notification_id, State.done)

    @rx.event
    def skip(self, notification_id: str):
        return self._answer(notification_id, State.skipped)

    @rx.event
    def later(self, notification_id: str, length: str):
        wanted = length if length in ("10min", "1h", "tonight") else "1h"
        with db.session(writes=True) as session:
            reminders.snooze(session, signed_in(session, self), an_id(notification_id), wanted)
        return Inbox.load

    @rx.event
    def dismiss(self, notification_id: str):
        with db.session(writes=True) as session:
            inbox.dismiss(session, signed_in(session, self), an_id(notification_id))
        return Inbox.load

    @rx.event
    def retry(self, notification_id: str):
        with db.session(writes=True) as session:
            outbox.retry(session, signed_in(session, self), an_id(notification_id))
        return [Inbox.load, rx.toast("It is being sent again.")]

    def _answer(self, notification_id: str, state: State):
        with db.session(writes=True) as session:
            reminders.answer(session, signed_in(session, self), an_id(notification_id), state)
        return Inbox.load


@page(route=NOTIFICATIONS, title="Notifications", load=Inbox.load)
def notifications() -> rx.Component:
    return rx.el.div(
        page_head(
            "Notifications",
            rx.cond(Inbox.unread > 0, button("Mark all as read", small=True, on_click=Inbox.read_all)),
            link(
                rx.icon("sliders-horizontal", size=20, aria_hidden="true"),
                to=f"{NOTIFICATIONS}/settings",
                class_name="icon-button",
                aria_label="How you are told",
                title="How you are told",
            ),
        ),
        rx.cond(
            Inbox.rows,
            rx.el.ul(rx.foreach(Inbox.rows, _row), class_name="inbox", aria_live="polite"),
            rx.cond(Inbox.loaded, _nothing(), rx.el.div(class_name="skeleton", aria_busy="true")),
        ),
        class_name="narrow",
    )


def _row(one: rx.Var[Row]) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.match(
                one.kind,
                ("reminder", rx.icon("alarm-clock", size=20)),
                ("nudge", rx.icon("sprout", size=20)),
                ("report", rx.icon("chart-column", size=20)),
                rx.icon("bell", size=20),
            ),
            class_name="inbox-icon",
            aria_hidden="true",
        ),
        rx.el.div(
            rx.el.div(
                rx.cond(
                    one.link != "",
                    link(one.title, to=one.link, class_name="inbox-title"),
                    rx.el.span(one.title, class_name="inbox-title"),
                ),
                rx.cond(one.unread, rx.el.span("New", class_name="badge")),
                class_name="cluster",
            ),
            rx.cond(one.body != "", rx.el.p(one.body)),
            rx.el.p(one.when, class_name="muted small"),
            rx.cond(one.failed != "", _failed(one)),
            rx.cond(one.answerable, _answers(one)),
            class_name="inbox-body",
        ),
        menu(
            f"More about {one.title}",
            rx.cond(one.answerable, menu_item("skip-forward", "Skip", on_click=Inbox.skip(one.id))),
            menu_item("clock", "In 10 minutes", on_click=Inbox.later(one.id, "10min")),
            menu_item("clock-3", "In an hour", on_click=Inbox.later(one.id, "1h")),
            menu_item("moon", "Tonight", on_click=Inbox.later(one.id, "tonight")),
            menu_item("x", "Dismiss", on_click=Inbox.dismiss(one.id)),
        ),
        class_name="inbox-row",
        data_unread=one.unread.to_string(),
        key=one.id,
    )


def _answers(one: rx.Var[Row]) -> rx.Component:
    return rx.el.div(
        button("Done", look="primary", small=True, on_click=Inbox.done(one.id)),
        button("In an hour", small=True, on_click=Inbox.later(one.id, "1h")),
        class_name="cluster inbox-answers",
    )


def _failed(one: rx.Var[Row]) -> rx.Component:
    return rx.el.div(
        rx.el.p(one.failed, class_name="inbox-failed"),
        button("Try again", small=True, on_click=Inbox.retry(one.id)),
        class_name="cluster",
    )


def _nothing() -> rx.Component:
    return empty_state(
        "All quiet",
        "Reminders and your weekly report arrive here. Give a habit a time, and you will be told.",
        link_button("Choose a habit", to="/habits", look="primary"),
        picture="/empty-list.svg",
    )
