import csv
import io
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habit_coach.habits import strength
from habit_coach.habits.plan import Mark, Pause, Plan, Rule, amount
from habit_coach.habits.schedule import Daily, Every, PerPeriod, Weekdays, frequency
from habit_coach.habits.strength import advance, lookback, series
from tests.habits.strategies import dates, lived

EXPORT = Path(__file__).parents[1] / "fixtures" / "loop_habits_csv_v2.3.1.zip"
START = date(2024, 1, 1)
DONE = Mark("done")
LOOPS_OWN = 1e-6  # the margin to which Loop checks these numbers itself


def on(number):
    return START + timedelta(days=number - 1)


def binary(schedule=None, **rest):
    return Plan("binary", START, (Rule(START, schedule or Daily()),), **rest)


def numeric(schedule, target, direction="at_least"):
    return Plan("numeric", START, (Rule(START, schedule, target, direction),))


def every_day(days, mark=DONE):
    return {on(number): mark for number in range(1, days + 1)}


def after(plan, marks, days):
    return series(plan, marks, on(days))[-1][1]


@pytest.mark.parametrize(("days", "expected"), [(1, 0.051922), (13, 0.5), (20, 0.655747)])
def test_days_kept_in_a_row_grow_as_in_loop(days, expected):
    assert after(binary(), every_day(days), days) == pytest.approx(expected, abs=LOOPS_OWN)


def test_every_second_day_grows_as_in_loop():
    other = Every(n=2, unit="day")
    assert after(binary(other), every_day(2), 2) == pytest.approx(0.054816, abs=LOOPS_OWN)
    assert after(numeric(other, 2.0), every_day(2, Mark("done", 2.0)), 2) == pytest.approx(0.072631, abs=LOOPS_OWN)


def test_two_of_three_a_week_tends_to_two_thirds():
    days = 7 * 200
    marks = {on(number): DONE for number in range(1, days + 1) if number % 7 in (1, 4)}
    assert after(binary(PerPeriod(times=3, period="week")), marks, days) == pytest.approx(0.6667, abs=5e-5)


def test_a_limit_overstepped_twenty_times_falls_as_in_loop():
    marks = {on(number): Mark("done", 5.0) for number in range(2, 22)} | {on(1): Mark("done", 1.0)}
    assert after(numeric(Daily(), 2.0, "at_most"), marks, 21) == pytest.approx(0.344253, abs=LOOPS_OWN)


def loop_folder(number):
    """The rows of one habit in the export, oldest first: {day: value} and {day: score as printed}."""
    with zipfile.ZipFile(EXPORT) as export:
        rows = {
            name.rsplit("/")[-1]: list(csv.DictReader(io.TextIOWrapper(export.open(name), "utf-8")))
            for name in export.namelist()
            if name.startswith(number) and name.endswith(".csv")
        }
    values = {date.fromisoformat(row["Date"]): row["Value"] for row in reversed(rows["Checkmarks.csv"])}
    return values, {date.fromisoformat(row["Date"]): row["Score"] for row in reversed(rows["Scores.csv"])}


def printed(plan, marks, scores):
    return {day: f"{score:.4f}" for day, score in series(plan, marks, max(scores))}


def test_a_monthly_limit_has_the_scores_of_a_real_loop_export():
    values, scores = loop_folder("002")
    marks = {day: Mark("done", int(value) / 1000) for day, value in values.items()}
    rule = Rule(min(marks), PerPeriod(times=1, period="month"), 12.0, "at_most")
    assert printed(Plan("numeric", min(marks), (rule,)), marks, scores) == scores


def test_three_in_fourteen_days_has_the_scores_of_a_real_loop_export(monkeypatch):
    """Loop knows frequencies that no schedule of ours has; the score only looks at times and days."""
    monkeypatch.setattr(strength, "frequency", lambda schedule: (3, 14))
    values, scores = loop_folder("003")
    marks = {day: Mark("done" if value == "YES_MANUAL" else "missed") for day, value in values.items()}
    assert printed(Plan("binary", min(marks), (Rule(min(marks), Daily()),)), marks, scores) == scores


def test_an_archived_habit_without_entries_has_no_scores_but_nought():
    values, scores = loop_folder("001")
    assert (values, set(scores.values())) == ({}, {"0.0000"})
    assert series(binary(), {}, on(5)) == []


def test_a_skipped_or_paused_day_leaves_strength_as_it_is():
    skipped = series(binary(), every_day(5) | {on(3): Mark("skipped")}, on(5))
    paused = series(binary(pauses=(Pause(on(3), on(3)),)), every_day(5), on(5))
    assert skipped == paused
    assert skipped[1][1] == skipped[2][1] < skipped[3][1]


