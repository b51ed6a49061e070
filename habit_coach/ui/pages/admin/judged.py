"""How right models were: those that were tried, beside each other, and the one that is served, beside what happened."""

from dataclasses import dataclass

import reflex as rx

from habit_coach.predictions.models import PredictionModel
from habit_coach.predictions.watch import Bar
from habit_coach.ui import formats
from habit_coach.ui.words import NOTHING_YET, percent


@dataclass(frozen=True)
class Trial:
    """How a model did on the days held back from it, beside the champion of then and the rule: Brier and log loss."""

    name: str
    judged_on: str
    brier: list[str]
    log_loss: list[str]
    sure: str


@dataclass(frozen=True)
class Group:
    """Predictions that are alike, for the plot (0 to 100, y downwards) and the table under it."""

    label: str
    x: str
    y: str
    radius: str
    said: str
    by_rule: str
    happened: str
    rows: str


def trial(model: PredictionModel) -> Trial:
    found = [model.metrics.get(name) for name in ("challenger", "champion", "rule")]
    better = [min(chances.values()) for chances in model.metrics.get("better_than", {}).values()]
    return Trial(
        model.version,
        formats.number(model.metrics["judged_on"]),
        [loss(one["brier"]) if one else NOTHING_YET for one in found],
        [loss(one["log_loss"]) if one else NOTHING_YET for one in found],
        percent(min(better)) if better else NOTHING_YET,
    )


def group(one: Bar, rows: int) -> Group:
    return Group(
        one.label,
        f"{100 * one.stated:.1f}",
        f"{100 - 100 * one.happened:.1f}",
        f"{1.5 + 4 * (one.rows / max(1, rows)) ** 0.5:.1f}",
        percent(one.stated),
        percent(one.by_rule),
        percent(one.happened),
        formats.number(one.rows),
    )


def loss(mean: float) -> str:
    return formats.number(round(mean, 4))


def trials(shown: rx.Var[list[Trial]]) -> rx.Component:
    """The models beside each other; on a phone it scrolls sideways."""
    kinds = ("It", "Champion then", "Rule")
    return rx.el.div(
        rx.el.table(
            rx.el.caption(
                "On the two weeks held back from each, beside the champion of then and the rule. Lower is better; "
                "one that is surely better than both takes over by itself."
            ),
            rx.el.thead(
                rx.el.tr(
                    rx.el.th("Model", scope="col", row_span=2),
                    rx.el.th("Days", scope="col", row_span=2),
                    rx.el.th("Brier score", scope="colgroup", col_span=3),
                    rx.el.th("Log loss", scope="colgroup", col_span=3),
                    rx.el.th("Surely better", scope="col", row_span=2),
                ),
                rx.el.tr(*[rx.el.th(kind, scope="col") for kind in (*kinds, *kinds)]),
            ),
            rx.el.tbody(rx.foreach(shown, _trial_row)),
            class_name="calibration-table",
        ),
        class_name="trials",
        tab_index=0,
        role="region",
        aria_label="Models compared",
    )


def _trial_row(one: rx.Var[Trial]) -> rx.Component:
    return rx.el.tr(
        rx.el.th(one.name, scope="row"),
        rx.el.td(one.judged_on),
        rx.foreach(one.brier, rx.el.td),
        rx.foreach(one.log_loss, rx.el.td),
        rx.el.td(one.sure),
        class_name="number",
    )


def calibration(deciles: rx.Var[list[Group]], ages: rx.Var[list[Group]]) -> rx.Component:
    """Dots on the line are right; the bigger, the more predictions."""
    return rx.el.div(
        rx.el.svg(
            rx.el.svg.line(x1="0", y1="100", x2="100", y2="0"),
            rx.foreach(deciles, lambda one: rx.el.svg.circle(cx=one.x, cy=one.y, r=one.radius)),
            view_box="-6 -6 112 112",
            class_name="calibration-plot",
            role="img",
            aria_label="Chance that was said against the share that was kept; the table has the numbers.",
        ),
        _table("By what was said", deciles),
        _table("By the age of the habit", ages),
        class_name="calibration",
    )


def _table(title: str, groups: rx.Var[list[Group]]) -> rx.Component:
    heads = (title, "Said", "Rule", "Kept", "Days")
    return rx.el.table(
        rx.el.thead(rx.el.tr(*[rx.el.th(head, scope="col") for head in heads])),
        rx.el.tbody(rx.foreach(groups, _table_row)),
        class_name="calibration-table",
    )


def _table_row(one: rx.Var[Group]) -> rx.Component:
    cells = (one.said, one.by_rule, one.happened, one.rows)
    return rx.el.tr(rx.el.th(one.label, scope="row"), *[rx.el.td(cell, class_name="number") for cell in cells])
