from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from habit_coach.habits.outcomes import occurrences, settled
from habit_coach.habits.plan import Rule
from habit_coach.habits.schedule import PerPeriod, period_of
from habit_coach.predictions.days import lives
from habit_coach.predictions.judging import STATES, Marked, day_of, number
from tests.habits.strategies import lived

DIRECTIONS = ["at_least", "at_most"]


def judged_at_once(plan, marks, today):
    """What the arrays say of one habit, as the rules give it."""
    days = sorted(marks)
    arrays = Marked(
        np.zeros(len(days), dtype=np.int64),
        np.array([number(day) for day in days], dtype=np.int64),
        np.array([STATES[marks[day].state] for day in days], dtype=np.int64),
        np.array([np.nan if marks[day].value is None else marks[day].value for day in days], dtype=float),
        np.full(len(days), np.nan),
    )
    owner, now = np.zeros(1, dtype=np.int64), np.array([number(today)])
    return lives([], [], [plan], owner, now, arrays, back=1000)


def without_full_quotas(plan, found: list[tuple[date, bool]]) -> list[tuple[date, bool]]:
    """The days that count, less those of a quota that was full already."""
    kept: dict[tuple, int] = {}
    counted = []
    for day, done in found:
        rule = plan.rule_on(day)
        if isinstance(rule.schedule, PerPeriod):
            period = period_of(rule.schedule.period, day, plan.week_start)
            if kept.get(period, 0) >= rule.schedule.times:
                continue
            kept[period] = kept.get(period, 0) + done
        counted.append((day, done))
    return counted


@given(lived())
def test_the_arrays_judge_every_day_as_the_rules_do(habit):
    plan, marks, today = habit
    assume(not any(plan.is_budget(rule) for rule in plan.rules))
    marks = {day: mark for day, mark in marks.items() if day <= today}
    days = judged_at_once(plan, marks, today).history.judged
    found = [(day_of(day), done == 1) for day, done in zip(days.day, days.done, strict=True)]
    assert found == without_full_quotas(plan, list(settled(plan, marks, plan.start, today)))


@given(lived())
def test_what_was_done_unasked_is_seen_but_not_judged(habit):
    plan, marks, today = habit
    assume(plan.pauses)
    history = judged_at_once(plan, {day: mark for day, mark in marks.items() if day <= today}, today).history
    for day, due in zip(history.day, history.due, strict=True):
        if plan.paused(day_of(day)):
            assert not due


@given(lived(), st.sampled_from(["week", "month"]), st.sampled_from([0.0, 3.0, 10.0]), st.sampled_from(DIRECTIONS))
def test_a_budget_is_judged_by_its_periods_as_the_rules_do(habit, period, target, direction):
    plan, marks, today = habit
    rule = Rule(plan.start, PerPeriod(times=1, period=period), target, direction)
    plan = replace(plan, kind="numeric", rules=(rule,))
    marks = {day: mark for day, mark in marks.items() if day <= today}
    judged = [done == 1 for done in judged_at_once(plan, marks, today).history.judged.done]
    found = [one for one in occurrences(plan, marks, plan.start, today) if one.outcome in ("kept", "missed")]
    ended = [one for one in found if one.last < today]
    assert judged[: len(ended)] == [one.outcome == "kept" for one in ended]
