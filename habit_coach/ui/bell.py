"""The bell in the shell: how many notifications are unread, live on every page."""

import reflex as rx

from habit_coach import db
from habit_coach.notifications import inbox
from habit_coach.ui.components.buttons import link
from habit_coach.ui.navigation import NOTIFICATIONS
from habit_coach.ui.session import signed_in


class Bell(rx.State):
    unread: int = 0

    @rx.event
    def load(self):
        with db.session() as session:
            unread = inbox.unread(session, signed_in(session, self))
        if self.unread != unread:
            self.unread = unread


def bell() -> rx.Component:
    """The way to the inbox, with the number of what is new."""
    return link(
        rx.icon("bell", size=20, aria_hidden="true"),
        rx.el.span("Notifications", class_name="visually-hidden"),
        rx.el.span(
            rx.cond(
                Bell.unread > 0,
                rx.el.span(
                    rx.cond(Bell.unread > 99, "99+", Bell.unread.to_string()),
                    rx.el.span(" unread", class_name="visually-hidden"),
                    class_name="bell-count",
                ),
            ),
            aria_live="polite",
            class_name="bell-live",
        ),
        to=NOTIFICATIONS,
        class_name="icon-button bell",
        title="Notifications",
    )
