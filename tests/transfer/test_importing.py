"""Rules that hold whatever app a file is from, shown on Loop's."""

from datetime import date, timedelta

import pytest

from habit_coach import db
from habit_coach.errors import Conflict
from habit_coach.habits import entry as entries
from habit_coach.habits import habit as habits
from habit_coach.habits.drafts import HabitDraft
from habit_coach.habits.entry import Change
from habit_coach.transfer import importing
from tests.transfer.test_loop_csv import DAYS, NEW, REAL


def rows(*names: str) -> str:
    return NEW + "".join(f"{n:03},{name},YES_NO,,,1,1,#112233,,,,false\n" for n, name in enumerate(names, start=1))


def test_a_preview_writes_nothing_and_says_what_the_import_then_does(account):
    before = account.everything()
    shown = account.preview(REAL)
    assert account.everything() == before
    assert account.bring(REAL) == shown
    assert (shown.new_habits, shown.written) == (3, 7)


def test_the_same_file_twice_changes_nothing(account):
    account.bring(REAL)
    before = account.everything()
    assert account.bring(REAL).changes_nothing
    assert account.everything() == before


def test_a_habit_of_the_same_name_and_kind_is_added_to(account, make_zip):
    with db.session(writes=True) as session:
        user = account.user(session)
        habit = habits.create(session, user, HabitDraft(name="swim", color="#445566"))
        entries.check_in(session, user, habit.id, Change(day=date(2026, 7, 4)))
    path = make_zip({"Habits.csv": rows("Swim"), "001/Checkmarks.csv": DAYS + "2026-07-01,YES_MANUAL,\n"})
    assert [habit.action for habit in account.bring(path).habits] == ["merged"]
    assert set(account.days("swim")) == {"2026-07-01", "2026-07-04"}
    assert account.habit("swim").color == "#445566"
    assert account.habit("swim").start_date == date(2026, 7, 1)


def test_a_number_is_not_added_to_a_yes_or_no_habit_of_its_name(account, make_zip):
    with db.session(writes=True) as session:
        habits.create(session, account.user(session), HabitDraft(name="Run", kind="numeric", target=5))
    account.bring(make_zip({"Habits.csv": rows("Run"), "001/Checkmarks.csv": DAYS}))
    assert [habit.kind for habit in account.habits()] == ["numeric", "binary"]


def test_two_habits_of_one_name_in_one_file_stay_two(account, make_zip):
    path = make_zip(
        {
            "Habits.csv": rows("Swim", "Swim"),
            "001 Swim/Checkmarks.csv": DAYS + "2026-07-01,YES_MANUAL,\n",
            "002 Swim/Checkmarks.csv": DAYS + "2026-07-02,YES_MANUAL,\n",
        }
    )
    account.bring(path)
    assert account.bring(path).changes_nothing
    assert [habit.name for habit in account.habits()] == ["Swim", "Swim"]
    assert [habit.start_date.day for habit in account.habits()] == [1, 2]


def test_what_was_said_here_stays_and_what_was_imported_follows_the_file(account, make_zip):
    account.bring(
        make_zip({"Habits.csv": rows("Swim"), "001/Checkmarks.csv": DAYS + "2026-07-01,NO,\n2026-07-02,NO,\n"})
    )
    with db.session(writes=True) as session:
        change = Change(day=date(2026, 7, 2), note="with Sam")
        entries.check_in(session, account.user(session), account.habit("Swim").id, change)
    later = DAYS + "2026-07-01,YES_MANUAL,\n2026-07-02,YES_MANUAL,\n2026-07-03,YES_MANUAL,\n"
    (shown,) = account.bring(make_zip({"Habits.csv": rows("Swim"), "001/Checkmarks.csv": later})).habits
    assert (shown.new, shown.changed, shown.kept) == (1, 1, 1)
    assert account.days("Swim") == {
        "2026-07-01": ("done", None, ""),
        "2026-07-02": ("missed", None, "with Sam"),
        "2026-07-03": ("done", None, ""),
    }


def test_an_import_that_fails_on_the_way_leaves_nothing(account):
    content = account.read(REAL)
    before = account.everything()

    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing.apply(account.id, content, stop)
    assert account.everything() == before


def test_more_habits_than_there_is_room_for_are_refused_before_anything_is_written(account, make_zip):
    path = make_zip({"Habits.csv": rows(*(f"Habit {n}" for n in range(501)))})
    with pytest.raises(Conflict, match="501 habits"):
        account.bring(path)
    assert account.habits() == []


def test_words_that_are_too_long_are_cut_and_said(account, make_zip):
    shown = account.bring(make_zip({"Habits.csv": rows("n" * 300), "001/Checkmarks.csv": DAYS}))
    assert account.habits()[0].name == "n" * 120
    assert shown.notes[0].text == "The name is cut to 120 characters."


def test_years_of_history_come_at_once_and_count(account, make_zip):
    first = date(2006, 7, 5)
    days = "".join(f"{first + timedelta(days=n)},YES_MANUAL,\n" for n in range(7305))
    account.bring(make_zip({"Habits.csv": rows("Swim"), "001/Checkmarks.csv": DAYS + days}))
    assert len(account.days("Swim")) == 7305
    assert account.strength("Swim") == pytest.approx(1.0)
