"""The two pages of the form: a new habit, and one that is changed.

They do not follow changes made elsewhere: that would take away what is being typed.
"""

import reflex as rx

from habit_coach.ui.components import fields
from habit_coach.ui.components.buttons import button, icon_button
from habit_coach.ui.components.surfaces import banner, card, page_head
from habit_coach.ui.pages.editor import look
from habit_coach.ui.pages.editor.schedule import schedule_picker
from habit_coach.ui.pages.editor.state import FORM, Editor, Reminder
from habit_coach.ui.shell import shell

ROUTE = "/habits"
BACK = rx.call_script("coach.back('/habits')")


@rx.page(route="/habits/new", title="New habit · Habit Coach", on_load=Editor.open_new)
def new_habit() -> rx.Component:
    return shell(ROUTE, _page("New habit"))


@rx.page(route="/habits/[id]/edit", title="Edit habit · Habit Coach", on_load=Editor.open_habit)
def edit_habit() -> rx.Component:
    return shell(ROUTE, _page("Edit habit"))


def _page(title: str) -> rx.Component:
    waiting = rx.el.div(*[rx.el.div(class_name="skeleton") for _ in range(4)], class_name="stack", aria_hidden="true")
    # What the state still knows of another form is not shown while this one is on its way.
    here = rx.Var("(typeof location === 'undefined' ? '' : location.pathname.replace(/\\/$/, ''))").to(str)
    form = rx.cond((Editor.at != "") & (Editor.at == here), _form(), waiting)
    return rx.el.div(page_head(title), form, class_name="narrow editor")


def _form() -> rx.Component:
    return fields.form(
        card(_name(), look.emoji_picker(Editor.errors.icon), look.color_picker(Editor.errors.color)),
        card(rx.cond(Editor.is_new, _kind(), _fixed_kind()), _amount()),
        card(schedule_picker(), rx.cond(Editor.is_new, rx.fragment(), _counts_from_today())),
        card(_reminders()),
        card(_more()),
        rx.cond(Editor.errors.form != "", banner("circle-alert", Editor.errors.form, bad=True, role="alert")),
        rx.el.div(
            button("Cancel", on_click=BACK),
            button(rx.cond(Editor.is_new, "Add habit", "Save"), type="submit", look="primary"),
            class_name="form-actions editor-actions",
        ),
        on_submit=Editor.save,
        no_validate=True,
        on_unmount=Editor.close(Editor.key),
        key=Editor.key,
        keeps=FORM,
    )


def _name() -> rx.Component:
    return rx.el.div(
        look.mark(),
        fields.field(
            "Name",
            "name",
            default_value=Editor.values.name,
            on_change=look.name.set_value,
            placeholder="Read before bed",
            max_length=120,
            required=True,
            auto_complete="off",
            error=Editor.errors.name,
        ),
        class_name="name-row",
    )


def _kind() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend("What is it?", class_name="field-label"),
        rx.el.div(
            _kind_choice("binary", "Yes or no", "Done, or not: made the bed, called a friend."),
            _kind_choice("numeric", "Counted", "A number each day: 20 pages, at most 2 coffees, 0 cigarettes."),
            class_name="choices of-two",
        ),
        rx.el.p("This cannot be changed later, because the history hangs on it.", class_name="field-hint"),
        class_name="stack",
    )


def _kind_choice(kind: str, title: str, example: str) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="radio", name="kind", value=kind, default_checked=Editor.values.kind == kind),
        rx.el.span(rx.el.span(title, class_name="choice-title"), rx.el.span(example, class_name="choice-example")),
        class_name="choice",
    )


def _fixed_kind() -> rx.Component:
    words = rx.cond(Editor.values.kind == "numeric", "A counted habit.", "A yes-or-no habit.")
    return rx.el.p(
        rx.el.input(type="hidden", name="kind", value=Editor.values.kind),
        words,
        " Its kind stays, because its history hangs on it.",
        class_name="muted",
    )


