"""The schedule picker: six ways to say when, of which the chosen one shows its details (by the style sheet alone)."""

import reflex as rx

from habit_coach.habits.schedule import WEEKDAY_NAMES, WEEKDAYS
from habit_coach.ui.pages.editor.state import Editor
from habit_coach.ui.pages.editor.values import MONTH_DAYS

KINDS = (
    ("daily", "Every day", "Brush teeth"),
    ("weekdays", "Certain weekdays", "Mon, Wed and Fri"),
    ("per_period", "Some times a week or month", "3 times a week, on any days"),
    ("every", "Every few days or weeks", "Every 3 days"),
    ("monthly", "Days of the month", "The 1st and the last"),
    ("nth", "A weekday of the month", "The 2nd Tuesday"),
)
PERIODS = (("week", "a week"), ("month", "a month"))
UNITS = (("day", "days"), ("week", "weeks"))
NTHS = (("1", "1st"), ("2", "2nd"), ("3", "3rd"), ("4", "4th"), ("5", "5th"), ("-1", "last"))


def schedule_picker() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend("How often", class_name="field-label"),
        rx.el.div(*[_kind(*kind) for kind in KINDS], class_name="choices"),
        _part("weekdays", _weekdays()),
        _part("per_period", _number("times", "How many times", Editor.schedule.times, 31), _period()),
        _part("every", rx.el.span("Every"), _number("n", "How many", Editor.schedule.n, 365), _unit()),
        _part("monthly", _month_days()),
        _part("nth", rx.el.span("The"), _nth(), _nth_weekday(), rx.el.span("of the month")),
        rx.el.p(
            rx.icon("calendar-check", size=18, aria_hidden="true"),
            rx.el.span(Editor.preview),
            class_name="preview",
            role="status",
        ),
        rx.cond(Editor.errors.schedule != "", rx.el.p(Editor.errors.schedule, class_name="field-error", role="alert")),
        class_name="schedule-picker stack",
    )


def _kind(kind: str, title: str, example: str) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="radio",
            name="schedule",
            value=kind,
            default_checked=Editor.schedule.kind == kind,
            on_change=Editor.choose("schedule", kind),
        ),
        rx.el.span(rx.el.span(title, class_name="choice-title"), rx.el.span(example, class_name="choice-example")),
        class_name="choice",
    )


def _part(kind: str, *children: rx.Component) -> rx.Component:
    return rx.el.div(*children, class_name=f"schedule-part of-{kind} cluster")


def _weekdays() -> rx.Component:
    return rx.el.div(
        *[
            _day(f"on-{day}", name[:2], name, Editor.schedule.weekdays.contains(day))
            for day, name in zip(WEEKDAYS, WEEKDAY_NAMES, strict=True)
        ],
        class_name="day-grid",
    )


def _month_days() -> rx.Component:
    return rx.el.div(
        *[
            _day(
                f"month-{day}",
                "Last" if day == "last" else day,
                "The last day" if day == "last" else f"Day {day}",
                Editor.schedule.month_days.contains(day),
            )
            for day in MONTH_DAYS
        ],
        class_name="day-grid",
    )


def _day(name: str, short: str, title: str, checked: rx.Var[bool]) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            name=name,
            aria_label=title,
            default_checked=checked,
            on_change=lambda on: Editor.choose(name, on),
        ),
        rx.el.span(short, aria_hidden="true"),
        class_name="day",
    )


def _number(name: str, label: str, value: rx.Var[str], most: int) -> rx.Component:
    return rx.el.input(
        type="number",
        name=name,
        aria_label=label,
        default_value=value,
        min="1",
        max=str(most),
        input_mode="numeric",
        on_change=lambda typed: Editor.choose(name, typed.to_string()),
        class_name="input is-short",
    )


def _choice(name: str, label: str, options: tuple[tuple[str, str], ...], value: rx.Var[str]) -> rx.Component:
    return rx.el.select(
        *[rx.el.option(text, value=option) for option, text in options],
        name=name,
        aria_label=label,
        default_value=value,
        on_change=lambda chosen: Editor.choose(name, chosen),
        class_name="select is-short",
    )


def _period() -> rx.Component:
    return rx.fragment(rx.el.span("times"), _choice("period", "In each", PERIODS, Editor.schedule.period))


def _unit() -> rx.Component:
    return _choice("n_unit", "Days or weeks", UNITS, Editor.schedule.unit)


def _nth() -> rx.Component:
    return _choice("nth", "Which one", NTHS, Editor.schedule.nth)


def _nth_weekday() -> rx.Component:
    options = tuple(zip(WEEKDAYS, WEEKDAY_NAMES, strict=True))
    return _choice("nth_weekday", "Which weekday", options, Editor.schedule.nth_weekday)
