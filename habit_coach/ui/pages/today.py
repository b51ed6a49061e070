"""Today, the home: what the day asks for, and one tap to answer."""

import reflex as rx

from habit_coach.ui.components.buttons import button, link, link_button
from habit_coach.ui.components.fields import field
from habit_coach.ui.components.figures import ring
from habit_coach.ui.components.surfaces import dialog, empty_state
from habit_coach.ui.navigation import NEW_HABIT, WELCOME
from habit_coach.ui.page import page
from habit_coach.ui.today.day_row import day_row
from habit_coach.ui.today.rows import Group
from habit_coach.ui.today.state import EDITOR, Today, entry_form

STATES = (("done", "Done"), ("skipped", "Skipped"), ("missed", "Missed"))


@page(route="/today", title="Today", load=Today.load)
def today() -> rx.Component:
    return rx.el.div(
        rx.cond(Today.loaded, _day(), _waiting()),
        _editor(),
        rx.window_event_listener(on_focus=Today.load),
        class_name="narrow today",
    )


def _day() -> rx.Component:
    return rx.fragment(
        _head(),
        rx.cond(
            Today.count > 0,
            rx.fragment(
                rx.cond(Today.head.unsaid != "", _yesterday(), rx.cond(Today.tip != "", _tip())),
                rx.foreach(Today.groups, _group),
                rx.cond(Today.groups.length() == 0, _free()),
                rx.cond(Today.other_count > 0, _others()),
                _foot(),
            ),
            _newcomer(),
        ),
    )


def _head() -> rx.Component:
    return rx.el.header(
        rx.el.div(
            rx.el.p(Today.head.date, class_name="eyebrow"),
            rx.el.h1(Today.head.title),
            rx.cond(Today.count > 0, rx.el.p(Today.score.says, class_name="muted", role="status")),
            _days(),
            class_name="today-title",
        ),
        rx.cond(
            Today.score.total > 0,
            ring(
                Today.score.percent,
                rx.el.span(Today.score.kept, class_name="ring-kept"),
                rx.el.span("/", Today.score.total, class_name="ring-total"),
                label=f"{Today.score.kept} of {Today.score.total} done",
                size="clamp(5rem, 22vw, 6.5rem)",
            ),
        ),
        class_name="today-head",
        data_complete=(Today.score.percent == 100).to_string(),
    )


def _days() -> rx.Component:
    """To earlier days and back."""
    return rx.el.nav(
        link(
            rx.icon("chevron-left", size=20, aria_hidden="true"),
            to=f"/today?day={Today.head.before}",
            class_name="icon-button",
            aria_label="The day before",
        ),
        rx.el.span(
            rx.icon("calendar-days", size=20, aria_hidden="true"),
            rx.el.input(
                type="date",
                value=Today.head.day,
                max=Today.head.today,
                on_change=Today.go,
                aria_label="Day",
                title="Another day",
            ),
            class_name="icon-button day-input",
        ),
        rx.cond(
            Today.head.past,
            rx.fragment(
                link(
                    rx.icon("chevron-right", size=20, aria_hidden="true"),
                    to=f"/today?day={Today.head.after}",
                    class_name="icon-button",
                    aria_label="The day after",
                ),
                link_button("Back to today", to="/today", look="ghost", small=True),
            ),
        ),
        class_name="days",
        aria_label="Days",
    )


def _yesterday() -> rx.Component:
    """What yesterday heard nothing of, while it is still fresh."""
    return rx.el.section(
        rx.icon("history", size=20, aria_hidden="true"),
        rx.el.p(rx.el.strong("Yesterday is still open: "), Today.head.unsaid, "."),
        rx.el.div(
            link_button("Catch up", to=f"/today?day={Today.head.before}", small=True),
            button("All missed", look="ghost", small=True, on_click=Today.miss_yesterday),
            class_name="aside-actions",
        ),
        class_name="aside",
        aria_label="Yesterday",
    )


def _tip() -> rx.Component:
    return rx.el.section(
        rx.icon("lightbulb", size=20, aria_hidden="true"),
        rx.el.p(Today.tip),
        rx.el.div(button("Got it", look="ghost", small=True, on_click=Today.take_tip), class_name="aside-actions"),
        class_name="aside",
        aria_label="A tip",
    )


def _group(group: rx.Var[Group]) -> rx.Component:
    return rx.el.section(
        rx.cond(group.name != "", rx.el.h2(group.name, class_name="group-name")),
        rx.el.ul(rx.foreach(Today.rows_of(group.ids), day_row), class_name="list"),
        class_name="group",
    )


def _others() -> rx.Component:
    return rx.el.details(
        rx.el.summary(
            rx.icon("chevron-right", size=18, aria_hidden="true"),
            "Not due on this day",
            rx.el.span(Today.other_count, class_name="badge"),
        ),
        rx.foreach(Today.others, _group),
        class_name="others",
        open=Today.groups.length() == 0,
    )


def _free() -> rx.Component:
    return rx.el.p("A free day. What you do anyway counts as extra.", class_name="muted free")


def _foot() -> rx.Component:
    return rx.el.div(
        link_button(rx.icon("plus", size=18, aria_hidden="true"), "New habit", to=NEW_HABIT),
        class_name="today-foot",
    )


def _newcomer() -> rx.Component:
    return empty_state(
        "A day with room in it",
        "Begin with one small thing. Choose a ready-made habit or describe your own, and it shows here when it is due.",
        link_button("Choose a habit", to=WELCOME, look="primary"),
        link_button("Make my own", to=NEW_HABIT),
    )


def _waiting() -> rx.Component:
    return rx.el.div(
        rx.el.h1("Today", class_name="visually-hidden"),
        *[rx.el.div(class_name="skeleton") for _ in range(4)],
        class_name="stack",
        aria_busy="true",
    )


def _editor() -> rx.Component:
    """The day's entry in full: number, state and note."""
    opened = entry_form.value
    return dialog(
        EDITOR,
        opened.name,
        rx.el.form(
            rx.el.input(type="hidden", name="habit", value=opened.habit_id),
            rx.el.input(type="hidden", name="day", value=opened.day),
            rx.cond(
                opened.numeric,
                field(
                    "Number",
                    "value",
                    id="entry-value",
                    input_mode="decimal",
                    auto_complete="off",
                    placeholder=opened.unit,
                    default_value=opened.value,
                ),
            ),
            rx.el.fieldset(
                rx.el.legend("What became of the day", class_name="visually-hidden"),
                *[_state(state, text) for state, text in STATES],
                class_name="segmented",
            ),
            field(
                "Note",
                "note",
                id="entry-note",
                control=rx.el.textarea,
                max_length=2000,
                hint="Only you read it.",
                default_value=opened.note,
            ),
            rx.el.div(
                button("Cancel", look="ghost", data_closes=""),
                button("Save", look="primary", type="submit"),
                class_name="form-actions",
            ),
            key=opened.key,
            on_submit=Today.save,
            class_name="form",
        ),
    )


def _state(state: str, text: str) -> rx.Component:
    known = entry_form.value.state == state
    return rx.el.label(rx.el.input(type="radio", name="state", value=state, default_checked=known), rx.el.span(text))
