"""The page: the list with its search, the archive below it."""

import reflex as rx
from reflex.experimental.client_state import ClientStateVar

from habit_coach.ui.components.buttons import button, icon_button, link, link_button
from habit_coach.ui.components.colors import tint
from habit_coach.ui.components.figures import habit_mark
from habit_coach.ui.components.sorting import sortable_row
from habit_coach.ui.components.surfaces import empty_state, menu, menu_item, page_head
from habit_coach.ui.page import page
from habit_coach.ui.pages.habits import pauses
from habit_coach.ui.pages.habits.rows import Group, Row
from habit_coach.ui.pages.habits.state import Habits

SEARCH_FROM = 9
query = ClientStateVar.create("habits_query", "")


@page(route="/habits", title="Habits", load=Habits.load)
def habits_page() -> rx.Component:
    return rx.fragment(
        page_head("Habits", _tools()),
        rx.cond(
            Habits.shown.known,
            rx.cond(Habits.shown.count > 0, _list(), _nothing()),
            rx.el.div(*[rx.el.div(class_name="skeleton") for _ in range(4)], class_name="stack", aria_hidden="true"),
        ),
        pauses.card_of_pauses(),
        rx.cond(Habits.shown.archived, _archive()),
        pauses.pause_dialog(),
    )


def _tools() -> rx.Component:
    return rx.cond(
        Habits.arranging,
        button(rx.icon("check", size=18), "Done", look="primary", on_click=Habits.arrange),
        rx.fragment(
            rx.cond(
                Habits.shown.count > 0,
                link_button(rx.icon("plus", size=18), "New habit", to="/habits/new", look="primary"),
            ),
            menu(
                "More",
                rx.cond(
                    Habits.shown.count > 1,
                    menu_item("arrow-up-down", "Change the order", on_click=Habits.arrange),
                ),
                menu_item("umbrella", "Pause everything", on_click=pauses.Pauses.ask("")),
                menu_item("sparkles", "Ideas for habits", on_click=rx.redirect("/welcome")),
            ),
        ),
    )


def _nothing() -> rx.Component:
    return empty_state(
        "What would you like to keep?",
        "Begin with one habit, so small that it is hard to say no to. You can add more when it sits.",
        link_button("Choose from ideas", to="/welcome", look="primary"),
        link_button("Make my own", to="/habits/new"),
        picture="/empty-list.svg",
    )


def _list() -> rx.Component:
    return rx.el.div(
        rx.cond(Habits.shown.count >= SEARCH_FROM, _search()),
        rx.el.p(Habits.said, class_name="visually-hidden", role="status"),
        rx.cond(
            Habits.arranging,
            rx.el.p("Use the arrows, or drag a habit to its place, also into another group.", class_name="muted"),
        ),
        rx.el.div(rx.foreach(Habits.shown.groups, _group), class_name="stack habit-groups"),
        rx.el.p("No habit has this in its name, group or tags.", class_name="muted no-match", role="status"),
        rx.cond(~Habits.arranging, _legend()),
        class_name="stack",
    )


def _legend() -> rx.Component:
    return rx.el.p(
        rx.icon("flame", size=14, aria_hidden="true"),
        "streak, and what was kept in the last 30 days",
        class_name="habit-legend",
    )


def _search() -> rx.Component:
    return rx.el.label(
        rx.el.span("Search your habits", class_name="visually-hidden"),
        rx.icon("search", size=18, aria_hidden="true"),
        rx.el.input(
            type="search",
            placeholder="Search",
            value=query.value,
            on_change=query.set_value,
            class_name="input",
            auto_complete="off",
        ),
        class_name="search",
    )


