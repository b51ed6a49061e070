"""The front door: what this is, told honestly, and one thing to do."""

import reflex as rx

from habit_coach import db
from habit_coach.ui.components.buttons import link, link_button, plain_link
from habit_coach.ui.components.colors import readable_on, tint
from habit_coach.ui.session import visitor
from habit_coach.ui.shell import frame

K, M, S = "kept", "missed", "skipped"
SAMPLE = (
    ("📚", "Read", "12 of 20 pages", "#f76b15", False, (K, K, M, K, S, K, K)),
    ("🏋️", "Work out", "2 of 3 this week", "#46a758", True, (K, "off", "off", K, "off", "off", K)),
    ("🧘", "Meditate", "31 days in a row", "#6e56cf", True, (K, K, K, K, K, K, K)),
)
REASONS = (
    (
        "calendar-check",
        "It fits real weeks",
        "Every day, Mondays and Thursdays, three times a week, the last Friday of the month, at most two coffees. "
        "Skips and holidays break nothing.",
    ),
    (
        "sprout",
        "A slip is not the end",
        "Beside the streak there is strength: it grows as you repeat, and a single missed day costs it only a little.",
    ),
    (
        "house",
        "It is yours",
        "It runs on your own server, without ads or trackers. What you log is open to your scripts over a plain API.",
    ),
)


class Landing(rx.State):
    """Leads those who are signed in to their day."""

    @rx.event
    def load(self):
        with db.session() as session:
            known = visitor(session, self)
        return rx.redirect("/today") if known else None


@rx.page(
    route="/",
    title="Habit Coach: keep the habits you choose",
    description="A calm, self-hosted habit tracker: one tap a day, streaks that forgive, and an open API.",
    on_load=Landing.load,
)
def landing() -> rx.Component:
    return frame(
        rx.el.div(_promise(), _sample_day(), class_name="hero"),
        rx.el.ul(*[_reason(*reason) for reason in REASONS], class_name="reasons"),
        rx.el.footer(plain_link("API reference", to="/docs"), class_name="open-foot"),
        tools=(link("Sign in", to="/sign-in", class_name="button is-ghost"),),
    )


def _promise() -> rx.Component:
    return rx.el.div(
        rx.el.h1("Small things, ", rx.el.br(), "kept."),
        rx.el.p(
            "Habit Coach shows what your day asks of you and takes one tap to answer. "
            "It remembers the rest: streaks, good weeks, and the days you meant to rest.",
            class_name="lead",
        ),
        link_button("Start your first habit", to="/sign-up", look="primary"),
        rx.el.p("It takes half a minute. There is nothing to pay.", class_name="muted small"),
        class_name="promise",
    )


def _sample_day() -> rx.Component:
    """A day as it looks inside, drawn with the real parts."""
    return rx.el.div(
        rx.el.p("A Thursday, for example", class_name="eyebrow"),
        *[_sample_row(*row) for row in SAMPLE],
        class_name="sample card",
        aria_hidden="true",
    )


def _sample_row(icon: str, name: str, says: str, color: str, done: bool, week: tuple[str, ...]) -> rx.Component:
    return rx.el.div(
        rx.el.span(icon, class_name="habit-mark"),
        rx.el.div(
            rx.el.strong(name),
            rx.el.span(says, class_name="muted small"),
            rx.el.div(*[rx.el.span(class_name="cell", data_outcome=day) for day in week], class_name="week"),
            class_name="sample-text",
        ),
        rx.el.span(rx.icon("check", size=22), class_name="tick", data_state="done" if done else "open"),
        class_name="sample-row",
        style=tint(color, readable_on(color)),
    )


def _reason(icon: str, title: str, text: str) -> rx.Component:
    return rx.el.li(
        rx.icon(icon, size=24, aria_hidden="true"),
        rx.el.h2(title),
        rx.el.p(text, class_name="muted"),
        class_name="reason",
    )
