"""An import writes years without keeping anybody waiting, and nobody sees it before it is whole."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from habit_coach import db
from habit_coach.errors import Conflict
from habit_coach.habits import entry as entries
from habit_coach.habits import habit as habits
from habit_coach.habits import standing
from habit_coach.habits.drafts import HabitDraft
from habit_coach.habits.entry import TABLE, Change
from habit_coach.transfer import arriving, importing
from habit_coach.transfer.models import Arriving
from tests.transfer.conftest import NOON, Account
from tests.transfer.test_importing import rows
from tests.transfer.test_loop_csv import DAYS

FIRST = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def _ten_rows_at_once(monkeypatch):
    monkeypatch.setattr(arriving, "ROWS_AT_ONCE", 10)


@pytest.fixture
def month(account, make_zip):
    """Swim and Run, each with the thirty days of June, as they are read from a file."""
    days = DAYS + "".join(f"{FIRST + timedelta(days=n)},YES_MANUAL,\n" for n in range(30))
    files = {"Habits.csv": rows("Swim", "Run"), "001/Checkmarks.csv": days, "002/Checkmarks.csv": days}
    return account.read(make_zip(files))


def create(account: Account, name: str):
    with db.session(writes=True) as session:
        return habits.create(session, account.user(session), HabitDraft(name=name))


def check_in(account: Account, habit, **change) -> None:
    with db.session(writes=True) as session:
        entries.check_in(session, account.user(session), habit.id, Change(**change))


def left_behind() -> int:
    with db.session() as session:
        return sum(session.scalar(select(func.count()).select_from(table)) for table in (TABLE, Arriving.__table__))


def test_others_check_in_while_an_import_runs_and_nobody_sees_it_yet(account, month):
    grace = Account("grace@example.com")
    read, seen = create(grace, "Read"), []

    def meanwhile(done: int, of: int) -> None:
        check_in(grace, read, note=f"{done} of {of}")
        seen.append(([habit.name for habit in account.habits()], done))

    importing.apply(account.id, month, meanwhile)
    assert [names for names, _ in seen] == [[]] * len(seen)
    assert [done for _, done in seen] == [10, 20, 30, 40, 50, 60]
    assert grace.days("Read") == {"2026-07-04": ("done", None, "60 of 60")}
    assert [habit.name for habit in account.habits()] == ["Swim", "Run"]
    assert len(account.days("Swim")) == len(account.days("Run")) == 30


def test_an_import_that_fails_takes_everything_back(account, month):
    def fail(done: int, of: int) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        importing.apply(account.id, month, fail)
    assert left_behind() == 0


def test_what_a_killed_import_left_is_never_seen_and_gone_after_a_day(account, month):
    with db.session(writes=True) as session:
        made = arriving.begin(session, account.user(session), month.habits)
    arriving.write(account.id, made, lambda written: None)
    assert account.habits() == []
    assert arriving.discard_abandoned() == 0
    with time_machine.travel(NOON) as now:
        now.shift(timedelta(days=2))
        assert arriving.discard_abandoned() == 2
    assert left_behind() == 0


def test_an_account_that_changed_meanwhile_is_left_as_it_is(account, month):
    def meanwhile(done: int, of: int) -> None:
        if done == 10:
            create(account, "Swim")

    with pytest.raises(Conflict, match="try again"):
        importing.apply(account.id, month, meanwhile)
    assert [habit.name for habit in account.habits()] == ["Swim"]
    assert left_behind() == 0
    assert [habit.action for habit in importing.apply(account.id, month).habits] == ["merged", "new"]


def test_a_check_in_made_meanwhile_wins_over_the_file(account, month):
    swim = create(account, "Swim")

    def meanwhile(done: int, of: int) -> None:
        if done == 10:
            check_in(account, swim, day=FIRST, note="here")

    importing.apply(account.id, month, meanwhile)
    assert account.days("Swim")["2026-06-01"] == ("done", None, "here")
    assert len(account.days("Swim")) == 30


def test_a_habit_counts_as_if_it_had_been_lived_here(account, month):
    importing.apply(account.id, month)
    with db.session(writes=True) as session:
        user = account.user(session)
        shown = standing.of(session, user, account.habit("Run"))
        assert standing.rebuild(session, user, account.habit("Run")) == shown
    assert shown.best_streak == 30