def _group(group: rx.Var[Group]) -> rx.Component:
    heading = rx.el.h2(rx.cond(group.name == "", "Without a group", group.name))
    tools = rx.el.div(
        icon_button("arrow-up", "Move " + group.name + " up", on_click=Habits.step_group(group.name, -1)),
        icon_button("arrow-down", "Move " + group.name + " down", on_click=Habits.step_group(group.name, 1)),
        class_name="toolbar",
    )
    many = Habits.shown.groups.length() > 1
    return rx.el.section(
        rx.cond(
            (group.name != "") | many,
            rx.el.div(heading, rx.cond(Habits.arranging & many, tools), class_name="group-head"),
        ),
        rx.el.ul(rx.foreach(group.rows, _row), class_name="list"),
        class_name="habit-group",
        key=group.key,
    )


def _row(row: rx.Var[Row]) -> rx.Component:
    return sortable_row(
        rx.cond(
            Habits.arranging,
            rx.el.span(rx.icon("grip-vertical", size=18), class_name="grip", aria_hidden="true"),
        ),
        link(habit_mark(row.icon, row.name), _name(row), to="/habits/" + row.id, class_name="habit-link"),
        rx.cond(Habits.arranging, _arrows(row), rx.fragment(_figures(row), _menu(row))),
        id=row.id,
        sorting=Habits.arranging,
        on_dropped=Habits.drop,
        class_name="list-row habit-row",
        style=tint(row.color, row.on_color),
        hidden=~row.finds.contains(query.value.lower()),
        key=row.id,
    )


def _name(row: rx.Var[Row]) -> rx.Component:
    return rx.el.span(
        rx.el.span(row.name, class_name="habit-name"),
        rx.el.span(row.asks, class_name="habit-asks"),
        rx.cond(row.note != "", rx.el.span(row.note, class_name="badge is-warn")),
        class_name="habit-words",
    )


def _figures(row: rx.Var[Row]) -> rx.Component:
    return rx.el.span(
        rx.el.span(
            rx.icon("flame", size=16, aria_hidden="true"),
            rx.el.span(row.streak, aria_hidden="true"),
            rx.el.span(row.streak_words, class_name="visually-hidden"),
            class_name=rx.cond(row.streak == "0", "habit-streak is-out", "habit-streak"),
            title=row.streak_words,
        ),
        rx.el.span(
            rx.el.span(row.rate, aria_hidden="true"),
            rx.el.span(row.rate_words, class_name="visually-hidden"),
            class_name="habit-rate",
            title=row.rate_words,
        ),
        class_name="habit-figures number",
    )


def _menu(row: rx.Var[Row]) -> rx.Component:
    return menu(
        "What to do with " + row.name,
        menu_item("pencil", "Edit", on_click=rx.redirect("/habits/" + row.id + "/edit")),
        menu_item("pause", "Pause", on_click=pauses.Pauses.ask(row.id)),
        menu_item("archive", "Archive", on_click=Habits.put_away(row.id)),
        menu_item("trash-2", "Delete", danger=True, on_click=Habits.delete(row.id)),
    )


def _arrows(row: rx.Var[Row]) -> rx.Component:
    return rx.el.span(
        icon_button("arrow-up", "Move " + row.name + " up", id="up-" + row.id, on_click=Habits.step(row.id, -1)),
        icon_button("arrow-down", "Move " + row.name + " down", id="down-" + row.id, on_click=Habits.step(row.id, 1)),
        class_name="arrows",
    )


def _archive() -> rx.Component:
    return rx.el.details(
        rx.el.summary("Archive", rx.el.span(Habits.shown.archived.length(), class_name="badge"), class_name="fold"),
        rx.el.p("Put away with all of their history. They ask for nothing.", class_name="muted small"),
        rx.el.ul(rx.foreach(Habits.shown.archived, _archived_row), class_name="list"),
        class_name="folded stack",
    )


def _archived_row(row: rx.Var[Row]) -> rx.Component:
    return rx.el.li(
        link(habit_mark(row.icon, row.name), _name(row), to="/habits/" + row.id, class_name="habit-link"),
        button("Take up again", small=True, on_click=Habits.take_up(row.id)),
        icon_button("trash-2", "Delete " + row.name, on_click=Habits.delete(row.id)),
        class_name="list-row habit-row is-archived",
        style=tint(row.color, row.on_color),
        key=row.id,
    )
