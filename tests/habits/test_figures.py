import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habit_coach.habits import strength
from habit_coach.habits.figures import (
    Checkpoint,
    Eve,
    Figures,
    checkpoint,
    checkpoint_day,
    eve,
    figures,
    of_day,
    window,
)
from habit_coach.habits.plan import Mark, Pause, Plan, Rule
from habit_coach.habits.schedule import Daily, PerPeriod, period_of
from habit_coach.habits.statistics import rate, total
from habit_coach.habits.streaks import Streaks, streaks
from tests.habits.strategies import dates, lived, one_mark, plans

START = date(2024, 1, 1)


def on(number):
    return START + timedelta(days=number - 1)


def same(found, expected):
    """Equal, as far as adding up in another order allows."""
    for name in expected.__dataclass_fields__:
        one, other = getattr(found, name), getattr(expected, name)
        assert one == (pytest.approx(other) if isinstance(other, float) else other), name


def test_figures_of_a_habit_of_a_week():
    plan = Plan("binary", START, (Rule(START, Daily()),))
    marks = {on(number): Mark("done") for number in (1, 2, 3, 5, 6)}
    assert figures(plan, marks, on(7)) == Figures(
        as_of=on(7),
        current_streak=2,
        current_since=on(5),
        best_streak=3,
        best_first=on(1),
        best_last=on(3),
        rate_7d=5 / 6,
        rate_30d=5 / 6,
        rate_90d=5 / 6,
        strength=pytest.approx(strength.series(plan, marks, on(7))[-1][1]),
        total=5.0,
    )


def test_a_habit_without_entries_has_no_strength_and_no_streak():
    plan = Plan("binary", START, (Rule(START, Daily()),))
    empty = Figures(on(0), 0, None, 0, None, None, None, None, None, None, 0.0)
    assert figures(plan, {}, on(0)) == empty
    assert figures(plan, {}, on(3)).strength is None


@given(lived())
def test_figures_are_the_single_rules_over_the_whole_history(life):
    plan, marks, today = life
    found, expected = figures(plan, marks, today), streaks(plan, marks, today)
    scores = strength.series(plan, marks, today)
    assert (found.current_streak, found.current_since) == (expected.current, expected.current_since)
    assert (found.best_streak, found.best_first, found.best_last) == (
        expected.best,
        expected.best_first,
        expected.best_last,
    )
    assert found.strength == (pytest.approx(scores[-1][1]) if scores else None)
    assert [found.rate_7d, found.rate_30d, found.rate_90d] == [
        pytest.approx(rate(plan, marks, today, days)) for days in (7, 30, 90)
    ]
    assert found.total == pytest.approx(total(plan, marks, today))


@given(lived(), st.lists(st.integers(1, 150), min_size=1, max_size=4, unique=True))
def test_figures_from_any_chain_of_checkpoints_are_those_of_the_whole_history(life, days_back):
    plan, marks, today = life
    chain = None
    for back in sorted(days_back, reverse=True):
        chain = checkpoint(plan, marks, today - timedelta(days=back), chain)
    same(figures(plan, marks, today, chain), figures(plan, marks, today))


@given(lived(), st.integers(1, 150))
def test_figures_from_a_checkpoint_need_only_the_marks_since_its_lookback_and_of_90_days(life, back):
    plan, marks, today = life
    folded = checkpoint(plan, marks, today - timedelta(days=back))
    needed = min(folded.day - timedelta(days=strength.lookback(plan)), today - timedelta(days=90))
    at_hand = {day: mark for day, mark in marks.items() if day > needed}
    same(figures(plan, at_hand, today, folded), figures(plan, marks, today))


@given(lived())
def test_the_wise_checkpoint_needs_only_the_marks_of_the_window(life):
    plan, marks, today = life
    folded = checkpoint(plan, marks, checkpoint_day(plan, today))
    at_hand = {day: mark for day, mark in marks.items() if day > today - timedelta(days=window(plan))}
    same(figures(plan, at_hand, today, folded), figures(plan, marks, today))


@given(lived(), st.integers(1, 60))
def test_a_checkpoint_carried_on_is_the_checkpoint_folded_at_once(life, days):
    plan, marks, today = life
    before = checkpoint(plan, marks, today - timedelta(days=days))
    same(checkpoint(plan, marks, today, before), checkpoint(plan, marks, today))


@given(plans, dates)
def test_a_wise_checkpoint_cuts_no_period_and_leaves_the_last_90_days_open(plan, today):
    day = checkpoint_day(plan, today)
    assert 100 <= (today - day).days <= 131
    schedule = plan.rule_on(today - timedelta(days=100)).schedule
    if isinstance(schedule, PerPeriod):
        assert period_of(schedule.period, day, plan.week_start)[1] == day


@given(lived(), st.none() | st.integers(1, 150), st.none() | one_mark)
def test_one_step_from_the_eve_is_the_whole_history_whatever_is_said_of_the_day(life, back, mark):
    plan, marks, today = life
    folded = None if back is None else checkpoint(plan, marks, today - timedelta(days=back))
    before = eve(plan, marks, today, folded)
    assert before.day == today
    changed = {day: said for day, said in marks.items() if day != today} | ({today: mark} if mark else {})
    at_hand = {day: said for day, said in changed.items() if day >= today - timedelta(days=strength.lookback(plan))}
    same(of_day(plan, at_hand, before), figures(plan, changed, today))
    same(of_day(plan, at_hand, before), figures(plan, changed, today, folded))


@given(lived())
def test_a_checkpoint_and_an_eve_survive_json(life):
    folded, before = checkpoint(*life), eve(*life)
    assert Checkpoint.from_json(json.loads(json.dumps(folded.to_json()))) == folded
    assert Eve.from_json(json.loads(json.dumps(before.to_json()))) == before


def test_a_checkpoint_before_the_start_holds_nothing():
    plan = Plan("binary", START, (Rule(START, Daily()),))
    assert checkpoint(plan, {}, on(-30)) == Checkpoint(on(-30), None, Streaks(), 0.0)


def test_a_week_cut_by_a_checkpoint_counts_once():
    plan = Plan("binary", START, (Rule(START, PerPeriod(times=2, period="week")),))
    marks = {on(number): Mark("done") for number in (1, 6, 8, 9)}
    folded = checkpoint(plan, marks, on(3))
    assert folded.streaks == Streaks()
    assert figures(plan, marks, on(10), folded).current_streak == 2


def test_a_pause_that_spans_the_checkpoint_keeps_the_streak():
    plan = Plan("binary", START, (Rule(START, Daily()),), (Pause(on(5), on(20)),))
    marks = {on(number): Mark("done") for number in (1, 2, 3, 4, 21, 22)}
    assert figures(plan, marks, on(22), checkpoint(plan, marks, on(10))).current_streak == 6


def test_a_checkpoint_of_today_is_refused_because_today_has_not_ended():
    plan = Plan("binary", START, (Rule(START, Daily()),))
    with pytest.raises(ValueError, match="A checkpoint of 2024-01-05 cannot be carried on to 2024-01-04"):
        figures(plan, {}, on(5), checkpoint(plan, {}, on(5)))
