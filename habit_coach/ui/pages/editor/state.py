"""The state of the form: what it opens with, what it says while it is filled in, and saving."""

from dataclasses import dataclass, fields
from secrets import token_hex

import reflex as rx

from habit_coach import clock, db
from habit_coach.errors import Invalid, NotFound
from habit_coach.habits import habit
from habit_coach.habits.drafts import COLORS, draft_from
from habit_coach.notifications import smart_time
from habit_coach.ui.arguments import an_id
from habit_coach.ui.components.fields import put_back
from habit_coach.ui.pages.editor.look import color, icon, name
from habit_coach.ui.pages.editor.values import (
    Errors,
    ScheduleValues,
    Values,
    as_typed,
    draft_values,
    preview,
    schedule_values,
    values_of,
)
from habit_coach.ui.session import signed_in

FORM = "habit-form"
KNOWN_FIELDS = {field.name for field in fields(Errors)}


@dataclass(frozen=True)
class Reminder:
    key: str
    at: str


@dataclass(frozen=True)
class Offer:
    """A time for a reminder, half an hour before the `usual` one of the check-ins; both empty while none shows."""

    at: str = ""
    usual: str = ""


class Editor(rx.State):
    """One form at a time, for the page `at`. Its fields keep what is typed; `key` is new each time it opens."""

    key: str = ""
    at: str = ""
    is_new: bool = True
    values: Values = Values()
    schedule: ScheduleValues = ScheduleValues()
    reminders: list[Reminder] = []
    offer: Offer = Offer()
    groups: list[str] = []
    errors: Errors = Errors()
    preview: str = ""
    _habit_id: str = ""
    _typed: dict[str, str] = {}
    _reminders_made: int = 0

    @rx.event
    def open_new(self):
        with db.session() as session:
            user = signed_in(session, self)
            habits = habit.listed(session, user)
            today = clock.today(user)
        self._open("", Values(start_date=today.isoformat()), ScheduleValues(), [], habits, today)
        return _with_what_was_typed("", "", COLORS[len(habits) % (len(COLORS) - 1)])

    @rx.event
    def open_habit(self):
        habit_id = self.router.url.path.rstrip("/").split("/")[-2]
        with db.session() as session:
            user = signed_in(session, self)
            try:
                found = habit.owned(session, user, an_id(habit_id))
            except NotFound as gone:
                return [rx.toast.error(gone.message), rx.redirect("/habits", replace=True)]
            habits = habit.listed(session, user)
            today = clock.today(user)
            offered = smart_time.suggest(session, user, found)
        draft = habit.as_draft(found)
        self._open(habit_id, values_of(draft), schedule_values(draft.schedule), draft.reminders, habits, today)
        self.offer = Offer(offered.time, offered.usual) if offered else Offer()
        return _with_what_was_typed(draft.icon, draft.name, draft.color)

    def _open(self, habit_id, values, schedule, reminders, habits, today):
        self._habit_id, self.is_new = habit_id, not habit_id
        self.values, self.schedule, self.errors, self.offer = values, schedule, Errors(), Offer()
        self.reminders = [Reminder(str(number), at) for number, at in enumerate(reminders)]
        self._reminders_made = len(reminders)
        self.groups = sorted({one.group for one in habits if one.group})
        self._typed = {**as_typed(schedule), "start_date": values.start_date}
        self.preview = preview(self._typed, today)
        self.key, self.at = token_hex(4), self.router.url.path.rstrip("/")

    @rx.event
    def close(self, key: str):
        """The page was left: the next one that opens begins with an empty form."""
        if key == self.key:
            self.at = ""

    @rx.event
    def choose(self, field: str, value: str | bool):
        """A field of the schedule changed: say what it means now."""
        with db.session() as session:
            today = clock.today(signed_in(session, self))
        self._typed = {**self._typed, field: value}
        self.preview = preview(self._typed, today)

    @rx.event
    def remind_at(self, times: list[str] | None):
        """The times that the form had before a server that starts anew emptied it."""
        if times is not None:
            self.reminders = []
            for at in times:
                self._add(str(at)[:5])

    @rx.event
    def add_reminder(self):
        self._add("08:00")

    @rx.event
    def take_offer(self):
        self._add(self.offer.at)
        self.offer = Offer()

    def _add(self, at: str):
        if len(self.reminders) < 12:
            self._reminders_made += 1
            self.reminders = [*self.reminders, Reminder(str(self._reminders_made), at)]

    @rx.event
    def drop_reminder(self, key: str):
        self.reminders = [reminder for reminder in self.reminders if reminder.key != key]

    @rx.event
    def save(self, form: dict):
        reminders = [str(value)[:5] for field, value in form.items() if field.startswith("reminder-")]
        try:
            with db.session(writes=True) as session:
                user = signed_in(session, self)
                values = draft_values(form, reminders)
                if self._habit_id:
                    saved = habit.update(session, user, an_id(self._habit_id), values)
                else:
                    saved = habit.create(session, user, draft_from(values))
        except Invalid as error:
            self.errors = _errors(error)
            return rx.call_script("coach.focusFirstError()")
        said = f"{saved.name} is changed." if self._habit_id else f"{saved.name} is on your list."
        return [rx.toast.success(said), rx.call_script("coach.back('/habits')")]


def _with_what_was_typed(known_icon: str, known_name: str, known_color: str) -> list[rx.event.EventSpec]:
    """Show how the habit looks; then what was typed already, if this form takes the place of another."""
    shown = [icon.push(known_icon), name.push(known_name), color.push(known_color)]
    return [*shown, put_back(FORM, Editor.remind_at)]


def _errors(error: Invalid) -> Errors:
    known = {name: sentence for name, sentence in error.fields.items() if name in KNOWN_FIELDS}
    count = len(error.fields)
    form = f"{'One thing needs' if count == 1 else f'{count} things need'} another look before this can be saved."
    return Errors(**known, form=form if known else error.message)
