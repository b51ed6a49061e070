"""The one thing to tap: a tick for what is done or not, a stepper for what is counted. Both show the tap at once."""

from typing import NamedTuple

import reflex as rx
from reflex_base.vars import VarData

from habit_coach.ui.live import Live
from habit_coach.ui.pending import show, shown


class Taps(NamedTuple):
    """The handlers that a page answers taps with; each hears the habit's id, `add` also the amount."""

    check_in: rx.EventHandler
    undo: rx.EventHandler
    add: rx.EventHandler
    edit: rx.EventHandler


def check_in(row: rx.Var, taps: Taps) -> rx.Component:
    """For a row with `id`, `name`, `outcome`, `done` and, where it is `numeric`, `value`, `target`, `goal`, `limit`,
    `step` and `quick`. Needs `tint` above."""
    return rx.cond(row.numeric, stepper(row, taps), tick(row, taps))


def tick(row: rx.Var, taps: Taps) -> rx.Component:
    """The tap target of a habit that is done or not."""
    done = shown(row.id, row.done).to(bool)
    return rx.el.button(
        rx.cond(
            done,
            rx.icon("check", size=24, aria_hidden="true"),
            rx.match(
                row.outcome,
                ("skipped", rx.icon("skip-forward", size=18, aria_hidden="true")),
                ("missed", rx.icon("x", size=18, aria_hidden="true")),
                rx.fragment(),
            ),
        ),
        type="button",
        class_name="tick",
        data_state=rx.cond(done, "done", "open"),
        data_primary="",
        aria_pressed=rx.cond(done, "true", "false"),
        aria_label=rx.cond(done, f"Undo {row.name}", f"Check in {row.name}"),
        on_click=rx.cond(
            done,
            rx.event.EventChain.create([show(row.id, False), taps.undo(row.id)], rx.event.no_args_event_spec),
            rx.event.EventChain.create([show(row.id, True), taps.check_in(row.id)], rx.event.no_args_event_spec),
        ),
    )


def stepper(row: rx.Var, taps: Taps) -> rx.Component:
    """Minus, the number (which opens the editor), plus, and a few larger steps."""
    value = shown(row.id, row.value).to(float)
    reached = rx.cond(row.limit, value > row.target, value >= row.target)
    return rx.el.div(
        rx.el.div(
            _step("minus", "Less", row, value, -row.step, taps, disabled=value <= 0, data_step="down"),
            rx.el.button(
                rx.el.span(plain(value), class_name="stepper-value"),
                rx.el.span(row.goal, class_name="stepper-goal"),
                type="button",
                class_name="stepper-number",
                on_click=taps.edit(row.id),
                aria_label=f"{row.name}: {plain(value)} {row.goal}. Change",
            ),
            _step("plus", "More", row, value, row.step, taps, data_step="up", data_primary=""),
            class_name="stepper",
            data_reached=rx.cond(reached, rx.cond(row.limit, "over", "yes"), "no"),
            style={"--filled": rx.cond(row.target > 0, value / row.target * 100, rx.cond(value > 0, 100, 0))},
        ),
        rx.cond(
            (row.quick.length() > 0) & ~reached,
            rx.el.div(rx.foreach(row.quick, lambda more: _quick(row, value, more, taps)), class_name="quick"),
        ),
        class_name="row-number",
    )


def plain(number: rx.Var) -> rx.Var[str]:
    """As `formats.number`, for numbers that change in the browser."""
    return rx.Var(
        f"({number!s}).toLocaleString({Live.numbers!s}, {{maximumFractionDigits: 2}})",
        _var_data=VarData.merge(number._get_all_var_data(), Live.numbers._get_all_var_data()),
    ).to(str)


def _step(icon: str, verb: str, row: rx.Var, value: rx.Var, by: rx.Var, taps: Taps, **props) -> rx.Component:
    return rx.el.button(
        rx.icon(icon, size=20, aria_hidden="true"),
        type="button",
        aria_label=f"{verb} {row.name}",
        on_click=[show(row.id, _at_least_zero(value + by)), taps.add(row.id, by)],
        class_name="step",
        **props,
    )


def _quick(row: rx.Var, value: rx.Var, more: rx.Var[float], taps: Taps) -> rx.Component:
    return rx.el.button(
        "+",
        plain(more),
        type="button",
        class_name="chip",
        aria_label=f"Add {plain(more)} to {row.name}",
        on_click=[show(row.id, value + more), taps.add(row.id, more)],
    )


def _at_least_zero(number: rx.Var) -> rx.Var:
    return rx.Var(f"Math.max(0, {number!s})", _var_data=number._get_all_var_data()).to(float)
