"""When the habit is kept, and how much: by weekday, hour, month and year, and in which streaks."""

import reflex as rx

from habit_coach.ui.components.bars import bars, columns
from habit_coach.ui.components.surfaces import card
from habit_coach.ui.pages.habit.state import HabitPage


def weekdays() -> rx.Component:
    return card(columns(HabitPage.weekdays, "The last 12 months."), title="By weekday")


def hours() -> rx.Component:
    about = "When you checked in on the day itself, in the last 12 months."
    return rx.cond(HabitPage.hours.bars, card(columns(HabitPage.hours, about, "hours"), title="By hour"))


def months() -> rx.Component:
    return card(
        rx.el.p("Kept, of what was due.", class_name="muted small bars-about"),
        bars(HabitPage.month_totals),
        title="By month",
    )


def years() -> rx.Component:
    return rx.cond(HabitPage.year_totals.length() > 1, card(bars(HabitPage.year_totals), title="By year"))


def streaks() -> rx.Component:
    return card(
        rx.cond(
            HabitPage.streaks,
            bars(HabitPage.streaks),
            rx.el.p("Keep it once, and your streaks are listed here.", class_name="muted"),
        ),
        title="Best streaks",
    )
