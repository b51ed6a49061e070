"""Where a newcomer arrives: habits to choose from, and on to the day."""

from dataclasses import dataclass

import reflex as rx

from habit_coach import db
from habit_coach.errors import NotFound
from habit_coach.habits import habit
from habit_coach.habits.schedule import describe
from habit_coach.habits.templates import TEMPLATES, Template
from habit_coach.ui.arguments import an_id
from habit_coach.ui.components.buttons import link, link_button
from habit_coach.ui.components.checkin import plain
from habit_coach.ui.components.colors import readable_on, tint
from habit_coach.ui.components.surfaces import page_head
from habit_coach.ui.navigation import NEW_HABIT, WELCOME
from habit_coach.ui.page import page
from habit_coach.ui.session import signed_in

BY_NAME = {template.draft.name: template.draft for template in TEMPLATES}
THEMES = tuple(dict.fromkeys(template.theme for template in TEMPLATES))


@dataclass(frozen=True)
class Chosen:
    """How many habits there are, in words, and which of the templates are among them."""

    names: list[str]
    says: str


class Welcome(rx.State):
    chosen: Chosen = Chosen([], "")

    @rx.event
    def load(self):
        with db.session() as session:
            user = signed_in(session, self)
            names = [one.name for one in habit.listed(session, user)]
        self.chosen = _chosen(names)

    @rx.event
    def toggle(self, name: str):
        """Make a habit of the template with this name or, when there is one, take it away again."""
        with db.session(writes=True) as session:
            user = signed_in(session, self)
            if name not in BY_NAME:
                raise NotFound("There is no such template.")
            same = next((one for one in habit.listed(session, user) if one.name == name), None)
            if same:
                habit.delete(session, user, same.id)
            else:
                habit.create(session, user, BY_NAME[name])
            names = [one.name for one in habit.listed(session, user)]
        self.chosen = _chosen(names)
        if same:  # it may have had a history
            undo = {"label": "Undo", "on_click": Welcome.bring_back(str(same.id))}
            return rx.toast(f"{name} is off your list.", action=undo, id="undo", duration=8000)

    @rx.event
    def bring_back(self, habit_id: str):
        with db.session(writes=True) as session:
            user = signed_in(session, self)
            habit.restore(session, user, an_id(habit_id))
            names = [one.name for one in habit.listed(session, user)]
        self.chosen = _chosen(names)


def _chosen(names: list[str]) -> Chosen:
    count = len(names)
    says = {0: "Nothing chosen yet. One is a good number to begin with.", 1: "1 habit"}.get(count, f"{count} habits")
    return Chosen(names, says)


@page(route=WELCOME, title="Welcome", load=Welcome.load)
def welcome() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            page_head("What would you like to keep?"),
            rx.el.p(
                "Tap what speaks to you. You can change every detail later, or begin with one of your own.",
                class_name="muted",
            ),
            *[_theme(theme) for theme in THEMES],
            class_name="stack welcome",
        ),
        rx.el.div(
            rx.el.p(Welcome.chosen.says, role="status"),
            link("Make my own", to=NEW_HABIT, class_name="button is-ghost"),
            link_button("Go to today", to="/today", look="primary"),
            class_name="welcome-bar",
        ),
    )


def _theme(theme: str) -> rx.Component:
    return rx.el.section(
        rx.el.h2(theme),
        rx.el.ul(
            *[rx.el.li(_choice(template)) for template in TEMPLATES if template.theme == theme], class_name="templates"
        ),
        class_name="stack",
    )


def _choice(template: Template) -> rx.Component:
    draft = template.draft
    taken = Welcome.chosen.names.contains(draft.name)
    return rx.el.button(
        rx.el.span(draft.icon, class_name="habit-mark", aria_hidden="true"),
        rx.el.span(
            rx.el.strong(draft.name), rx.el.span(_says(template), class_name="muted small"), class_name="template-text"
        ),
        rx.el.span(
            rx.cond(taken, rx.icon("check", size=18), rx.icon("plus", size=18)),
            class_name="template-tick",
            aria_hidden="true",
        ),
        type="button",
        class_name="template",
        aria_pressed=rx.cond(taken, "true", "false"),
        on_click=Welcome.toggle(draft.name),
        style=tint(draft.color, readable_on(draft.color)),
    )


def _says(template: Template) -> str:
    """ "20 pages, every day"; the number as the person's region writes it."""
    draft = template.draft
    when = describe(draft.schedule)
    if draft.target is None:
        return when[0].upper() + when[1:]
    if draft.target == 0:
        return f"None, {when}"
    most = "At most " if draft.direction == "at_most" else ""
    return f"{most}{plain(rx.Var.create(draft.target))} {draft.unit}, {when}"
