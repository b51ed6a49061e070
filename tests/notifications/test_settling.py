from datetime import timedelta

import pytest
import time_machine

from habit_coach import db
from habit_coach.notifications import outbox, reminders
from tests.notifications.conftest import arrive, mail_server  # noqa: F401


@pytest.fixture(autouse=True)
def now():
    """A Tuesday, half past seven in Berlin."""
    with time_machine.travel("2026-03-10T07:00:00+01:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def reminded(ada, now):
    """Makes a habit of Ada's that has just reminded."""

    def make(**described) -> str:
        habit = ada.habit(reminders=["07:30"], **described)
        now.shift(timedelta(minutes=30))
        with db.session(writes=True) as session:
            reminders.plan_due(session)
        arrive()
        ada.sign_in()
        return habit

    return make


def inbox(person, **filters) -> tuple[int, int]:
    """(how many there are, how many of them are unread)."""
    listed = person.call("GET", "/notifications", params=filters).json()
    return len(listed["items"]), listed["unread"]


def test_a_reminder_leaves_the_inbox_when_its_habit_is_done_elsewhere(ada, reminded):
    habit = reminded()
    assert inbox(ada) == (1, 1)
    ada.check_in(habit)
    assert inbox(ada) == (0, 0)
    assert inbox(ada, dismissed=True) == (1, 0)


@pytest.mark.parametrize("said", [{"state": "skipped"}, {"state": "missed"}])
def test_whatever_is_said_of_the_day_settles_it(ada, reminded, said):
    ada.check_in(reminded(), **said)
    assert inbox(ada) == (0, 0)


def test_an_undone_check_in_brings_it_back(ada, reminded):
    habit = reminded()
    ada.check_in(habit)
    ada.call("DELETE", f"/habits/{habit}/entries/2026-03-10")
    assert inbox(ada) == (1, 1)


def test_what_was_dismissed_stays_away(ada, reminded):
    habit = reminded()
    (one,) = ada.call("GET", "/notifications").json()["items"]
    ada.call("POST", f"/notifications/{one['id']}/dismiss")
    ada.check_in(habit)
    ada.call("DELETE", f"/habits/{habit}/entries/2026-03-10")
    assert inbox(ada) == (0, 0)


def test_a_number_settles_it_with_its_target(ada, reminded):
    habit = reminded(kind="numeric", unit="pages", target=20)
    ada.check_in(habit, value=5)
    assert inbox(ada) == (1, 1)
    ada.check_in(habit, increment=15)
    assert inbox(ada) == (0, 0)


def test_a_quota_that_is_full_settles_it_whatever_day_filled_it(ada, reminded):
    quota = {"kind": "per_period", "times": 1, "period": "week"}
    habit = reminded(schedule=quota, start_date="2026-03-02")
    ada.check_in(habit, day="2026-03-08")  # last week
    assert inbox(ada) == (1, 1)
    ada.check_in(habit, day="2026-03-09")
    assert inbox(ada) == (0, 0)


def test_another_habit_or_day_leaves_it(ada, reminded):
    other = ada.habit(start_date="2026-03-01")
    habit = reminded(start_date="2026-03-01")
    ada.check_in(other)
    ada.check_in(habit, day="2026-03-09")
    assert inbox(ada) == (1, 1)


def test_a_habit_that_is_put_away_takes_its_reminders_along(ada, reminded):
    archived = reminded()
    ada.call("PATCH", f"/habits/{archived}", json={"archived": True})
    assert inbox(ada) == (0, 0)


def test_a_snoozed_reminder_does_not_come_again_once_its_habit_is_done(ada, reminded, now):
    habit = reminded()
    (one,) = ada.call("GET", "/notifications").json()["items"]
    ada.call("POST", f"/notifications/{one['id']}/snooze", json={"for": "10min"})
    ada.check_in(habit)
    now.shift(timedelta(minutes=10))
    assert arrive() == 0
    assert inbox(ada) == (0, 0)


def test_late_in_the_quiet_hours_the_mail_still_waits_for_their_end(ada, now, mail_server):  # noqa: F811
    ada.call("PATCH", "/notifications/preferences", json={"quiet_from": "22:00", "quiet_until": "07:00"})
    ada.habit(reminders=["21:30"])
    now.move_to("2026-03-10T23:00:00+01:00")  # the worker was down at half past nine
    with db.session(writes=True) as session:
        reminders.plan_due(session)
        assert outbox.claim(session, "email", 5) == []
    now.move_to("2026-03-11T07:00:00+01:00")
    with db.session(writes=True) as session:
        assert len(outbox.claim(session, "email", 5)) == 1
