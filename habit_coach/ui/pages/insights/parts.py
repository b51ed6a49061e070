"""The rows of Insights."""

import reflex as rx

from habit_coach.ui.components.buttons import link
from habit_coach.ui.components.colors import tint
from habit_coach.ui.components.figures import habit_mark
from habit_coach.ui.pages.insights.rows import Cell, Compared, Hint, Mark, Row, Table, Tie

TRENDS = {"up": "trending-up", "down": "trending-down", "same": "move-right"}


def compared_row(row: Compared) -> rx.Component:
    return rx.el.li(
        name(row.mark),
        rx.el.div(
            rx.el.span(rx.el.span(), class_name="bar", style={"--filled": row.now_percent}),
            rx.el.span(rx.el.span(), class_name="bar is-before", style={"--filled": row.before_percent}),
            class_name="compared-bars",
            aria_hidden="true",
        ),
        rx.el.span(
            rx.el.strong(row.now),
            rx.el.span(" before ", row.before, class_name="muted"),
            class_name="compared-counts number",
        ),
        rx.cond(row.change != "", _trend(row), rx.el.span()),
        class_name="compared-row",
        style=tint(row.mark.color, row.mark.on_color),
    )


def tie_row(tie: Tie) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            _dot(tie.first),
            rx.cond(
                tie.together,
                rx.icon("link", size=16, aria_hidden="true"),
                rx.icon("unlink", size=16, aria_hidden="true"),
            ),
            _dot(tie.second),
            class_name="tie-marks",
            aria_hidden="true",
        ),
        rx.el.p(tie.says, " ", rx.el.span(tie.detail, class_name="muted")),
        class_name="insight-row",
    )


def hint_row(hint: Hint) -> rx.Component:
    return rx.el.li(
        _dot(hint.mark), rx.el.p(rx.el.strong(hint.mark.name), ": ", hint.says), class_name="insight-row small"
    )


def totals(table: rx.Var[Table]) -> rx.Component:
    """Months and years as a real table; on a phone it scrolls sideways under its fixed names."""
    return rx.el.div(
        rx.el.table(
            rx.el.thead(
                rx.el.tr(
                    rx.el.th("Habit", scope="col"),
                    rx.foreach(table.heads, lambda head: rx.el.th(head, scope="col")),
                )
            ),
            rx.el.tbody(rx.foreach(table.rows, _total_row)),
            class_name="totals number",
        ),
        class_name="totals-scroll",
        tab_index=0,
        role="region",
        aria_label="Months and years, habit by habit",
    )


def name(mark: Mark) -> rx.Component:
    return link(habit_mark(mark.icon, mark.name), rx.el.span(mark.name), to=f"/habits/{mark.id}", class_name="named")


def _trend(row: Compared) -> rx.Component:
    return rx.el.span(
        rx.match(
            row.trend,
            *[(trend, rx.icon(icon, size=16, aria_hidden="true")) for trend, icon in TRENDS.items()],
            rx.fragment(),
        ),
        row.change,
        rx.cond(row.trend == "same", "", " points"),
        class_name="trend number",
        data_trend=row.trend,
    )


def _dot(mark: Mark) -> rx.Component:
    return rx.el.span(habit_mark(mark.icon, mark.name), style=tint(mark.color, mark.on_color), class_name="small-mark")


def _total_row(row: Row) -> rx.Component:
    return rx.el.tr(
        rx.el.th(name(row.mark), scope="row"),
        rx.foreach(row.cells, _total_cell),
        style=tint(row.mark.color, row.mark.on_color),
    )


def _total_cell(cell: Cell) -> rx.Component:
    return rx.el.td(
        rx.el.span(cell.says),
        rx.cond(cell.amount != "", rx.el.span(cell.amount, class_name="total-amount")),
        style={"--filled": cell.percent},
    )
