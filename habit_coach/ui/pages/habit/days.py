"""The history editor: a month's days as a list, and the form that opens for one of them."""

import reflex as rx

from habit_coach.ui.components.buttons import button
from habit_coach.ui.components.fields import field, form
from habit_coach.ui.components.surfaces import banner, card, dialog
from habit_coach.ui.pages.habit.calendar import DayRow
from habit_coach.ui.pages.habit.editing import AMOUNT, NOTHING
from habit_coach.ui.pages.habit.state import EDITOR, HabitPage, day_form


def days() -> rx.Component:
    return card(
        rx.cond(
            HabitPage.days,
            rx.el.ul(rx.foreach(HabitPage.days, _row), class_name="history-list"),
            rx.el.p("The habit has not begun yet.", class_name="muted"),
        ),
        rx.cond(HabitPage.head.archived == "", _other_day()),
        title="Day by day",
        tools=rx.el.select(
            rx.foreach(HabitPage.months, lambda month: rx.el.option(month[1], value=month[0])),
            value=HabitPage.month,
            on_change=HabitPage.choose_month,
            aria_label="Show the days of the month",
            class_name="select is-short",
        ),
    )


def editor() -> rx.Component:
    """The form of one day, in a dialog; its fields start afresh at each opening."""
    day = day_form.value
    return dialog(
        EDITOR,
        day.title,
        form(
            rx.el.input(type="hidden", name="day", value=day.day),
            rx.cond(day.says != "", rx.el.p(day.says, class_name="muted")),
            rx.cond(day.moves_start != "", banner("calendar-arrow-down", day.moves_start)),
            rx.el.fieldset(
                rx.el.legend("What became of this day?", class_name="field-label"),
                rx.el.div(
                    rx.cond(HabitPage.head.numeric, _choice("Amount", AMOUNT), _choice("Done", "done")),
                    _choice("Missed", "missed"),
                    _choice("Skipped", "skipped"),
                    _choice("Nothing", NOTHING),
                    class_name="segmented",
                ),
                rx.el.p(
                    "A skipped day is not due: it neither breaks nor extends a streak.",
                    class_name="field-hint skip-hint",
                ),
                class_name="field",
            ),
            rx.cond(HabitPage.head.numeric, rx.el.div(_amount(), class_name="amount-field")),
            field("Note", "note", control=rx.el.textarea, default_value=day.note, max_length=2000, rows=3),
            rx.el.div(
                button("Cancel", look="ghost", data_closes=""),
                button("Save", look="primary", type="submit"),
                class_name="form-actions",
            ),
            key=day.key,
            on_submit=HabitPage.save_day,
        ),
    )


def _amount() -> rx.Component:
    return field(
        rx.cond(HabitPage.head.unit != "", f"Amount in {HabitPage.head.unit}", "Amount"),
        "value",
        default_value=day_form.value.value,
        input_mode="decimal",
        auto_complete="off",
    )


def _choice(text: str, value: str) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="radio", name="choice", value=value, default_checked=day_form.value.choice == value),
        rx.el.span(text),
    )


def _row(row: DayRow) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(class_name="cell", data_outcome=row.outcome, aria_hidden="true"),
            rx.el.span(row.date, class_name="history-date number"),
            rx.el.span(
                rx.el.span(row.outcome_words, class_name="history-outcome"),
                rx.cond(row.value != "", rx.el.span(row.value, class_name="number")),
                rx.cond(row.note != "", rx.el.span(row.note, class_name="history-note muted")),
                class_name="history-says",
            ),
            rx.icon("pencil", size=16, aria_hidden="true"),
            type="button",
            class_name="history-row",
            disabled=HabitPage.head.archived != "",
            on_click=HabitPage.open_day(row.day),
        )
    )


def _other_day() -> rx.Component:
    return rx.el.form(
        rx.el.label("Another day, also one before the start", html_for="other-day", class_name="field-label"),
        rx.el.div(
            rx.el.input(
                type="date", id="other-day", name="day", max=HabitPage.today, required=True, class_name="input"
            ),
            button("Open", type="submit"),
            class_name="other-day",
        ),
        on_submit=HabitPage.open_chosen_day,
        class_name="field other-day-form",
    )
