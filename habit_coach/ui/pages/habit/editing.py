"""One day of a habit, opened for editing: what it holds now, and what the form says it shall hold."""

from dataclasses import dataclass
from datetime import date
from secrets import token_hex
from uuid import UUID

from sqlmodel import Session

from habit_coach import clock
from habit_coach.accounts.models import User
from habit_coach.errors import Invalid
from habit_coach.habits import entry, rows
from habit_coach.habits import habit as habits
from habit_coach.habits.entry import Change, Written
from habit_coach.habits.models import Habit, State
from habit_coach.habits.outcomes import outcome
from habit_coach.habits.plan import Mark
from habit_coach.ui import formats, telling
from habit_coach.ui.words import asks

AMOUNT, NOTHING = "amount", "nothing"


@dataclass(frozen=True)
class Editor:
    """The day's form as it opens; `key` is new each time, and empties its fields."""

    key: str = ""
    day: str = ""
    title: str = ""
    says: str = ""
    choice: str = NOTHING
    value: str = ""
    note: str = ""
    moves_start: str = ""


@dataclass(frozen=True)
class Undo:
    """What one day of a habit was before it was changed, and when the habit began."""

    habit_id: UUID
    day: date
    before: Written | None
    start: date


def day_from(text: str) -> date:
    """Raises Invalid for what is no date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("Choose a day, such as 2025-03-09.") from None


def open_day(session: Session, user: User, habit_id: UUID, day: date) -> Editor:
    """The form for one day. Raises Invalid for a day that is still to come."""
    habit = habits.owned(session, user, habit_id)
    today = clock.today(user)
    if day > today:
        raise Invalid("This day is still to come. Choose today or an earlier one.")
    written = entry.read(session, habit, day)
    plan = rows.plan_of(session, user, habit)
    mark = Mark(written.state, written.value) if written else None
    said = telling.OUTCOMES[outcome(plan, day, mark, today)]
    return Editor(
        token_hex(4),
        day.isoformat(),
        formats.on_weekday(day),
        f"{asks(habit, plan.rule_on(day))}. On this day: {said}." if day >= habit.start_date else "",
        _choice(habit, written),
        formats.typed(written.value) if written and written.value is not None else "",
        written.note if written else "",
        f"The habit starts on {formats.on_day(habit.start_date)}. Saving this day moves its start here, "
        "and the days in between count from then on."
        if day < habit.start_date
        else "",
    )


def save(session: Session, user: User, habit_id: UUID, day: date, form: dict[str, str]) -> Undo:
    """Write what the form says of the day, and give what undoes it."""
    habit = habits.owned(session, user, habit_id)
    undo = Undo(habit_id, day, entry.read(session, habit, day), habit.start_date)
    note = str(form.get("note", "")).strip()
    choice = form.get("choice", NOTHING)
    if choice != NOTHING:
        entry.check_in(session, user, habit_id, _change(day, str(choice), str(form.get("value", "")), note))
    elif note:
        raise Invalid("A note needs an entry to stand with. Say first what became of the day.")
    elif undo.before:
        entry.remove(session, user, habit_id, day)
    return undo


def tap(session: Session, user: User, habit_id: UUID, change: Change | None) -> Undo:
    """Write `change` for today (None takes today's entry away), and give what undoes it."""
    habit, today = habits.owned(session, user, habit_id), clock.today(user)
    undo = Undo(habit_id, today, entry.read(session, habit, today), habit.start_date)
    if change is None:
        entry.remove(session, user, habit_id, today)
    else:
        entry.check_in(session, user, habit_id, change)
    return undo


def take_back(session: Session, user: User, undo: Undo) -> None:
    """Make the day, and the start of the habit, what they were."""
    entry.put_back(session, user, undo.habit_id, undo.day, undo.before)
    if habits.owned(session, user, undo.habit_id).start_date != undo.start:
        habits.update(session, user, undo.habit_id, {"start_date": undo.start.isoformat()})


def saved_words(day: date, form: dict[str, str], unit: str) -> str:
    """What the toast says."""
    choice = str(form.get("choice", NOTHING))
    said = {NOTHING: "cleared", AMOUNT: f"{form.get('value', '')} {unit}".strip()}.get(choice, choice)
    return f"{formats.on_weekday(day)}: {said}"


def _choice(habit: Habit, written: Written | None) -> str:
    numeric = habit.kind == "numeric"
    if written is None:
        return AMOUNT if numeric else NOTHING
    counted = numeric and (written.state == State.done or written.value is not None)
    return AMOUNT if counted and written.state != State.skipped else written.state


def _change(day: date, choice: str, value: str, note: str) -> Change:
    if choice == AMOUNT:
        return Change(day=day, state=State.done, value=_number(value), note=note)
    if choice not in State.__members__:
        raise Invalid("Say what became of the day: done, missed or skipped.")
    return Change(day=day, state=State(choice), note=note)


def _number(text: str) -> float:
    try:
        return formats.number_from(text)
    except ValueError:
        raise Invalid("Write how much it was, as a number.") from None
