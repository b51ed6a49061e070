"""The outbox: what waits, what went out, and what was given up and can be tried again."""

from dataclasses import dataclass

import reflex as rx
from sqlmodel import Session

from habit_coach import db
from habit_coach.accounts import users
from habit_coach.accounts.models import User
from habit_coach.notifications import outbox, oversight
from habit_coach.notifications.oversight import Failure
from habit_coach.ui import formats
from habit_coach.ui.arguments import an_id
from habit_coach.ui.components.buttons import button
from habit_coach.ui.components.figures import stat, stats
from habit_coach.ui.components.surfaces import card
from habit_coach.ui.pages.admin.parts import nothing, row, when
from habit_coach.ui.session import admin_here
from habit_coach.ui.words import counted


@dataclass(frozen=True)
class Row:
    """A delivery that was given up."""

    id: str
    user_id: str
    notification_id: str
    name: str
    details: str


@dataclass(frozen=True)
class Numbers:
    """The outbox at a glance."""

    waiting: str = ""
    late: str = ""
    sent: str = ""
    failed: str = ""


class Deliveries(rx.State):
    rows: list[Row] = []
    numbers: Numbers = Numbers()

    @rx.event
    def load(self):
        with db.session() as session:
            _show(self, session, admin_here(session, self))

    @rx.event
    def retry(self, user_id: str, notification_id: str):
        with db.session(writes=True) as session:
            admin = admin_here(session, self)
            owner = users.get(session, an_id(user_id))
            count = outbox.retry(session, owner, an_id(notification_id))
            _show(self, session, admin)
        return rx.toast(f"{counted(count, 'notification')} will be tried again now.")

    @rx.event
    def retry_all(self):
        with db.session(writes=True) as session:
            admin = admin_here(session, self)
            count = outbox.retry_all(session)
            _show(self, session, admin)
        return rx.toast(f"{counted(count, 'notification')} will be tried again now.")


def _show(page: Deliveries, session: Session, admin: User) -> None:
    traffic = oversight.traffic(session)
    page.rows = [_row_of(one, admin) for one in oversight.failures(session)]
    page.numbers = Numbers(
        formats.number(traffic.waiting),
        f"{formats.number(traffic.late)} late",
        formats.number(traffic.sent_today),
        formats.number(traffic.failed),
    )


def _row_of(one: Failure, admin: User) -> Row:
    return Row(
        str(one.delivery_id),
        str(one.user_id),
        str(one.notification_id),
        f"{one.kind.capitalize()} by {one.channel} to {one.email}",
        f"Given up {when(one.ended_at, admin)} after {counted(one.tries, 'attempt')}: {one.error}",
    )


def deliveries() -> rx.Component:
    return rx.el.div(
        stats(
            stat("Under way", Deliveries.numbers.waiting, Deliveries.numbers.late),
            stat("Delivered in 24 hours", Deliveries.numbers.sent),
            stat("Given up", Deliveries.numbers.failed),
        ),
        card(
            rx.cond(
                Deliveries.rows,
                rx.el.ul(rx.foreach(Deliveries.rows, _row), class_name="admin-rows"),
                nothing("Nothing was given up. What fails for good shows here, with the reason."),
            ),
            title="Given up",
            tools=rx.cond(Deliveries.rows, button("Try all again", small=True, on_click=Deliveries.retry_all)),
        ),
        class_name="stack",
    )


def _row(one: rx.Var[Row]) -> rx.Component:
    again = button(
        "Try again",
        small=True,
        aria_label="Try again: " + one.name,
        on_click=Deliveries.retry(one.user_id, one.notification_id),
    )
    return row(one.name, one.details, again, key=one.id)
