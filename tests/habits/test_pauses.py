from datetime import UTC, date, datetime

import pytest
import time_machine

from habit_coach import db
from habit_coach.accounts import users
from habit_coach.errors import NotFound
from habit_coach.habits import habit, pauses, rows
from habit_coach.habits.drafts import HabitDraft

TODAY, YESTERDAY, TOMORROW = date(2026, 3, 5), date(2026, 3, 4), date(2026, 3, 6)


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
    return users.create(session, "ada@example.com", "seven green bottles")


def test_a_running_pause_that_is_ended_lets_today_ask_again_and_keeps_its_past(session, user):
    reading = habit.create(session, user, HabitDraft(name="Read", start_date=date(2026, 3, 1)))
    pause = pauses.start(session, user, date(2026, 3, 2), habit_id=reading.id)
    pauses.end(session, user, pause.id)
    plan = rows.plan_of(session, user, reading)
    assert plan.paused(YESTERDAY)
    assert not plan.paused(TODAY)


@pytest.mark.parametrize("first", [TODAY, TOMORROW])
def test_a_pause_that_has_not_begun_before_today_is_taken_back_when_it_is_ended(session, user, first):
    pause = pauses.start(session, user, first)
    pauses.end(session, user, pause.id)
    assert pauses.listed(session, user) == []


def test_a_pause_that_is_over_stays_as_it_was(session, user):
    pause = pauses.start(session, user, date(2026, 3, 1), date(2026, 3, 2))
    pauses.end(session, user, pause.id)
    assert [row.last for row in pauses.listed(session, user)] == [date(2026, 3, 2)]


def test_nobody_ends_the_pause_of_somebody_else(session, user):
    stranger = users.create(session, "eve@example.com", "seven green bottles")
    pause = pauses.start(session, user, YESTERDAY)
    with pytest.raises(NotFound):
        pauses.end(session, stranger, pause.id)
