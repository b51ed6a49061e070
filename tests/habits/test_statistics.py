from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habit_coach.habits.outcomes import outcome
from habit_coach.habits.plan import Mark, Pause, Plan, Rule
from habit_coach.habits.schedule import Daily, PerPeriod, Weekdays, is_due
from habit_coach.habits.statistics import (
    Total,
    WeekdayRate,
    hour_profile,
    month_totals,
    rate,
    rate_of,
    shares,
    stretch,
    together,
    total,
    weekday_profile,
    weeks,
    year_totals,
)
from tests.habits.strategies import lived

MONDAY = date(2024, 1, 1)
THREE_A_WEEK = PerPeriod(times=3, period="week")
MONTHLY = PerPeriod(times=1, period="month")


def on(number):
    return MONDAY + timedelta(days=number - 1)


def kept(*numbers):
    return {on(number): Mark("done") for number in numbers}


def binary(schedule=None, **rest):
    return Plan("binary", MONDAY, (Rule(MONDAY, schedule or Daily()),), **rest)


def numeric(target, schedule=None, direction="at_least"):
    return Plan("numeric", MONDAY, (Rule(MONDAY, schedule or Daily(), target, direction),))


def test_the_rate_is_kept_due_days_of_due_days_in_the_window():
    assert rate(binary(), kept(1, 2, 3, 10), on(10), 7) == pytest.approx(1 / 7)


def test_the_window_is_clipped_to_the_start():
    assert rate(binary(), kept(1, 2, 3), on(4), 90) == 1.0


def test_today_counts_only_once_it_is_decided():
    assert rate(binary(), kept(1), on(2), 7) == 1.0
    assert rate(binary(), kept(1, 2), on(2), 7) == 1.0
    assert rate(binary(), kept(1) | {on(2): Mark("missed")}, on(2), 7) == 0.5


def test_nothing_due_is_no_rate():
    assert rate(binary(), {}, on(1), 7) is None
    assert rate(binary(), kept(1), on(0), 7) is None
    assert rate(binary(pauses=(Pause(on(1)),)), kept(1, 2), on(9), 7) is None
    assert rate(binary(Weekdays(days=("sun",))), kept(1, 2), on(3), 7) is None


def test_skipped_days_are_left_out():
    assert rate(binary(), kept(1) | {on(2): Mark("skipped"), on(3): Mark("missed")}, on(4), 7) == 0.5


def test_a_quota_is_filled_by_days_and_never_beyond_the_whole():
    assert rate(binary(THREE_A_WEEK), kept(1, 2), on(8), 8) == pytest.approx(2 / 3)
    assert rate(binary(THREE_A_WEEK), kept(1, 2, 3, 4, 5), on(8), 8) == 1.0


def test_a_paused_half_of_the_window_halves_the_quota():
    plan = binary(PerPeriod(times=7, period="week"), pauses=(Pause(on(4), on(7)),))
    assert rate(plan, kept(1, 2), on(8), 8) == pytest.approx(2 / 3)


def test_a_budget_is_filled_by_amounts():
    marks = {on(3): Mark("done", 20), on(31): Mark("done", 5)}
    assert rate(numeric(100, MONTHLY), marks, on(31), 90) == pytest.approx(0.25)


def test_a_limit_overspent_by_half_is_half_kept():
    marks = {on(3): Mark("done", 150)}
    assert rate(numeric(100, MONTHLY, "at_most"), marks, on(32), 32) == pytest.approx(0.5)
    assert rate(numeric(0, MONTHLY, "at_most"), {}, on(32), 32) == 1.0
    assert rate(numeric(0, MONTHLY, "at_most"), marks, on(32), 32) == 0.0


def test_each_rule_weighs_as_much_as_was_due_under_it():
    plan = binary().changed(on(8), schedule=PerPeriod(times=7, period="week"))
    assert rate(plan, kept(*range(1, 8)), on(15), 15) == pytest.approx(0.5)


@given(lived(), st.integers(1, 100))
def test_a_rate_is_a_share(life, days):
    plan, marks, today = life
    found = rate(plan, marks, today, days)
    assert found is None or 0 <= found <= 1


@given(lived(), st.integers(1, 90))
def test_the_shares_of_a_window_in_two_parts_are_its_rate(life, since):
    plan, marks, today = life
    earlier = shares(plan, marks, today - timedelta(days=89), today - timedelta(days=since), today)
    later = shares(plan, marks, today - timedelta(days=since - 1), today, today)
    assert rate_of(plan, together(earlier, later)) == pytest.approx(rate(plan, marks, today, 90))


