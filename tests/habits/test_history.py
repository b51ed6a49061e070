from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import event

from habit_coach import db
from habit_coach.accounts import users
from habit_coach.errors import NotFound
from habit_coach.habits import entry, habit, history
from habit_coach.habits.drafts import HabitDraft
from habit_coach.habits.entry import Change
from habit_coach.habits.outcomes import Outcome

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
TODAY = date(2026, 3, 5)
DAY = timedelta(days=1)


@pytest.fixture
def now():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session(database, now):
    with db.session(writes=True) as opened:
        yield opened


@pytest.fixture
def user(session):
    return users.create(session, "ada@example.com", "seven green bottles", timezone="Europe/Berlin")


@pytest.fixture
def water(session, user):
    draft = HabitDraft(name="Water", kind="numeric", unit="glasses", target=8, start_date=TODAY - 2 * DAY)
    return habit.create(session, user, draft)


def test_each_day_has_its_outcome_and_how_far_it_was_filled(session, user, water):
    entry.check_in(session, user, water.id, Change(day=TODAY - 2 * DAY, value=6))
    entry.check_in(session, user, water.id, Change(day=TODAY, value=8))
    of = history.of(session, user, water.id)
    assert [(day.outcome, day.fill) for day in history.days(of, TODAY - 3 * DAY, TODAY)] == [
        (Outcome.off, None),
        (Outcome.partial, 0.75),
        (Outcome.missed, None),
        (Outcome.kept, 1),
    ]


def test_only_what_was_checked_in_on_its_own_day_has_an_hour(session, user, water):
    entry.check_in(session, user, water.id, Change(day=TODAY - DAY, value=8))
    entry.check_in(session, user, water.id, Change(day=TODAY, value=8))
    assert history.of(session, user, water.id).hours == (13,)


def test_notes_come_newest_first_and_no_more_than_asked_for(session, user, water):
    for back in range(3):
        entry.check_in(session, user, water.id, Change(day=TODAY - back * DAY, value=1, note=f"{back} ago"))
    assert [note.text for note in history.notes(session, user, water.id, 2)] == ["0 ago", "1 ago"]


def test_an_archived_habit_rests_on_the_day_that_it_was_archived(session, user, water, now):
    entry.check_in(session, user, water.id, Change(value=8))
    habit.archive(session, user, water.id)
    before = history.of(session, user, water.id)
    now.shift(timedelta(days=60))
    after = history.of(session, user, water.id)
    assert after.today == TODAY
    assert after.figures == before.figures


def test_a_stranger_sees_nothing(session, water):
    stranger = users.create(session, "bob@example.com", "seven green bottles")
    with pytest.raises(NotFound):
        history.of(session, stranger, water.id)
    assert history.notes(session, stranger, water.id, 5) == []


def test_years_of_entries_are_read_in_as_many_queries_as_none(session, user, water):
    def queries() -> int:
        seen: list[str] = []
        listen = lambda *args: seen.append(args[2])  # noqa: E731 - what SQLAlchemy calls
        session.flush()
        event.listen(db.engine(), "before_cursor_execute", listen)
        history.of(session, user, water.id)
        event.remove(db.engine(), "before_cursor_execute", listen)
        return len(seen)

    none = queries()
    for back in range(30):
        entry.check_in(session, user, water.id, Change(day=TODAY - back * DAY, value=8))
    assert queries() == none
