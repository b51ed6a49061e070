"""The year at a glance: a real grid of weeks, each day a button that opens it."""

import reflex as rx

from habit_coach.ui.components.surfaces import card
from habit_coach.ui.pages.habit.calendar import FUTURE, Cell, Label
from habit_coach.ui.pages.habit.state import HabitPage

LEGEND = (
    ("kept", "Kept"),
    ("partial", "Partly"),
    ("missed", "Missed"),
    ("extra", "Extra"),
    ("skipped", "Skipped or paused"),
    ("off", "Not due"),
)


def heatmap() -> rx.Component:
    year = HabitPage.year
    return card(
        rx.el.div(
            rx.el.div(
                rx.el.div(rx.foreach(year.weekdays, _weekday), class_name="year-weekdays", aria_hidden="true"),
                rx.el.div(
                    rx.el.div(rx.foreach(year.months, _month), class_name="year-months", aria_hidden="true"),
                    rx.el.div(
                        rx.foreach(year.cells, _cell),
                        class_name="heatmap year-days",
                        role="group",
                        aria_label="Days. Arrow keys move from day to day, Enter opens one.",
                        data_roving="7",
                    ),
                ),
                class_name="year-grid",
            ),
            class_name="year-scroll",
            style={"--first-row": year.first_row, "--weeks": year.weeks},
        ),
        rx.el.div(rx.el.p(year.says, class_name="muted small"), legend(), class_name="spread year-foot"),
        title="Year",
        tools=_year_choice(),
    )


def legend() -> rx.Component:
    """What the cells mean, in words; a day can be partly done only where something is counted."""
    items = {outcome: _meaning(outcome, name) for outcome, name in LEGEND}
    items["partial"] = rx.cond(HabitPage.head.numeric, items["partial"])
    return rx.el.ul(*items.values(), class_name="legend", aria_label="Legend")


def _meaning(outcome: str, name: str) -> rx.Component:
    mark = rx.el.span(class_name="cell", data_outcome=outcome, aria_hidden="true")
    return rx.el.li(mark, name, class_name="cluster small muted")


def _year_choice() -> rx.Component:
    return rx.el.select(
        rx.foreach(HabitPage.years, lambda choice: rx.el.option(choice[1], value=choice[0])),
        value=HabitPage.chosen_year,
        on_change=HabitPage.choose_year,
        aria_label="Show the days of",
        class_name="select is-short",
    )


def _cell(cell: Cell) -> rx.Component:
    return rx.el.button(
        type="button",
        class_name="cell",
        data_outcome=cell.outcome,
        data_level=cell.level,
        aria_label=cell.says,
        title=cell.says,
        disabled=(cell.outcome == FUTURE) | (HabitPage.head.archived != ""),
        tab_index=rx.cond(cell.day == HabitPage.year.last_day, 0, -1),
        on_click=HabitPage.open_day(cell.day),
    )


def _month(label: Label) -> rx.Component:
    return rx.el.span(label.text, style={"gridColumnStart": label.column})


def _weekday(name: rx.Var[str], place: rx.Var[int]) -> rx.Component:
    return rx.el.span(rx.cond(place % 2 == 0, name, ""))
