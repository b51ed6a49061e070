"""The top of the habit's page: who it is, what it asks, and its figures."""

import reflex as rx

from habit_coach.ui.components.buttons import button, link_button
from habit_coach.ui.components.checkin import Taps, check_in
from habit_coach.ui.components.figures import habit_mark, stat, stats
from habit_coach.ui.components.surfaces import back, banner
from habit_coach.ui.pages.habit.rows import Tile
from habit_coach.ui.pages.habit.state import HabitPage

TAPS = Taps(HabitPage.check_in, HabitPage.undo_check_in, HabitPage.add, HabitPage.edit_today)


def head() -> rx.Component:
    one = HabitPage.head
    return rx.el.header(
        back("Habits", to="/habits"),
        rx.el.div(
            habit_mark(one.icon, one.name),
            rx.el.div(
                rx.el.h1(one.name),
                rx.el.p(one.asks, rx.el.span(" · ", one.since, class_name="muted"), class_name="habit-rule"),
                class_name="habit-title",
            ),
            rx.cond(one.archived == "", _today()),
            link_button("Edit", to=f"/habits/{one.id}/edit"),
            class_name="habit-head",
        ),
        rx.cond(one.description != "", rx.el.p(one.description, class_name="habit-description muted")),
        rx.cond(one.pause != "", banner("circle-pause", one.pause, ". Paused days count neither for nor against.")),
        rx.cond(one.archived != "", _archived()),
    )


def _today() -> rx.Component:
    return rx.el.div(
        rx.el.span("Today", class_name="muted small", aria_hidden="true"),
        check_in(HabitPage.check_in_today, TAPS),
        class_name="habit-tap",
    )


def tiles() -> rx.Component:
    return rx.el.div(stats(rx.foreach(HabitPage.tiles, _tile)), class_name="habit-stats")


def _tile(tile: Tile) -> rx.Component:
    return stat(tile.label, tile.value, tile.note)


def _archived() -> rx.Component:
    return rx.el.div(
        banner("archive", "Archived on ", HabitPage.head.archived, ". This is how it stood on that day."),
        button("Take it up again", on_click=HabitPage.take_up_again),
        class_name="spread",
    )
