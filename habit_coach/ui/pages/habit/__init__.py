"""The habit's page: its year, its curve, its days, its notes."""

import reflex as rx

from habit_coach.ui.components.buttons import button, link_button
from habit_coach.ui.components.colors import tint
from habit_coach.ui.components.fields import segmented
from habit_coach.ui.components.surfaces import card, empty_state
from habit_coach.ui.page import page
from habit_coach.ui.pages.habit.curve import plot
from habit_coach.ui.pages.habit.days import days, editor
from habit_coach.ui.pages.habit.head import head, tiles
from habit_coach.ui.pages.habit.heatmap import heatmap
from habit_coach.ui.pages.habit.outlook import outlook
from habit_coach.ui.pages.habit.profiles import hours, months, streaks, weekdays, years
from habit_coach.ui.pages.habit.reading import NoteRow
from habit_coach.ui.pages.habit.state import WHOLE_CURVE, HabitPage

CURVES = (("year", "12 months"), (WHOLE_CURVE, "All"))


@page(route="/habits/[id]", title="Habit", load=HabitPage.load)
def habit() -> rx.Component:
    return rx.el.div(
        rx.match(
            HabitPage.found,
            ("here", _habit()),
            ("missing", _missing()),
            _waiting(),
        ),
        on_unmount=HabitPage.leave,
    )


def _waiting() -> rx.Component:
    return rx.el.div(
        rx.el.h1("Habit", class_name="visually-hidden"),
        *[rx.el.div(class_name="skeleton") for _ in range(4)],
        class_name="stack",
        aria_busy="true",
    )


def _habit() -> rx.Component:
    one = HabitPage.head
    return rx.el.article(
        head(),
        rx.cond(~one.has_entries, _first_steps()),
        tiles(),
        rx.cond(one.archived == "", outlook(HabitPage.outlook)),
        heatmap(),
        rx.cond(HabitPage.curve, _strength()),
        rx.cond(one.has_entries, _patterns()),
        rx.el.div(days(), _notes(), class_name="side-by-side"),
        editor(),
        class_name="habit-page",
        style=tint(one.color, one.on_color),
    )


def _patterns() -> rx.Component:
    return rx.fragment(
        rx.el.div(weekdays(), hours(), class_name="side-by-side"),
        rx.el.div(months(), rx.el.div(streaks(), years(), class_name="stack"), class_name="side-by-side"),
    )


def _first_steps() -> rx.Component:
    return rx.el.p(
        "Nothing is logged yet. Check in above or on Today, and this page fills day by day.", class_name="muted"
    )


def _strength() -> rx.Component:
    return card(
        rx.el.p(HabitPage.curve_words, class_name="muted small"),
        plot(HabitPage.curve, HabitPage.curve_words),
        title="Strength",
        tools=rx.cond(
            HabitPage.long_curve,
            segmented("Show", "curve", CURVES, HabitPage.curve_span, HabitPage.choose_curve),
        ),
    )


def _notes() -> rx.Component:
    return card(
        rx.cond(
            HabitPage.notes,
            rx.el.ol(rx.foreach(HabitPage.notes, _note), class_name="timeline"),
            rx.el.p("Notes that you write with a day stand here, newest first.", class_name="muted"),
        ),
        rx.cond(HabitPage.more_notes, button("Show older notes", wide=True, on_click=HabitPage.show_older_notes)),
        title="Notes",
    )


def _note(note: NoteRow) -> rx.Component:
    return rx.el.li(rx.el.time(note.date, date_time=note.day, class_name="muted small"), rx.el.p(note.text))


def _missing() -> rx.Component:
    return empty_state(
        "There is no such habit",
        "It may have been deleted, or the address has a slip in it.",
        link_button("See your habits", to="/habits", look="primary"),
        picture="/empty-list.svg",
        level=1,
    )
