from datetime import date, timedelta
from itertools import groupby

import pytest
from hypothesis import given

from habit_coach.habits.outcomes import occurrences, outcome, settled
from habit_coach.habits.plan import Mark, Pause, Plan, Rule, amount
from habit_coach.habits.schedule import Daily, PerPeriod, Weekdays, is_due, period_of
from tests.habits.strategies import dates, lived

MONDAY = date(2024, 1, 1)
DONE, MISSED, SKIPPED = Mark("done"), Mark("missed"), Mark("skipped")
THREE_A_WEEK = PerPeriod(times=3, period="week")
MONTHLY = PerPeriod(times=1, period="month")


def on(number):
    return MONDAY + timedelta(days=number - 1)


def kept(*numbers):
    return {on(number): DONE for number in numbers}


def binary(schedule, **rest):
    return Plan("binary", MONDAY, (Rule(MONDAY, schedule),), **rest)


def at_least(target, schedule=None, **rest):
    return Plan("numeric", MONDAY, (Rule(MONDAY, schedule or Daily(), target),), **rest)


def at_most(target, schedule=None, **rest):
    return Plan("numeric", MONDAY, (Rule(MONDAY, schedule or Daily(), target, "at_most"),), **rest)


def verdicts(plan, marks, today):
    return [found.outcome for found in occurrences(plan, marks, plan.start, today)]


@pytest.mark.parametrize(
    ("plan", "mark", "yesterday", "today"),
    [
        (binary(Daily()), DONE, "kept", "kept"),
        (binary(Daily()), MISSED, "missed", "missed"),
        (binary(Daily()), SKIPPED, "skipped", "skipped"),
        (binary(Daily()), None, "missed", "open"),
        (at_least(10), Mark("done", 10), "kept", "kept"),
        (at_least(10), Mark("done", 4), "partial", "partial"),
        (at_least(10), Mark("done", 0), "missed", "open"),
        (at_least(10), Mark("missed", 0), "missed", "missed"),
        (at_least(10), DONE, "kept", "kept"),
        (at_least(10), None, "missed", "open"),
        (at_most(2), Mark("done", 2), "kept", "kept"),
        (at_most(2), Mark("done", 3), "missed", "missed"),
        (at_most(2), MISSED, "missed", "missed"),
        (at_most(2), None, "kept", "open"),
        (at_most(0), Mark("done", 0), "kept", "kept"),
        (binary(THREE_A_WEEK), None, "off", "open"),
        (binary(THREE_A_WEEK), DONE, "kept", "kept"),
        (at_least(10, THREE_A_WEEK), Mark("done", 4), "partial", "partial"),
        (at_most(10, THREE_A_WEEK), None, "kept", "open"),
        (at_most(10, MONTHLY), None, "off", "open"),
        (binary(Weekdays(days=("sun",))), None, "off", "off"),
        (binary(Weekdays(days=("sun",))), MISSED, "off", "off"),
        (binary(Weekdays(days=("sun",))), DONE, "extra", "extra"),
        (binary(Daily(), pauses=(Pause(MONDAY),)), None, "paused", "paused"),
        (binary(Daily(), pauses=(Pause(MONDAY),)), SKIPPED, "paused", "paused"),
        (binary(Daily(), pauses=(Pause(MONDAY),)), DONE, "extra", "extra"),
    ],
)
def test_what_became_of_a_day(plan, mark, yesterday, today):
    assert outcome(plan, on(3), mark, on(4)) == yesterday
    assert outcome(plan, on(3), mark, on(3)) == today


def test_days_before_the_start_and_after_today_are_off():
    assert outcome(binary(Daily()), on(0), DONE, on(4)) == "off"
    assert outcome(binary(Daily()), on(5), DONE, on(4)) == "off"


def test_eight_tenths_in_small_steps_reach_a_target_of_eight_tenths():
    assert outcome(at_least(0.8), on(1), Mark("done", 0.7 + 0.1), on(2)) == "kept"


def test_a_partial_day_is_missed_once_it_has_ended_but_open_while_it_runs():
    marks = {on(1): Mark("done", 4), on(2): Mark("done", 4)}
    assert verdicts(at_least(10), marks, on(2)) == ["missed", "open"]