def _amount() -> rx.Component:
    """Shown for counted habits, by the style sheet."""
    return rx.el.div(
        rx.el.fieldset(
            rx.el.legend("Is more better, or less?", class_name="field-label"),
            rx.el.div(
                _direction("at_least", "At least", "Something to do: at least 20 pages."),
                _direction("at_most", "At most", "A limit, or something to quit: at most 2 cups; 0 quits."),
                class_name="choices of-two",
            ),
        ),
        rx.el.div(
            fields.field(
                "Target",
                "target",
                type="text",
                input_mode="decimal",
                default_value=Editor.values.target,
                placeholder="20",
                auto_complete="off",
                error=Editor.errors.target,
            ),
            fields.field(
                "Unit",
                "unit",
                default_value=Editor.values.unit,
                placeholder="pages",
                max_length=24,
                auto_complete="off",
                error=Editor.errors.unit,
            ),
            class_name="form-row",
        ),
        class_name="amount stack",
    )


def _direction(value: str, title: str, example: str) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="radio", name="direction", value=value, default_checked=Editor.values.direction == value),
        rx.el.span(rx.el.span(title, class_name="choice-title"), rx.el.span(example, class_name="choice-example")),
        class_name="choice",
    )


def _counts_from_today() -> rx.Component:
    return rx.el.p(
        "A new schedule or target counts from today. The past keeps the one that it was lived under.",
        class_name="field-hint",
    )


def _reminders() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend("Reminders", class_name="field-label"),
        rx.el.ul(rx.foreach(Editor.reminders, _reminder), class_name="cluster"),
        rx.cond(Editor.offer.at != "", _offer()),
        rx.cond(
            Editor.reminders.length() < 12,
            button(rx.icon("bell-plus", size=18), "Add a time", small=True, on_click=Editor.add_reminder),
        ),
        fields.switch(
            "Only if it is not done yet", "remind_only_if_open", default_checked=Editor.values.remind_only_if_open
        ),
        rx.cond(
            Editor.errors.reminders != "", rx.el.p(Editor.errors.reminders, class_name="field-error", role="alert")
        ),
        class_name="reminders stack",
    )


def _offer() -> rx.Component:
    return rx.el.div(
        rx.el.p("You usually check in around ", rx.el.strong(Editor.offer.usual), ".", class_name="number"),
        button(
            rx.icon("alarm-clock-plus", size=18, aria_hidden="true"),
            "Remind at ",
            Editor.offer.at,
            small=True,
            on_click=Editor.take_offer,
        ),
        class_name="cluster offer",
        role="status",
    )


def _reminder(reminder: rx.Var[Reminder]) -> rx.Component:
    return rx.el.li(
        rx.el.input(
            type="time",
            name="reminder-" + reminder.key,
            default_value=reminder.at,
            aria_label="Time of a reminder",
            class_name="input is-short",
        ),
        icon_button("x", "Remove this reminder", on_click=Editor.drop_reminder(reminder.key)),
        class_name="reminder",
        key=reminder.key,
    )


def _more() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            fields.field(
                "Group",
                "group",
                default_value=Editor.values.group,
                placeholder="Morning",
                max_length=60,
                list="groups",
                auto_complete="off",
                error=Editor.errors.group,
            ),
            fields.field(
                "Tags",
                "tags",
                default_value=Editor.values.tags,
                placeholder="health, evening",
                hint="With commas between them",
                auto_complete="off",
                error=Editor.errors.tags,
            ),
            class_name="form-row",
        ),
        rx.el.datalist(rx.foreach(Editor.groups, lambda group: rx.el.option(value=group)), id="groups"),
        fields.field(
            "Description",
            "description",
            control=rx.el.textarea,
            default_value=Editor.values.description,
            placeholder="Why it matters, or how to begin",
            max_length=2000,
            error=Editor.errors.description,
        ),
        fields.field(
            "Start",
            "start_date",
            type="date",
            default_value=Editor.values.start_date,
            hint="Days before it are not judged",
            on_change=lambda day: Editor.choose("start_date", day),
            error=Editor.errors.start_date,
        ),
    )
