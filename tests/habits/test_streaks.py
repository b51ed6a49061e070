from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from habit_coach.habits.outcomes import occurrences
from habit_coach.habits.plan import Mark, Pause, Plan, Rule
from habit_coach.habits.schedule import Daily, PerPeriod, Weekdays
from habit_coach.habits.streaks import Run, Streaks, fold, runs, streaks
from tests.habits.strategies import lived

MONDAY = date(2024, 1, 1)


def on(number):
    return MONDAY + timedelta(days=number - 1)


def kept(*numbers):
    return {on(number): Mark("done") for number in numbers}


def plan(schedule=None, **rest):
    return Plan("binary", MONDAY, (Rule(MONDAY, schedule or Daily()),), **rest)


def test_ten_days_kept_and_today_open_is_a_streak_of_ten():
    assert streaks(plan(), kept(*range(1, 11)), on(11)) == Streaks(10, on(1), 10, on(1), on(10))


def test_a_miss_ends_the_streak_and_leaves_the_best():
    assert streaks(plan(), kept(1, 2, 3, 5, 6), on(6)) == Streaks(2, on(5), 3, on(1), on(3))


def test_no_history_is_no_streak():
    assert streaks(plan(), {}, on(1)) == Streaks()
    assert streaks(plan(), {}, on(0)) == Streaks()


def test_a_paused_week_neither_breaks_nor_extends_a_streak():
    paused = plan(pauses=(Pause(on(3), on(9)),))
    assert streaks(paused, kept(1, 2, 5, 10), on(10)).current == 3


def test_a_skipped_day_neither_breaks_nor_extends_a_streak():
    assert streaks(plan(), kept(1, 3) | {on(2): Mark("skipped")}, on(3)).current == 2


def test_days_that_are_not_due_are_passed_over():
    assert streaks(plan(Weekdays(days=("mon", "fri"))), kept(1, 2, 5, 8), on(10)).current == 3


def test_a_limit_is_kept_by_days_on_which_nothing_was_logged():
    quit_habit = Plan("numeric", MONDAY, (Rule(MONDAY, Daily(), 0.0, "at_most"),))
    assert streaks(quit_habit, {on(3): Mark("done", 1.0)}, on(10)) == Streaks(6, on(4), 6, on(4), on(9))


def test_weeks_count_for_a_weekly_quota_and_a_week_already_met_ends_today():
    twice = plan(PerPeriod(times=2, period="week"))
    assert streaks(twice, kept(1, 3, 8, 9), on(10)) == Streaks(2, on(1), 2, on(1), on(10))
    assert streaks(twice, kept(1, 3, 8), on(13)).current == 1
    assert streaks(twice, kept(1, 3), on(14)).current == 0


def test_of_equal_streaks_the_earliest_is_the_best():
    assert streaks(plan(), kept(1, 2, 4, 5), on(6)).best_last == on(2)


@given(lived())
def test_streaks_are_the_runs_between_misses(life):
    plan, marks, today = life
    kept_or_missed = [
        found for found in occurrences(plan, marks, plan.start, today) if found.outcome in ("kept", "missed")
    ]
    lengths = [len(run) for run in "".join("k" if o.outcome == "kept" else " " for o in kept_or_missed).split(" ")]
    found = streaks(plan, marks, today)
    assert (found.current, found.best) == (lengths[-1], max(lengths))


@given(lived())
def test_the_runs_hold_the_current_and_the_best_streak(life):
    plan, marks, today = life
    found, all_runs = streaks(plan, marks, today), runs(plan, marks, today)
    if all_runs:
        best = max(all_runs, key=lambda run: (run.length, -run.first.toordinal()))
        assert best == Run(found.best_first, found.best_last, found.best)
    if found.current:
        assert (all_runs[-1].first, all_runs[-1].length) == (found.current_since, found.current)
    assert len(all_runs) == 0 or found.best > 0


@given(lived(), st.integers(0, 200))
def test_folding_in_two_parts_is_folding_once(life, cut):
    plan, marks, today = life
    whole = list(occurrences(plan, marks, plan.start, today))
    assert fold(fold(Streaks(), whole[:cut]), whole[cut:]) == fold(Streaks(), whole)
