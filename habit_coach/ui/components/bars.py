"""Bars: several of a kind compared, each with its words beside it. They take the habit's colour, else the accent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time

import reflex as rx

from habit_coach.habits import insights, statistics
from habit_coach.habits.statistics import WeekdayRate
from habit_coach.ui import formats, telling
from habit_coach.ui.words import counted, percent


@dataclass(frozen=True)
class Bar:
    """One thing of several compared: `percent` fills it, `value` says it."""

    label: str
    percent: int
    value: str
    note: str = ""
    best: bool = False


@dataclass(frozen=True)
class Profile:
    """When something is done: bars, and a sentence where one of them stands out."""

    bars: list[Bar]
    says: str = ""


def weekday_bars(profile: Sequence[WeekdayRate], week_start: int) -> Profile:
    """The rate of each weekday, from the person's first day of the week."""
    best = insights.best_weekday(profile)
    bars = [
        Bar(
            day.weekday.capitalize(),
            round(100 * (day.rate or 0)),
            percent(day.rate),
            counted(day.n, "day") if day.n else "never due",
            best is not None and best.weekday == day.weekday,
        )
        for day in profile
    ]
    return Profile([*bars[week_start:], *bars[:week_start]], telling.best_weekday(best))


def hour_bars(hours: Iterable[int]) -> Profile:
    """How many check-ins were made in each hour; empty without any."""
    profile = statistics.hour_profile(hours)
    most = max(profile)
    if not most:
        return Profile([])
    best = insights.best_hour(profile)
    bars = [
        Bar(
            formats.clock(time(hour)),
            round(100 * count / most),
            counted(count, "check-in"),
            best=best is not None and best.hour == hour,
        )
        for hour, count in enumerate(profile)
    ]
    return Profile(bars, telling.best_hour(best))


def columns(profile: rx.Var[Profile], otherwise: str, look: str = "") -> rx.Component:
    """Upright bars under their sentence or, where none stands out, under what they are about."""
    return rx.fragment(
        rx.el.p(rx.cond(profile.says != "", profile.says, otherwise), class_name="muted small"),
        rx.el.ol(rx.foreach(profile.bars, _column), class_name=f"columns {look}".strip()),
    )


def bars(items: rx.Var[list[Bar]]) -> rx.Component:
    """Lying bars, one a line."""
    return rx.el.ul(rx.foreach(items, _bar), class_name="bars")


def _column(bar: Bar) -> rx.Component:
    return rx.el.li(
        rx.el.span(bar.value, class_name="column-value number"),
        rx.el.span(
            rx.el.span(class_name="column-fill"),
            class_name="column-track",
            style={"--filled": bar.percent},
            aria_hidden="true",
        ),
        rx.el.span(bar.label, class_name="column-label"),
        title=bar.note,
        data_best=rx.cond(bar.best, "true", "false"),
    )


def _bar(bar: Bar) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.span(bar.label, class_name="bar-label"),
            rx.el.span(
                rx.cond(bar.note != "", rx.el.span(bar.note, class_name="muted small")),
                rx.el.span(bar.value, class_name="bar-value number"),
                class_name="cluster",
            ),
            class_name="bar-line",
        ),
        rx.el.span(rx.el.span(), class_name="bar", style={"--filled": bar.percent}, aria_hidden="true"),
    )
