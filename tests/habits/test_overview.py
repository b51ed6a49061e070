from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import time_machine

from habit_coach import db
from habit_coach.accounts import users
from habit_coach.habits import entry, habit, overview
from habit_coach.habits.drafts import HabitDraft
from habit_coach.habits.entry import Change
from habit_coach.habits.overview import Lived, Overview
from habit_coach.habits.plan import Mark, Plan, Rule
from habit_coach.habits.schedule import Daily

THURSDAY = date(2026, 3, 5)
DAY = timedelta(days=1)


def lived(name, *kept_ago, start=THURSDAY - 200 * DAY):
    marks = {THURSDAY - ago * DAY: Mark("done") for ago in kept_ago}
    return Lived(SimpleNamespace(name=name), Plan("binary", start, (Rule(start, Daily()),)), marks)


def all_of(*habits):
    return Overview(habits, (), 0, THURSDAY)


def test_a_week_is_held_against_as_many_days_of_the_one_before():
    assert overview.spans(all_of(), "week") == (
        (date(2026, 3, 2), THURSDAY),
        (date(2026, 2, 23), date(2026, 2, 26)),
    )


def test_a_long_month_is_held_against_all_of_a_short_one():
    of = Overview((), (), 0, date(2026, 3, 31))
    assert overview.spans(of, "month")[1] == (date(2026, 2, 1), date(2026, 2, 28))


def test_each_habit_is_counted_now_and_before():
    (read,) = overview.compared(all_of(lived("Read", 0, 1, 3, 7, 8, 9)), "week")
    assert (read.now.kept, read.now.due) == (3, 4)
    assert (read.before.kept, read.before.due) == (3, 4)


def test_while_today_is_open_neither_week_counts_its_weekday():
    (read,) = overview.compared(all_of(lived("Read", 1, 7)), "week")
    assert (read.now.kept, read.now.due) == (1, 3)
    assert (read.before.kept, read.before.due) == (0, 3)


def test_a_habit_that_did_not_exist_is_not_compared():
    assert overview.compared(all_of(lived("New", start=THURSDAY + DAY)), "week") == []


def test_habits_that_share_their_days_are_said_to_go_together():
    shared = [ago for ago in range(1, 180) if ago % 3]
    found = overview.connections(all_of(lived("Run", *shared), lived("Stretch", *shared)))
    same_day = next(one for one in found if one.correlation.lag == 0)
    assert (same_day.with_first, same_day.without_first) == (1, 0)


def test_habits_that_have_nothing_to_do_with_one_another_are_not_mentioned():
    first = [ago for ago in range(1, 180) if ago % 2]
    second = [ago for ago in range(1, 180) if ago // 2 % 2]
    assert overview.connections(all_of(lived("Run", *first), lived("Read", *second))) == []


def test_habits_put_away_are_left_out(database):
    with time_machine.travel(datetime(2026, 3, 5, 12, tzinfo=UTC), tick=False), db.session(writes=True) as session:
        user = users.create(session, "ada@example.com", "seven green bottles", timezone="Europe/Berlin")
        one, other = (habit.create(session, user, HabitDraft(name=name)) for name in ("Read", "Run"))
        entry.check_in(session, user, one.id, Change())
        habit.archive(session, user, other.id)
        of = overview.of(session, user)
        assert [known.habit.name for known in of.lived] == ["Read"]
        assert of.hours == (13,)