@given(lived(), st.integers(1, 100))
def test_the_rate_of_fixed_days_is_counted_day_by_day(life, days):
    plan, marks, today = life
    plan = Plan(plan.kind, plan.start, fixed(plan), plan.pauses)
    window = [today - timedelta(days=back) for back in range(days)]
    due = [day for day in window if day >= plan.start and is_due(plan.rule_on(day).schedule, day, plan.start)]
    seen = [(day, outcome(plan, day, marks.get(day), today)) for day in due]
    decided = [what for day, what in seen if what in ("kept", "missed") or (what == "partial" and day < today)]
    paused = [day for day, what in seen if what == "extra"]
    assert all(plan.paused(day) for day in paused)
    expected = decided.count("kept") / len(decided) if decided else None
    assert rate(plan, marks, today, days) == (None if expected is None else pytest.approx(expected))


def fixed(plan):
    return tuple(
        Rule(
            rule.since, Daily() if isinstance(rule.schedule, PerPeriod) else rule.schedule, rule.target, rule.direction
        )
        for rule in plan.rules
    )


def test_the_total_counts_days_done_also_in_pauses_and_on_days_off():
    plan = binary(Weekdays(days=("mon",)), pauses=(Pause(on(2), on(2)),))
    assert total(plan, kept(0, 1, 2, 3, 9) | {on(4): Mark("skipped"), on(5): Mark("missed")}, on(8)) == 3


def test_the_total_of_a_numeric_habit_is_what_its_days_add_up_to():
    marks = {on(1): Mark("done", 2.5), on(2): Mark("done"), on(3): Mark("missed"), on(4): Mark("skipped", 9.0)}
    assert total(numeric(10.0), marks, on(8)) == 12.5
    assert total(numeric(10.0, direction="at_most"), marks, on(8)) == 12.5


def test_months_tell_kept_and_due_and_the_running_month_only_so_far():
    marks = kept(*range(1, 18), 33)
    assert month_totals(binary(), marks, MONDAY, on(34)) == [
        Total(date(2024, 1, 1), 17, 31, 17.0),
        Total(date(2024, 2, 1), 1, 2, 1.0),
    ]


def test_a_month_of_a_quota_is_due_pro_rata():
    assert month_totals(binary(THREE_A_WEEK), kept(1, 2, 8), MONDAY, on(32))[0] == Total(MONDAY, 3, 13, 3.0)


def test_a_month_of_a_budget_tells_its_amount():
    spent = {on(3): Mark("done", 60.0), on(40): Mark("done", 120.0)}
    assert month_totals(numeric(100.0, MONTHLY, "at_most"), spent, MONDAY, date(2024, 3, 1)) == [
        Total(date(2024, 1, 1), 1, 1, 60.0),
        Total(date(2024, 2, 1), 0, 1, 120.0),
        Total(date(2024, 3, 1), 0, 0, 0.0),
    ]


def test_a_year_is_the_sum_of_its_months_and_leap_years_have_a_day_more():
    marks = {date(2024, 12, 31): Mark("done"), date(2025, 1, 1): Mark("done")}
    assert year_totals(binary(), marks, MONDAY, date(2025, 1, 2)) == [
        Total(date(2024, 1, 1), 1, 366, 1.0),
        Total(date(2025, 1, 1), 1, 1, 1.0),
    ]


def test_no_months_before_a_start_in_the_future():
    assert month_totals(binary(), {}, MONDAY, date(2023, 12, 31)) == []
    assert year_totals(binary(), {}, MONDAY, date(2023, 12, 31)) == []


@given(lived())
def test_the_months_add_up_to_the_total(life):
    plan, marks, today = life
    months = month_totals(plan, marks, plan.start, today)
    assert sum(month.amount for month in months) == pytest.approx(total(plan, marks, today))
    assert year_totals(plan, marks, plan.start, today)[-1:] == [
        Total(
            date(today.year, 1, 1), *map(sum, zip(*[m[1:] for m in months if m.first.year == today.year], strict=True))
        )
        for _ in months[-1:]
    ]


def test_the_weekday_profile_has_a_rate_for_each_day_that_was_ever_due():
    plan = binary(Weekdays(days=("mon", "wed")))
    assert weekday_profile(plan, kept(1, 3, 8), MONDAY, on(14)) == [
        WeekdayRate("mon", 1.0, 2),
        WeekdayRate("tue", None, 0),
        WeekdayRate("wed", 0.5, 2),
        *(WeekdayRate(day, None, 0) for day in ("thu", "fri", "sat", "sun")),
    ]


def test_the_hour_profile_counts_check_ins_by_hour():
    profile = hour_profile([7, 7, 23, 0])
    assert (len(profile), profile[7], profile[0], profile[23], sum(profile)) == (24, 2, 1, 1, 4)


@given(lived(), st.integers(-9, 9))
def test_weeks_counted_in_one_go_are_those_counted_one_by_one(life, ahead):
    plan, marks, today = life
    first = today + timedelta(days=ahead)
    begins = [first - timedelta(weeks=n) for n in range(12)]
    one_by_one = [stretch(plan, marks, day, day + timedelta(days=6), today) for day in begins]
    assert weeks(plan, marks, first, 12, today) == one_by_one
