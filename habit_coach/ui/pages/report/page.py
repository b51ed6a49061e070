"""The weekly report as a page: what was planned and done, what changed, and the weeks before."""

import asyncio
from datetime import date

import reflex as rx

from habit_coach import clock, db
from habit_coach.reports import weekly
from habit_coach.ui.arguments import a_day
from habit_coach.ui.components.buttons import button, link, link_button
from habit_coach.ui.components.colors import tint
from habit_coach.ui.components.figures import cell, habit_mark, stat, stats
from habit_coach.ui.components.surfaces import card, empty_state, page_head
from habit_coach.ui.navigation import REPORT
from habit_coach.ui.page import page
from habit_coach.ui.pages.habit.curve import plot
from habit_coach.ui.pages.report import rows
from habit_coach.ui.pages.report.rows import Cell, Line, Risk, Shown
from habit_coach.ui.session import signed_in


class WeekReport(rx.State):
    shown: Shown = Shown()
    trend: dict = {}
    days: dict = {}
    archive: list[str] = []

    @rx.event
    async def load(self):
        """The week of `?week=2026-03-02`, or the last that has ended."""
        wanted = self.router.url.query_parameters.get("week", "")
        values = await asyncio.to_thread(_read, self, wanted)
        for name, value in values.items():
            if getattr(self, name) != value:
                setattr(self, name, value)

    @rx.event
    async def send(self):
        await asyncio.to_thread(_send, self, a_day(self.shown.week, "week"))
        return rx.toast("It is on its way to your mailbox.")


def _read(state: WeekReport, wanted: str) -> dict:
    with db.session() as session:
        user = signed_in(session, state)
        report = weekly.of(session, user, a_day(wanted, "week") if wanted else None)
        sent = [str(week) for week in weekly.archive(session, user, limit=26)]
    is_newest = report.last >= clock.today(user)
    return {
        "shown": rows.shown(report, is_newest=is_newest),
        "trend": rows.trend(report),
        "days": rows.days(report),
        "archive": sent,
    }


def _send(state: WeekReport, week: date) -> None:
    with db.session() as session:
        report = weekly.of(session, signed_in(session, state), week)
    with db.session(writes=True) as session:
        weekly.send(session, signed_in(session, state), report)


@page(route=REPORT, title="Weekly report", load=WeekReport.load)
def report() -> rx.Component:
    return rx.cond(
        WeekReport.shown.week != "",
        rx.el.div(
            _head(),
            rx.cond(WeekReport.shown.lines, _week(), _nothing()),
            rx.cond(WeekReport.archive, _archive()),
            class_name="stack report",
        ),
        rx.el.div(
            rx.el.h1("Weekly report", class_name="visually-hidden"),
            *[rx.el.div(class_name="skeleton") for _ in range(3)],
            class_name="stack",
            aria_busy="true",
        ),
    )


def _head() -> rx.Component:
    return page_head(
        WeekReport.shown.title,
        link(
            rx.icon("chevron-left", size=20, aria_hidden="true"),
            to=WeekReport.shown.earlier,
            class_name="icon-button",
            aria_label="The week before",
        ),
        rx.cond(
            WeekReport.shown.later != "",
            link(
                rx.icon("chevron-right", size=20, aria_hidden="true"),
                to=WeekReport.shown.later,
                class_name="icon-button",
                aria_label="The week after",
            ),
        ),
        button(rx.icon("mail", size=18, aria_hidden="true"), "Send by e-mail", small=True, on_click=WeekReport.send),
        eyebrow="Weekly report",
    )


def _week() -> rx.Component:
    shown = WeekReport.shown
    return rx.fragment(
        stats(
            stat("Kept", shown.rate, shown.counted),
            stat("Week before", shown.before, shown.against_before),
            stat("Four weeks before", shown.mean, shown.against_mean),
        ),
        rx.el.div(
            rx.cond(WeekReport.days, card(plot(WeekReport.days, shown.days_words), title="Day by day")),
            rx.cond(WeekReport.trend, card(plot(WeekReport.trend, shown.trend_words), title="Week by week")),
            class_name="side-by-side",
        ),
        _told(),
        _coming(),
        card(rx.el.ul(rx.foreach(shown.lines, _line), class_name="report-lines"), title="Habit by habit"),
    )


def _told() -> rx.Component:
    shown = WeekReport.shown
    return rx.cond(
        (shown.won.length() > 0) | (shown.lost != "") | (shown.ranked != ""),
        card(
            rx.foreach(shown.won, lambda sentence: rx.el.p(rx.icon("trophy", size=18, aria_hidden="true"), sentence)),
            rx.cond(shown.lost != "", rx.el.p(shown.lost)),
            rx.cond(shown.ranked != "", rx.el.p(shown.ranked)),
            title="What stood out",
        ),
    )


def _coming() -> rx.Component:
    return rx.cond(
        WeekReport.shown.at_risk,
        card(
            rx.el.ul(rx.foreach(WeekReport.shown.at_risk, _risk), class_name="report-lines"),
            title="May slip in the week to come",
        ),
    )


def _risk(one: rx.Var[Risk]) -> rx.Component:
    return rx.el.li(
        habit_mark(one.icon, one.name),
        rx.el.div(
            link(one.name, to=one.link, class_name="inbox-title"),
            rx.el.p(one.chance, " ", one.why, class_name="muted"),
        ),
        class_name="report-risk",
        style=tint(one.color, one.on_color),
        key=one.id,
    )


def _line(line: rx.Var[Line]) -> rx.Component:
    return rx.el.li(
        habit_mark(line.icon, line.name),
        rx.el.div(
            link(line.name, to=line.link, class_name="inbox-title"),
            rx.el.p(line.about, class_name="muted small"),
            class_name="report-name",
        ),
        rx.el.div(rx.foreach(line.cells, _cell), class_name="report-cells"),
        rx.el.strong(line.rate, class_name="number report-rate"),
        rx.cond(line.suggestion != "", rx.el.p(line.suggestion, class_name="report-advice")),
        style=tint(line.color, line.on_color),
        key=line.id,
    )


def _cell(one: rx.Var[Cell]) -> rx.Component:
    return cell(one.outcome, one.label)


def _archive() -> rx.Component:
    return card(
        rx.el.ul(
            rx.foreach(
                WeekReport.archive, lambda week: rx.el.li(link(week, to=f"{REPORT}?week={week}", class_name="link"))
            ),
            class_name="cluster",
        ),
        title="Sent so far",
    )


def _nothing() -> rx.Component:
    return empty_state(
        "No habits in this week",
        "A report needs something to tell of. One small habit is enough to begin with.",
        link_button("Choose a habit", to="/habits", look="primary"),
    )