def test_a_quota_met_early_is_kept_and_one_that_can_still_be_met_is_open():
    plan = binary(THREE_A_WEEK)
    assert verdicts(plan, kept(1, 2, 3), on(3)) == ["kept"]
    assert verdicts(plan, kept(1), on(6)) == ["open"]
    assert verdicts(plan, kept(1), on(7)) == ["missed"]


def test_an_explicit_miss_today_takes_the_day_from_the_quota():
    assert verdicts(binary(THREE_A_WEEK), {**kept(1, 2), on(7): MISSED}, on(7)) == ["missed"]
    assert verdicts(binary(THREE_A_WEEK), kept(1, 2), on(7)) == ["open"]


def test_the_week_begins_when_the_user_says():
    sundays_first = binary(THREE_A_WEEK, week_start=6)
    found = list(occurrences(sundays_first, {}, MONDAY, on(7)))
    assert [(period.first, period.last) for period in found] == [(on(1), on(6)), (on(7), on(13))]


@pytest.mark.parametrize(
    ("paused_days", "done", "expected"),
    [(2, 2, "kept"), (2, 1, "missed"), (5, 0, "neutral"), (7, 0, "neutral")],
)
def test_a_partly_paused_week_asks_for_its_share_rounded_down(paused_days, done, expected):
    plan = binary(THREE_A_WEEK, pauses=(Pause(on(8 - paused_days), on(7)),))
    assert verdicts(plan, kept(*range(1, done + 1)), on(8))[0] == expected


def test_skipped_days_shrink_the_quota_like_paused_ones():
    marks = {on(number): SKIPPED for number in (5, 6, 7)} | kept(1)
    assert verdicts(binary(THREE_A_WEEK), marks, on(8))[0] == "kept"


def test_a_pause_across_two_weeks_leaves_both_neutral():
    plan = binary(THREE_A_WEEK, pauses=(Pause(on(3), on(12)),))
    assert verdicts(plan, {}, on(15))[:2] == ["neutral", "neutral"]


def test_what_is_done_in_a_pause_does_not_fill_a_quota():
    plan = binary(THREE_A_WEEK, pauses=(Pause(on(6), on(7)),))
    assert verdicts(plan, kept(1, 6, 7), on(8))[0] == "missed"


def test_a_rule_changed_in_the_middle_of_a_week_cuts_it_in_two():
    plan = binary(THREE_A_WEEK).changed(on(4), schedule=PerPeriod(times=7, period="week"))
    first, second, _ = occurrences(plan, kept(1, 4, 5, 6, 7), MONDAY, on(8))
    assert first == (on(1), on(3), "kept")
    assert second == (on(4), on(7), "kept")


def test_thirty_one_times_a_month_is_every_day_of_february():
    february = date(2024, 2, 1)
    plan = Plan("binary", february, (Rule(february, PerPeriod(times=31, period="month")),))
    every_day = {february + timedelta(days=number): DONE for number in range(29)}
    assert verdicts(plan, every_day, date(2024, 2, 29)) == ["kept"]


def test_a_monthly_budget_is_met_by_its_total():
    saved = {on(3): Mark("done", 60), on(20): Mark("done", 40)}
    assert verdicts(at_least(100, MONTHLY), saved, on(20)) == ["kept"]
    assert verdicts(at_least(101, MONTHLY), saved, on(20)) == ["open"]
    assert verdicts(at_least(101, MONTHLY), saved, on(32)) == ["missed", "open"]


def test_a_spending_limit_is_kept_when_the_month_has_ended_and_missed_at_once():
    spent = {on(3): Mark("done", 60), on(20): Mark("done", 40)}
    assert verdicts(at_most(100, MONTHLY), spent, on(31)) == ["open"]
    assert verdicts(at_most(100, MONTHLY), spent, on(32)) == ["kept", "open"]
    assert verdicts(at_most(99, MONTHLY), spent, on(20)) == ["missed"]


def test_a_budget_is_pro_rata_to_its_active_days():
    half_paused = at_least(100, MONTHLY, pauses=(Pause(on(1), on(16)),))
    assert verdicts(half_paused, {on(20): Mark("done", 48.4)}, on(20)) == ["kept"]
    assert verdicts(half_paused, {on(20): Mark("done", 48.3)}, on(32))[0] == "missed"


