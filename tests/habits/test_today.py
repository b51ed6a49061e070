from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import event

from habit_coach import db
from habit_coach.accounts import users
from habit_coach.errors import NotFound
from habit_coach.habits import entry, habit, today
from habit_coach.habits.drafts import HabitDraft
from habit_coach.habits.entry import Change
from habit_coach.habits.models import State
from habit_coach.habits.outcomes import Outcome
from habit_coach.habits.schedule import Daily, PerPeriod, Weekdays

MONDAY = date(2026, 3, 2)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def on_a_thursday():
    with time_machine.travel(datetime(2026, 3, 5, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def session(database):
    with db.session(writes=True) as opened:
        yield opened


@pytest.fixture
def user(session):
    return users.create(session, "ada@example.com", "seven green bottles", timezone="Europe/Berlin")


def habit_of(session, user, name="Read", schedule=None, **more):
    draft = HabitDraft(name=name, schedule=schedule or Daily(), start_date=MONDAY, **more)
    return habit.create(session, user, draft)


def kept(session, user, one, *days):
    for day in days:
        entry.check_in(session, user, one.id, Change(day=day))


def only_line(session, user, day=None):
    (line,) = today.of(session, user, day).lines
    return line


def test_a_day_asks_for_what_is_due_and_leaves_the_rest(session, user):
    habit_of(session, user, "Read")
    habit_of(session, user, "Plan", Weekdays(days=("mon",)))
    assert {line.habit.name: line.asked for line in today.of(session, user).lines} == {"Read": True, "Plan": False}


def test_a_full_quota_asks_for_nothing_until_the_next_period(session, user):
    run = habit_of(session, user, "Run", PerPeriod(times=2, period="week"))
    kept(session, user, run, MONDAY, MONDAY + DAY)
    line = only_line(session, user)
    assert (line.progress.done, line.progress.wanted, line.asked) == (2, 2, False)
    assert only_line(session, user, MONDAY).asked


def test_a_quota_counts_for_the_day_once_every_day_left_is_needed(session, user):
    habit_of(session, user, "Run", PerPeriod(times=4, period="week"))
    habit_of(session, user, "Swim", PerPeriod(times=3, period="week"))
    run, swim = today.of(session, user).lines
    assert run.counts
    assert not swim.counts


def test_skipped_habits_and_limits_leave_the_day_complete(session, user):
    read, walk = habit_of(session, user, "Read"), habit_of(session, user, "Walk")
    habit_of(session, user, "Coffee", kind="numeric", target=2, unit="cups", direction="at_most")
    kept(session, user, read, MONDAY + 3 * DAY)
    entry.check_in(session, user, walk.id, Change(state=State.skipped))
    day = today.of(session, user)
    assert (day.kept, day.total) == (1, 1)


def test_a_past_day_shows_what_it_was_and_the_week_that_ended_there(session, user):
    read = habit_of(session, user)
    kept(session, user, read, MONDAY)
    entry.check_in(session, user, read.id, Change(day=MONDAY, note="The first page"))
    line = only_line(session, user, MONDAY)
    assert (line.outcome, line.note) == (Outcome.kept, "The first page")
    assert line.week[-1] == (MONDAY, Outcome.kept)
    assert only_line(session, user, MONDAY + DAY).outcome is Outcome.missed


def test_a_day_to_come_is_today(session, user):
    assert today.of(session, user, date(2030, 1, 1)).day == MONDAY + 3 * DAY


def test_a_strangers_habit_is_not_there(session, user):
    other = users.create(session, "eve@example.com", "seven green bottles")
    with pytest.raises(NotFound):
        today.line(session, user, habit_of(session, other).id, MONDAY)


def test_it_asks_the_database_as_often_for_twenty_habits_as_for_one(session, user):
    statements = []
    engine = session.get_bind().engine

    def asked(extra):
        for number in range(extra):
            habit_of(session, user, f"Habit {number}")
        session.flush()
        statements.clear()
        today.of(session, user)
        return len(statements)

    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    assert asked(extra=1) == asked(extra=19) <= 6


def test_what_yesterday_asked_for_and_heard_nothing_of_is_still_unsaid(session, user):
    wednesday = MONDAY + 2 * DAY
    habit_of(session, user, "Unsaid")
    kept(session, user, habit_of(session, user, "Kept"), wednesday)
    for name, state in (("Skipped", State.skipped), ("Missed", State.missed)):
        entry.check_in(session, user, habit_of(session, user, name).id, Change(wednesday, state=state))
    habit_of(session, user, "Not due", Weekdays(days=("mon",)))
    habit_of(session, user, "Quota", PerPeriod(times=2, period="week"))
    habit_of(session, user, "Limit", kind="numeric", target=2, unit="cups", direction="at_most")
    assert [line.habit.name for line in today.of(session, user).lines if line.unsaid] == ["Unsaid"]


def test_nothing_is_unsaid_of_the_day_before_a_habit_began(session, user):
    habit.create(session, user, HabitDraft(name="New", schedule=Daily(), start_date=MONDAY + 3 * DAY))
    assert not only_line(session, user).unsaid