def test_a_skip_of_a_numeric_habit_counts_three_thousandths_as_in_loop():
    marks = {on(1): Mark("skipped"), on(2): Mark("done", 1.0)}
    m = 0.5 ** ((1 / 7) ** 0.5 / 13)
    assert after(numeric(PerPeriod(times=1, period="week"), 10.0), marks, 2) == pytest.approx(0.1003 * (1 - m))


def test_a_skip_does_not_count_where_nothing_is_allowed():
    marks = {on(1): Mark("done", 0.0), on(2): Mark("skipped"), on(3): Mark("done", 0.0)}
    assert after(numeric(PerPeriod(times=1, period="week"), 0.0, "at_most"), marks, 3) == 1.0


def test_a_limit_missed_without_a_number_weakens():
    assert after(numeric(Daily(), 2.0, "at_most"), {on(1): Mark("missed")}, 1) == pytest.approx(0.5 ** (1 / 13))


def test_a_number_asked_for_on_five_days_a_week_is_at_full_progress_only_when_all_five_are_met():
    weekdays = Weekdays(days=("mon", "tue", "wed", "thu", "fri"))
    m = 0.5 ** ((5 / 7) ** 0.5 / 13)
    one_day = after(numeric(weekdays, 30.0), {on(1): Mark("done", 30.0)}, 1)
    assert one_day == pytest.approx(1 / 5 * (1 - m))


def test_each_day_follows_the_rule_of_its_time():
    changed = binary().changed(on(4), schedule=Weekdays(days=("mon",)))
    before, after_change = series(binary(), every_day(6), on(6)), series(changed, every_day(6), on(6))
    assert before[:3] == after_change[:3]
    m = 0.5 ** ((1 / 7) ** 0.5 / 13)
    assert after_change[3][1] == pytest.approx(before[2][1] * m + 1.0 * (1 - m))


def by_the_formula(plan, marks, last):
    """s = s * m + p * (1 - m) day by day, each p summed anew."""
    entries = sorted(day for day in marks if plan.start <= day <= last)
    s, day = None, entries[0] if entries else last + timedelta(days=1)
    while day <= last:
        rule = plan.rule_on(day)
        times, days = frequency(rule.schedule)
        m = 0.5 ** ((times / days) ** 0.5 / 13)
        limit = plan.kind == "numeric" and rule.direction == "at_most"
        s = (1.0 if limit else 0.0) if s is None else s
        if plan.kind == "binary" and times < days:
            times, days = 2 * times, 2 * days
        p = progress(plan, rule, times, [day - timedelta(days=back) for back in range(days)], marks)
        if not plan.paused(day) and not (day in marks and marks[day].state == "skipped"):
            s = s * m + p * (1 - m)
        yield day, s
        day += timedelta(days=1)


def progress(plan, rule, times, days, marks):
    seen = {day: marks[day] for day in days if day in marks and day >= plan.start and not plan.paused(day)}
    if plan.kind == "binary":
        return min(1.0, sum(mark.state == "done" for mark in seen.values()) / times)
    rules = {day: plan.rule_on(day) for day in seen}
    skip = {day: 0.003 if rules[day].target else 0.0 for day in seen}
    total = sum(skip[day] if mark.state == "skipped" else amount(rules[day], mark) for day, mark in seen.items())
    target = (rule.target or 0.0) * times
    if rule.direction == "at_least":
        return min(1.0, total / target) if target else 1.0
    return max(0.0, min(1.0, 1 - (total - target) / target)) if target else float(total == 0)


@given(lived())
def test_strength_is_the_formula_day_by_day(life):
    plan, marks, today = life
    found, expected = series(plan, marks, today), list(by_the_formula(plan, marks, today))
    assert [day for day, _ in found] == [day for day, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected])


@given(lived(), st.integers(0, 200))
def test_strength_goes_on_from_any_day_with_the_marks_of_the_lookback(life, cut):
    plan, marks, today = life
    whole = series(plan, marks, today)
    if not whole:
        return
    day, score = whole[min(cut, len(whole) - 1)]
    known = {when: mark for when, mark in marks.items() if when > day - timedelta(days=lookback(plan))}
    assert advance(plan, known, score, day + timedelta(days=1), today) == pytest.approx(whole[-1][1])


@pytest.mark.parametrize(
    ("plan", "days"),
    [
        (binary(), 0),
        (binary(PerPeriod(times=3, period="week")), 13),
        (numeric(PerPeriod(times=3, period="week"), 1.0), 6),
        (numeric(PerPeriod(times=1, period="month"), 1.0), 30),
        (binary(Every(n=365, unit="day")), 729),
    ],
)
def test_the_lookback_is_the_longest_window_or_period_without_its_last_day(plan, days):
    assert lookback(plan) == days


@given(lived(), dates)
def test_strength_lies_between_nought_and_one(life, last):
    plan, marks, _ = life
    assert all(0 <= score <= 1 for _, score in series(plan, marks, last))
