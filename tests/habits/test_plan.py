from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from habit_coach.habits.plan import Pause, Plan, Rule
from habit_coach.habits.schedule import Daily, PerPeriod
from tests.habits.strategies import dates, plans, schedules

DAILY, WEEKLY = Daily(), PerPeriod(times=3, period="week")
START = date(2024, 1, 1)


def plan(*rules, pauses=()):
    return Plan("numeric", START, rules or (Rule(START, DAILY, 10.0),), pauses)


def on(number):
    return START + timedelta(days=number - 1)


def test_a_day_keeps_the_rule_it_was_lived_under():
    changed = plan().changed(on(10), target=20.0)
    assert changed.rule_on(on(9)).target == 10.0
    assert changed.rule_on(on(10)).target == 20.0


def test_the_first_rule_counts_from_the_start_even_when_it_was_written_later():
    late = plan(Rule(on(5), DAILY, 10.0))
    assert late.rule_on(on(1)).target == 10.0
    assert late.changed(on(3), target=20.0).rules == (Rule(on(1), DAILY, 10.0), Rule(on(3), DAILY, 20.0))


def test_a_second_change_on_the_same_day_replaces_the_first():
    changed = plan().changed(on(10), target=20.0).changed(on(10), schedule=WEEKLY)
    assert changed.rules == (Rule(START, DAILY, 10.0), Rule(on(10), WEEKLY, 20.0))


def test_a_change_taken_back_on_the_same_day_leaves_no_trace():
    assert plan().changed(on(10), target=20.0).changed(on(10), target=10.0) == plan()


def test_a_change_that_changes_nothing_is_no_change():
    assert plan().changed(on(10), target=10.0, schedule=DAILY, direction="at_least") == plan()


def test_a_change_before_the_start_counts_from_the_start():
    assert plan().changed(on(-5), target=20.0).rules == (Rule(START, DAILY, 20.0),)


def test_a_pause_includes_both_its_ends():
    paused = plan(pauses=(Pause(on(3), on(5)),))
    assert [number for number in range(1, 8) if paused.paused(on(number))] == [3, 4, 5]


def test_a_running_pause_has_no_end():
    paused = plan(pauses=(Pause(on(3)),))
    assert not paused.paused(on(2))
    assert paused.paused(on(4000))


@given(plans, dates, st.integers(0, 120))
def test_spans_cover_each_day_once_with_its_own_rule(plan, first, length):
    days = [first + timedelta(days=number) for number in range(length)]
    spans = plan.spans(first, first + timedelta(days=length - 1))
    covered = [
        (since + timedelta(days=number), rule)
        for rule, since, until in spans
        for number in range((until - since).days + 1)
    ]
    assert covered == [(day, plan.rule_on(day)) for day in days]


@given(plans, dates)
def test_paused_days_are_the_days_that_are_paused(plan, first):
    days = [first + timedelta(days=number) for number in range(90)]
    assert plan.paused_days(days[0], days[-1]) == {day for day in days if plan.paused(day)}


@given(plans, dates, schedules, dates)
def test_a_change_counts_from_its_day_until_the_next_rule_and_nowhere_else(plan, since, schedule, day):
    changed = plan.changed(since, schedule=schedule)
    since = max(since, plan.start)
    following = min((rule.since for rule in plan.rules[1:] if rule.since > since), default=date.max)
    expected = schedule if since <= day < following else plan.rule_on(day).schedule
    if day >= plan.start:
        assert changed.rule_on(day).schedule == expected