def test_a_limit_on_five_days_a_week_counts_quiet_days_as_kept():
    plan = at_most(2, PerPeriod(times=5, period="week"))
    assert verdicts(plan, {on(1): Mark("done", 9), on(2): Mark("done", 9)}, on(8))[0] == "kept"
    assert verdicts(plan, {on(number): Mark("done", 9) for number in (1, 2, 3)}, on(3)) == ["missed"]


def test_nothing_occurs_before_a_start_in_the_future():
    assert verdicts(binary(Daily()), kept(1), on(0)) == []
    assert verdicts(binary(THREE_A_WEEK), kept(1), on(0)) == []


def by_brute_force(plan, marks, today):
    """Every occurrence, from what `outcome` says of each single day."""
    horizon = [plan.start + timedelta(days=number) for number in range((today - plan.start).days + 40)]
    for (rule, period), days in groupby(horizon, key=lambda day: unit(plan, day)):
        days = list(days)
        seen = {day: outcome(plan, day, marks.get(day), today) for day in days if day <= today}
        if days[0] > today or not (period or is_due(rule.schedule, days[0], plan.start)):
            continue
        yield (
            days[0],
            days[-1],
            whole(plan, rule, days, seen, marks, today) if period else single(plan, days[0], seen, today),
        )


def unit(plan, day):
    rule = plan.rule_on(day)
    quota = isinstance(rule.schedule, PerPeriod)
    return (rule, period_of(rule.schedule.period, day, plan.week_start)) if quota else (replaced(rule, day), None)


def replaced(rule, day):
    return Rule(day, rule.schedule, rule.target, rule.direction)


def single(plan, day, seen, today):
    if plan.paused(day):
        return "neutral"
    running = {"partial": "open"} if day == today else {}
    return ({"partial": "missed", "skipped": "neutral"} | running).get(seen[day], str(seen[day]))


def whole(plan, rule, days, seen, marks, today):
    first, last = period_of(rule.schedule.period, days[0], plan.week_start)
    length = (last - first).days + 1
    active = [day for day in days if not plan.paused(day) and seen.get(day) != "skipped"]
    undecided = [day for day in active if day > today or (day == today and seen[day] in ("open", "partial"))]
    if plan.kind == "numeric" and rule.schedule.times == 1:
        total = sum(amount(rule, marks.get(day)) for day in active if day <= today)
        allowed = (rule.target or 0) * len(active) / length
        if not active:
            return "neutral"
        if rule.direction == "at_most":
            return "missed" if total > allowed + 1e-9 else "kept" if days[-1] < today else "open"
        return "kept" if total >= allowed - 1e-9 else "open" if undecided else "missed"
    quota = min(rule.schedule.times * len(active) // length, len(active))
    done = sum(seen.get(day) == "kept" for day in active)
    return (
        "neutral" if not quota else "kept" if done >= quota else "open" if done + len(undecided) >= quota else "missed"
    )


@given(lived())
def test_occurrences_are_what_the_single_days_add_up_to(life):
    plan, marks, today = life
    assert list(occurrences(plan, marks, plan.start, today)) == list(by_brute_force(plan, marks, today))


@given(lived(), dates)
def test_asking_from_a_later_day_gives_the_end_of_the_whole_list(life, first):
    plan, marks, today = life
    whole_list = list(occurrences(plan, marks, plan.start, today))
    assert list(occurrences(plan, marks, first, today)) == [found for found in whole_list if found.last >= first]


@given(lived(), dates)
def test_settled_days_are_due_and_neither_paused_nor_skipped_nor_open(life, first):
    plan, marks, today = life
    for day, _ in settled(plan, marks, first, today):
        assert max(first, plan.start) <= day <= today
        assert is_due(plan.rule_on(day).schedule, day, plan.start)
        seen = outcome(plan, day, marks.get(day), today)
        assert seen not in ("paused", "skipped", "open", "extra")
        assert (day, seen) != (today, "partial")


def test_a_day_of_a_budget_is_settled_as_kept_when_something_was_done():
    marks = {on(1): Mark("done", 5)}
    assert list(settled(at_least(100, MONTHLY), marks, on(1), on(3))) == [(on(1), True), (on(2), False)]
    assert list(settled(at_most(100, MONTHLY), marks, on(1), on(3))) == [(on(1), False), (on(2), True)]
