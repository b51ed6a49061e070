"""Insights: what a person's habits say together, in words with small pictures."""

import asyncio

import reflex as rx

from habit_coach import db
from habit_coach.errors import Invalid
from habit_coach.habits import overview
from habit_coach.habits.overview import Overview
from habit_coach.ui.components.bars import Profile, columns
from habit_coach.ui.components.buttons import link_button
from habit_coach.ui.components.fields import segmented
from habit_coach.ui.components.surfaces import card, empty_state, page_head
from habit_coach.ui.navigation import WELCOME
from habit_coach.ui.page import page
from habit_coach.ui.pages.insights import rows
from habit_coach.ui.pages.insights.parts import compared_row, hint_row, tie_row, totals
from habit_coach.ui.pages.insights.rows import Compared, Hint, Summary, Table, Tie
from habit_coach.ui.session import signed_in

PERIODS = (("week", "Week"), ("month", "Month"), ("year", "Year"))


class Insights(rx.State):
    """All habits in use, looked at together."""

    known: bool = False
    count: int = 0
    period: str = "week"
    summary: Summary = Summary()
    compared: list[Compared] = []
    totals: Table = Table()
    weekdays: Profile = Profile([])
    hours: Profile = Profile([])
    hints: list[Hint] = []
    ties: list[Tie] = []

    @rx.event
    async def load(self):
        # Two years of every habit take longer than the event loop may be held.
        values = await asyncio.to_thread(_read, self)
        for name, value in values.items():
            if getattr(self, name) != value:
                setattr(self, name, value)

    @rx.event
    def choose(self, period: str):
        if period not in dict(PERIODS):
            raise Invalid("Compare weeks, months or years.")
        self.period = period
        return Insights.load


def _read(page: Insights) -> dict:
    with db.session() as session:
        of = overview.of(session, signed_in(session, page))
    return {"known": True, "count": len(of.lived), **_shown(of, page.period)}


def _shown(of: Overview, period: str) -> dict:
    summary, compared = rows.compared(of, period)
    return {
        "summary": summary,
        "compared": compared,
        "totals": rows.table(of),
        "weekdays": rows.weekdays(of),
        "hours": rows.hours(of),
        "hints": rows.hints(of),
        "ties": rows.ties(of),
    }


@page(route="/insights", title="Insights", load=Insights.load)
def insights() -> rx.Component:
    return rx.cond(
        Insights.known,
        rx.cond(Insights.count > 0, _insights(), _nothing_yet()),
        rx.el.div(
            rx.el.h1("Insights", class_name="visually-hidden"),
            *[rx.el.div(class_name="skeleton") for _ in range(3)],
            class_name="stack",
            aria_busy="true",
        ),
    )


def _insights() -> rx.Component:
    return rx.el.div(
        page_head("Insights"),
        _comparison(),
        rx.el.div(
            _weekdays(),
            rx.el.div(_hours(), rx.cond(Insights.count > 1, _ties()), class_name="stack"),
            class_name="side-by-side",
        ),
        card(
            rx.el.p("Kept, of what was due.", class_name="muted small"),
            totals(Insights.totals),
            title="Months and years",
        ),
        class_name="insights",
    )


def _comparison() -> rx.Component:
    return card(
        rx.el.p(Insights.summary.says, class_name="insight-says", data_trend=Insights.summary.trend, role="status"),
        rx.el.p(Insights.summary.about, class_name="muted small"),
        rx.cond(
            Insights.compared,
            rx.el.ul(rx.foreach(Insights.compared, compared_row), class_name="compared"),
        ),
        title=Insights.summary.title,
        tools=segmented("Compare", "period", PERIODS, Insights.period, Insights.choose),
    )


def _weekdays() -> rx.Component:
    return card(
        columns(Insights.weekdays, "All habits together, the last 12 months."),
        rx.cond(Insights.hints, rx.el.ul(rx.foreach(Insights.hints, hint_row), class_name="insight-list")),
        title="By weekday",
    )


def _hours() -> rx.Component:
    about = "When you check in on the day itself, the last 12 months."
    return rx.cond(Insights.hours.bars, card(columns(Insights.hours, about, "hours"), title="By hour"))


def _ties() -> rx.Component:
    return card(
        rx.cond(
            Insights.ties,
            rx.fragment(
                rx.el.ul(rx.foreach(Insights.ties, tie_row), class_name="insight-list"),
                rx.el.p(
                    "Seen in your last 180 days. That two habits go together does not say that one brings the other.",
                    class_name="muted small",
                ),
            ),
            rx.el.p(
                "No two habits stand out as going together. It takes 30 days in common, and a clear pattern, "
                "before anything is said here.",
                class_name="muted",
            ),
        ),
        title="What goes together",
    )


def _nothing_yet() -> rx.Component:
    return empty_state(
        "Insights come with days",
        "Add a habit and check in for a week or two. Then this page compares your weeks, finds your best weekday and "
        "hour, and shows which habits go together.",
        link_button("Choose a habit", to=WELCOME, look="primary"),
        link_button("Go to today", to="/today"),
        level=1,
    )
