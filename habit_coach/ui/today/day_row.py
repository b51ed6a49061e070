"""One habit on Today: its mark, its week, and the one thing to tap."""

import reflex as rx
from reflex_base.vars import VarData

from habit_coach.ui.components.buttons import link
from habit_coach.ui.components.checkin import Taps, check_in
from habit_coach.ui.components.colors import tint
from habit_coach.ui.components.figures import habit_mark
from habit_coach.ui.components.surfaces import menu, menu_item
from habit_coach.ui.today.rows import SAID, Risk, Row
from habit_coach.ui.today.state import Today

TAPS = Taps(Today.check_in, Today.undo_check_in, Today.add, Today.edit)


def day_row(row: rx.Var[Row]) -> rx.Component:
    return rx.el.li(
        link(
            habit_mark(row.icon, row.name),
            to=f"/habits/{row.id}",
            class_name="row-mark",
            tab_index=-1,
            aria_hidden="true",
        ),
        rx.el.div(_title(row), _week(row), class_name="row-text"),
        check_in(row, TAPS),
        _more(row),
        class_name="day-row",
        data_habit=row.id,
        data_outcome=row.outcome,
        style=tint(row.color, row.on_color),
    )


def _title(row: rx.Var[Row]) -> rx.Component:
    return rx.el.div(
        link(row.name, to=f"/habits/{row.id}", class_name="row-name"),
        rx.el.div(
            rx.cond(
                row.streak_says != "",
                rx.el.span(
                    rx.icon("flame", size=14, aria_hidden="true"),
                    rx.el.span("Streak: ", class_name="visually-hidden"),
                    row.streak_says,
                    class_name="streak",
                ),
            ),
            rx.cond(row.says != "", rx.el.span(row.says)),
            rx.cond(row.can_slip & Today.risks.contains(row.id), _risk(Today.risks[row.id], row.id, row.name)),
            rx.cond(
                row.note != "",
                rx.el.span(
                    rx.icon("message-square-text", size=14, aria_hidden="true"),
                    rx.el.span("Note: ", class_name="visually-hidden"),
                    row.note,
                    class_name="row-note",
                    title=row.note,
                ),
            ),
            class_name="row-says",
        ),
        class_name="row-title",
    )


def _risk(risk: rx.Var[Risk], habit_id: rx.Var[str], name: rx.Var[str]) -> rx.Component:
    """A badge that tells its reason when it is tapped."""
    return rx.el.details(
        rx.el.summary(
            rx.icon("triangle-alert", size=14, aria_hidden="true"),
            risk.says,
            rx.el.span(": ", name, ". Why?", class_name="visually-hidden"),
            class_name="risk-badge",
        ),
        rx.el.div(
            rx.el.p(rx.el.strong(risk.chance), rx.cond(risk.why != "", rx.fragment(". ", risk.why))),
            link("What speaks for and against it", to=f"/habits/{habit_id}", class_name="link"),
            class_name="menu-list risk-why",
        ),
        class_name="menu risk",
        data_risk=risk.level,
    )


def _week(row: rx.Var[Row]) -> rx.Component:
    says = _week_says(row.week)
    return rx.el.div(rx.foreach(row.week, _day), class_name="week", role="img", aria_label=says, title=says)


def _week_says(week: rx.Var[list[str]]) -> rx.Var[str]:
    """The outcomes in words, put together in the browser: which days they are is the same for every row."""
    days = Today.head.weekdays
    words = f"{week!s}.map((outcome, at) => `${{{days!s}[at]}} ${{{rx.Var.create(SAID)!s}[outcome]}}`).join(', ')"
    return rx.Var(
        f"`Last seven days: ${{{words}}}`", _var_data=VarData.merge(week._get_all_var_data(), days._get_all_var_data())
    ).to(str)


def _day(outcome: rx.Var[str]) -> rx.Component:
    return rx.el.span(class_name="cell", data_outcome=outcome)


def _more(row: rx.Var[Row]) -> rx.Component:
    return menu(
        f"More for {row.name}",
        menu_item("pencil", "Edit this day", on_click=Today.edit(row.id)),
        menu_item("skip-forward", "Skip this day", on_click=Today.skip(row.id)),
        menu_item("x", "Mark as missed", on_click=Today.miss(row.id)),
        menu_item("eraser", "Clear this day", on_click=Today.undo_check_in(row.id)),
    )
