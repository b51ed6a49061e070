"""People: who has an account, how it stands, and what an admin can do about it."""

from dataclasses import dataclass

import reflex as rx
from sqlmodel import Session

from habit_coach import db
from habit_coach.accounts import administration
from habit_coach.accounts.administration import Census, Standing
from habit_coach.accounts.models import Role, User
from habit_coach.errors import Invalid
from habit_coach.ui import formats
from habit_coach.ui.arguments import an_id
from habit_coach.ui.components.buttons import button, link
from habit_coach.ui.components.fields import segmented
from habit_coach.ui.components.surfaces import card, menu, menu_item
from habit_coach.ui.navigation import ADMIN
from habit_coach.ui.pages.admin.parts import badge, nothing, row, when
from habit_coach.ui.pages.admin.signed_in import SignedIn, dialog_of_sessions
from habit_coach.ui.session import admin_here
from habit_coach.ui.words import counted

A_PAGE = 50
EVERYBODY = "all"
CHOICES = ((EVERYBODY, "All"), *((one, one.capitalize()) for one in Standing))
LOOKS = {Standing.active: "", Standing.deactivated: "bad", Standing.leaving: "warn"}


@dataclass(frozen=True)
class Person:
    """An account, in words."""

    id: str
    email: str
    details: str
    standing: str
    look: str
    admin: bool
    active: bool


class People(rx.State):
    rows: list[Person] = []
    summary: str = ""
    search: str = ""
    which: str = EVERYBODY
    shown: int = A_PAGE
    more: bool = False
    known: bool = False

    @rx.event
    def load(self):
        with db.session() as session:
            _show(self, session, admin_here(session, self))

    @rx.event
    def look_for(self, search: str):
        with db.session() as session:
            admin = admin_here(session, self)
            self.search, self.shown = str(search).strip()[:100], A_PAGE
            _show(self, session, admin)

    @rx.event
    def choose(self, which: str):
        with db.session() as session:
            admin = admin_here(session, self)
            if which not in dict(CHOICES):
                raise Invalid("Choose one of the standings.")
            self.which, self.shown = which, A_PAGE
            _show(self, session, admin)

    @rx.event
    def show_more(self):
        with db.session() as session:
            admin = admin_here(session, self)
            self.shown += A_PAGE
            _show(self, session, admin)

    @rx.event
    def give_role(self, user_id: str, role: str):
        with db.session(writes=True) as session:
            admin = admin_here(session, self)
            changed = administration.change(session, admin, an_id(user_id), role=_role(role))
            _show(self, session, admin)
        return rx.toast(f"{changed.email} is {'an admin' if changed.role == Role.admin else 'a plain user'} now.")

    @rx.event
    def let_in(self, user_id: str, active: bool):
        """Deactivate, which signs out everywhere, or activate again; the toast undoes it."""
        with db.session(writes=True) as session:
            admin = admin_here(session, self)
            changed = administration.change(session, admin, an_id(user_id), active=bool(active))
            _show(self, session, admin)
        said = "can sign in again" if active else "is signed out everywhere and kept out"
        undo = {"label": "Undo", "on_click": People.let_in(user_id, not active)}
        return rx.toast(f"{changed.email} {said}.", action=undo, duration=8000)


def _show(page: People, session: Session, admin: User) -> None:
    standing = None if page.which == EVERYBODY else Standing(page.which)
    found = administration.listed(session, page.search, limit=page.shown + 1, standing=standing)
    seen = administration.last_seen(session, [user.id for user in found])
    page.rows = [
        _person(user, when(seen.get(user.id), admin), when(user.created_at, admin)) for user in found[: page.shown]
    ]
    page.more = len(found) > page.shown
    page.summary = _in_words(administration.census(session))
    page.known = True


def _person(user: User, seen: str, joined: str) -> Person:
    if user.deactivated_at:
        standing = Standing.deactivated
    else:
        standing = Standing.leaving if user.delete_after else Standing.active
    name = f"{user.name} · " if user.name else ""
    return Person(
        str(user.id),
        user.email,
        f"{name}joined {joined} · seen {seen}",
        standing,
        LOOKS[standing],
        user.role == Role.admin,
        user.deactivated_at is None,
    )


def _in_words(census: Census) -> str:
    standing = ", ".join(f"{formats.number(count)} {one}" for one, count in census.standing.items() if count)
    return f"{standing}; {counted(census.admins, 'admin')}. {formats.number(census.this_week)} signed up this week."


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise Invalid("A role is user or admin.") from None


def people() -> rx.Component:
    return card(
        rx.el.p(People.summary, class_name="muted small", role="status"),
        rx.el.div(
            rx.el.label(
                rx.el.span("Search people", class_name="visually-hidden"),
                rx.icon("search", size=18, aria_hidden="true"),
                rx.el.input(
                    type="search",
                    placeholder="E-mail or name",
                    class_name="input",
                    default_value=People.search,
                    on_change=People.look_for.debounce(250),
                ),
                class_name="search",
            ),
            segmented("Standing", "standing", CHOICES, People.which, People.choose),
            class_name="admin-filters",
        ),
        rx.cond(
            People.rows,
            rx.el.ul(rx.foreach(People.rows, _row), class_name="admin-rows"),
            rx.cond(People.known, nothing("Nobody matches. Try a part of the address.")),
        ),
        rx.cond(People.more, button("Show more", look="ghost", wide=True, on_click=People.show_more)),
        dialog_of_sessions(),
        title="People",
    )


def _row(person: rx.Var[Person]) -> rx.Component:
    return row(
        rx.fragment(
            person.email,
            rx.cond(person.admin, badge("admin", "good")),
            rx.cond(person.standing != Standing.active, badge(person.standing, person.look)),
        ),
        person.details,
        menu(
            "Actions for " + person.email,
            menu_item("monitor-smartphone", "Where they are signed in", on_click=SignedIn.look_at(person.id)),
            link(
                rx.icon("scroll-text", size=18, aria_hidden="true"),
                rx.el.span("What happened"),
                to=f"{ADMIN.route}?section=audit&user={person.id}",
                class_name="menu-item",
            ),
            rx.cond(
                person.admin,
                menu_item("shield-off", "Make a plain user", on_click=People.give_role(person.id, Role.user)),
                menu_item("shield", "Make an admin", on_click=People.give_role(person.id, Role.admin)),
            ),
            rx.cond(
                person.active,
                menu_item("user-x", "Deactivate", danger=True, on_click=People.let_in(person.id, False)),
                menu_item("user-check", "Activate again", on_click=People.let_in(person.id, True)),
            ),
        ),
        key=person.id,
    )
