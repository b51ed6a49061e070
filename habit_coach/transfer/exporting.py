"""Taking everything along: the forms in which an account can leave."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from sqlmodel import Session

from habit_coach import clock
from habit_coach.accounts import audit
from habit_coach.accounts.models import User
from habit_coach.errors import Invalid
from habit_coach.transfer import archive, calendar_export, csv_export, loop_export, own_json


@dataclass(frozen=True, slots=True)
class Form:
    """One form of export. `name` is how it is chosen, `extension` how its file ends, `write` makes it."""

    name: str
    title: str
    extension: str
    media_type: str
    write: Callable[[Session, User, BinaryIO], None]

    def filename(self, user: User) -> str:
        return f"habit-coach-{clock.today(user)}{self.extension}"


FORMS = {
    form.name: form
    for form in (
        Form("json", "Everything about your habits, to import again", ".json", "application/json", own_json.write),
        Form("csv", "All days, for a spreadsheet", ".csv", "text/csv; charset=utf-8", csv_export.write),
        Form("loop", "As Loop Habit Tracker exports", "-loop.zip", "application/zip", loop_export.write),
        Form("calendar", "A calendar (iCalendar)", ".ics", "text/calendar; charset=utf-8", calendar_export.write),
        Form("archive", "The whole account in one file", ".zip", "application/zip", archive.write),
    )
}


def begin(session: Session, user: User, name: str) -> Form:
    """The form of that name, with the export noted in the audit log; `form.write` then only needs to read.

    Raises Invalid for a form that does not exist.
    """
    form = FORMS.get(name)
    if form is None:
        sentence = f"There is no export named {name}. Choose one of {', '.join(FORMS)}."
        raise Invalid(sentence, {"form": sentence})
    audit.record(session, user.id, "data.exported", form=name)
    return form
