"""One URL a habit that checks it in, for NFC tags, buttons and shortcuts; shown once, revoked at will."""

from dataclasses import dataclass

import reflex as rx
from sqlmodel import Session

from habit_coach import db
from habit_coach.accounts.models import User
from habit_coach.habits import habit as habits
from habit_coach.habits import links
from habit_coach.ui.arguments import an_id
from habit_coach.ui.components import fields
from habit_coach.ui.components.buttons import button, link
from habit_coach.ui.components.surfaces import card
from habit_coach.ui.navigation import NEW_HABIT
from habit_coach.ui.pages.settings.parts import revocable_row, shown_once
from habit_coach.ui.session import signed_in
from habit_coach.ui.words import moment_in_words


@dataclass(frozen=True)
class Row:
    id: str
    name: str
    details: str


class Links(rx.State):
    """`url` is the one that was just made; `made` counts, and empties the form."""

    rows: list[Row] = []
    habits: list[tuple[str, str]] = []
    url: str = ""
    asked_id: str = ""
    made: int = 0

    @rx.event
    def load(self):
        with db.session() as session:
            user = signed_in(session, self)
            rows = _rows(session, user)
            named = [(str(one.id), one.name) for one in habits.listed(session, user)]
        self.rows, self.habits = rows, named

    @rx.event
    def make(self, form: dict):
        with db.session(writes=True) as session:
            user = signed_in(session, self)
            name = str(form.get("name", ""))[:80]
            _, token = links.create(session, user, an_id(form.get("habit", "")), name)
            rows = _rows(session, user)
        self.rows, self.url = rows, links.url(token)
        self.made += 1

    @rx.event
    def close(self):
        """Forget the URL."""
        self.url = ""

    @rx.event
    def ask(self, link_id: str):
        self.asked_id = str(link_id)

    @rx.event
    def revoke(self, link_id: str):
        with db.session(writes=True) as session:
            user = signed_in(session, self)
            links.revoke(session, user, an_id(link_id))
            rows = _rows(session, user)
        self.rows, self.asked_id = rows, ""


def _rows(session: Session, user: User) -> list[Row]:
    return [
        Row(
            str(one.id),
            f"{habit.name} · {one.name}" if one.name else habit.name,
            f"opened {moment_in_words(one.last_used_at, user)}" if one.last_used_at else "never opened",
        )
        for one, habit in links.all_listed(session, user)
    ]


def check_in_links() -> rx.Component:
    return card(
        rx.el.p(
            "Whoever opens such a link checks the habit in, without signing in: "
            "put it on an NFC tag or behind a button.",
            class_name="muted",
        ),
        rx.el.ul(rx.foreach(Links.rows, lambda one: revocable_row(one, one.name, "the link to " + one.name, Links))),
        rx.el.div(
            rx.cond(
                Links.url != "",
                shown_once("new-link", "Your new link", Links.url, Links.close),
                rx.cond(
                    Links.habits,
                    _form(),
                    rx.el.p(link("Add a habit", to=NEW_HABIT, class_name="link"), " first, and link to it here."),
                ),
            ),
            aria_live="polite",
        ),
        title="Check-in links",
    )


def _form() -> rx.Component:
    return fields.form(
        rx.el.div(
            fields.select("Habit", "habit", Links.habits, id="link-habit"),
            fields.field(
                "Where it is used",
                "name",
                id="link-name",
                max_length=80,
                placeholder="Tag on the kettle",
                auto_complete="off",
            ),
            class_name="form-row",
        ),
        rx.el.div(button("Make a link", type="submit"), class_name="form-actions"),
        on_submit=Links.make,
        no_validate=True,
        key=Links.made,
    )
