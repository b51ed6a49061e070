"""Many writers at the same moment, each with its own connection, on both databases."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest

from habit_coach import clock, db
from habit_coach.accounts import users
from habit_coach.habits import entry, habit, pauses, rows, standing
from habit_coach.habits.drafts import HabitDraft
from habit_coach.habits.entry import Change
from habit_coach.habits.figures import figures


@pytest.fixture
def user(database):
    with db.session(writes=True) as session:
        return users.sign_up(session, "ada@example.com", "seven green bottles", address="192.0.2.1")


def made(user, **described):
    with db.session(writes=True) as session:
        return habit.create(session, user, HabitDraft(name="Water", **described))


def at_once(count, work):
    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(work, range(count)))


def check_in(user, one, change):
    with db.session(writes=True) as session:
        return entry.check_in(session, user, one.id, change)


def test_twenty_check_ins_on_twenty_habits_keep_twenty(user):
    habits = [made(user) for _ in range(20)]
    at_once(20, lambda number: check_in(user, habits[number], Change()))
    with db.session() as session:
        assert [figures.current_streak for figures in standing.of_all(session, user, habits).values()] == [1] * 20


def test_two_hundred_increments_of_one_habit_add_up_to_two_hundred(user):
    water = made(user, kind="numeric", target=8, unit="glasses")
    at_once(200, lambda _: check_in(user, water, Change(increment=1)))
    with db.session() as session:
        assert standing.of(session, user, water).total == 200


def test_a_pause_of_the_account_beside_a_check_in_of_an_earlier_day_counts_both(user):
    today = clock.today(user)
    reading = made(user, start_date=today - timedelta(days=9))

    def pause(_):
        with db.session(writes=True) as session:
            pauses.start(session, user, today - timedelta(days=2), today)

    with ThreadPoolExecutor(1) as pool:
        with db.session(writes=True) as session:
            entry.check_in(session, user, reading.id, Change(day=today - timedelta(days=3)))
            pausing = pool.submit(pause, None)
            wait([pausing], timeout=0.5)  # as long as it would need, if it did not have to wait for us
        pausing.result()
    check_in(user, reading, Change())
    with db.session() as session:
        plan, marks = rows.plan_of(session, user, reading), rows.marks_of_one(session, user, reading.id)
        assert standing.of(session, user, reading) == figures(plan, marks, today)


def test_the_same_check_in_twenty_times_at_once_leaves_one_entry_and_no_error(user):
    water = made(user)
    at_once(20, lambda _: check_in(user, water, Change()))
    with db.session() as session:
        assert len(entry.listed(session, water)) == 1
        assert standing.of(session, user, water).total == 1


def test_two_accounts_cannot_share_an_address_however_close_together(database):
    def sign_up(_):
        try:
            with db.session(writes=True) as session:
                users.sign_up(session, "twin@example.com", "seven green bottles", address="192.0.2.1")
        except Exception as error:
            return type(error).__name__
        return "made"

    assert sorted(at_once(4, sign_up)) == ["Conflict", "Conflict", "Conflict", "made"]
