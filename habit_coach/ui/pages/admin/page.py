"""The page: one section at a time, chosen by `?section=` in the address. To everybody but admins it does not exist."""

from collections.abc import Callable
from typing import NamedTuple

import reflex as rx

from habit_coach import db
from habit_coach.accounts.models import Role
from habit_coach.ui.bell import Bell
from habit_coach.ui.components.buttons import link
from habit_coach.ui.components.surfaces import page_head
from habit_coach.ui.live import Live
from habit_coach.ui.navigation import ADMIN
from habit_coach.ui.page import live
from habit_coach.ui.pages.admin.audit import Audit, audit
from habit_coach.ui.pages.admin.deliveries import Deliveries, deliveries
from habit_coach.ui.pages.admin.health import Health, health
from habit_coach.ui.pages.admin.models import Models, models
from habit_coach.ui.pages.admin.people import People, people
from habit_coach.ui.pages.admin.work import Work, work
from habit_coach.ui.pages.lost import nothing_here
from habit_coach.ui.session import visitor
from habit_coach.ui.shell import frame, shell


class Section(NamedTuple):
    """A part of the page: its name in the address and on its tab, what fills it, and how it is drawn."""

    key: str
    name: str
    load: rx.event.EventHandler
    content: Callable[[], rx.Component]


# A new section is a line here; its handlers begin with `admin_here`.
SECTIONS = (
    Section("health", "Health", Health.load, health),
    Section("people", "People", People.load, people),
    Section("tasks", "Tasks", Work.load, work),
    Section("outbox", "Outbox", Deliveries.load, deliveries),
    Section("models", "Models", Models.load, models),
    Section("audit", "Audit log", Audit.load, audit),
)
LOADS = {section.key: section.load for section in SECTIONS}


class Admin(rx.State):
    """Whether the page exists for whoever looks at it, and which section they see."""

    known: bool = False
    allowed: bool = False
    section: str = ""

    @rx.event
    def load(self):
        with db.session() as session:
            user = visitor(session, self)
        if user is None or user.role != Role.admin:
            self.reset()
            self.known = True
            return None
        wanted = self.router.url.query_parameters.get("section", "")
        section = wanted if wanted in LOADS else SECTIONS[0].key
        self.known, self.allowed, self.section = True, True, section
        return [rx.call_script("document.title = 'Admin · Habit Coach'"), Live.follow, LOADS[section], Bell.load]


@rx.page(route=ADMIN.route, title="Nothing here · Habit Coach", on_load=Admin.load)
def admin_page() -> rx.Component:
    return rx.cond(
        Admin.allowed,
        shell(ADMIN.route, _sections(), live(Admin.load)),
        rx.cond(Admin.known, nothing_here(), frame(rx.el.div(class_name="skeleton", aria_busy="true"))),
    )


def _sections() -> rx.Component:
    return rx.el.div(
        page_head("Admin"),
        rx.el.nav(
            rx.el.ul(*[rx.el.li(_tab(section)) for section in SECTIONS], class_name="chips"), aria_label="Sections"
        ),
        rx.match(
            Admin.section,
            *[(section.key, section.content()) for section in SECTIONS],
            rx.fragment(),
        ),
        class_name="stack admin",
    )


def _tab(section: Section) -> rx.Component:
    return link(
        section.name,
        to=f"{ADMIN.route}?section={section.key}",
        class_name="chip",
        aria_current=rx.cond(Admin.section == section.key, "page", "false"),
    )
