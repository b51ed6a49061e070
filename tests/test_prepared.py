"""The short way to the database gives what SQLAlchemy gives, on both databases."""

from datetime import date

import pytest
from sqlalchemy import bindparam, select

from habit_coach import db, prepared
from habit_coach.accounts import users
from habit_coach.habits import entry, habit
from habit_coach.habits.drafts import HabitDraft
from habit_coach.habits.entry import Change
from habit_coach.habits.models import Entry, Habit, Standing

TABLES = [Habit.__table__, Entry.__table__, Standing.__table__]
OF_USER = {table.name: select(table).where(table.c.user_id == bindparam("user_id")) for table in TABLES}


@pytest.fixture
def user(database):
    with db.session(writes=True) as session:
        ada = users.create(session, "ada@example.com", "seven green bottles")
        draft = HabitDraft(
            name="Läufe 100 %", kind="numeric", target=5, unit="km", tags=["früh"], start_date=date(2026, 1, 1)
        )
        run = habit.create(session, ada, draft)
        entry.check_in(session, ada, run.id, Change(day=date(2026, 1, 2), value=2.5, note="100 % Regen"))
        return ada


@pytest.mark.parametrize("table", OF_USER)
def test_rows_have_the_same_values_of_the_same_types(user, table):
    with db.session() as session:
        [found] = prepared.run(session, OF_USER[table], user_id=user.id)
        [expected] = session.execute(OF_USER[table], {"user_id": user.id}).all()
    assert found == tuple(expected)
    assert [type(one) for one in found] == [type(one) for one in expected]


def test_a_value_that_is_missing_is_an_error_and_not_a_null(user):
    with db.session() as session, pytest.raises(KeyError):
        prepared.run(session, OF_USER["habit"])


def test_what_is_written_this_way_is_undone_with_its_transaction(user):
    with db.session(writes=True) as session:
        [run] = habit.listed(session, user)
        entry.check_in(session, user, run.id, Change(day=date(2026, 1, 3), value=1))
        session.rollback()
    with db.session() as session:
        [run] = habit.listed(session, user)
        assert [written.day for written in entry.listed(session, run)] == [date(2026, 1, 2)]
