from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from habit_coach.habits.schedule import SCHEDULE, PerPeriod, describe, due_days, frequency, is_due, period_of
from tests.habits.strategies import dates, schedules

DAY = timedelta(days=1)


def due(schedule, first, last, start=date(2024, 1, 1)):
    return [day.isoformat() for day in due_days(SCHEDULE.validate_python(schedule), first, last, start)]


def refusal(schedule):
    with pytest.raises(ValidationError) as refused:
        SCHEDULE.validate_python(schedule)
    return [error["msg"] for error in refused.value.errors()]


def test_weekdays_are_due_on_their_days_only():
    assert due({"kind": "weekdays", "days": ["sun", "mon"]}, date(2024, 2, 26), date(2024, 3, 4)) == [
        "2024-02-26",
        "2024-03-03",
        "2024-03-04",
    ]


def test_every_third_day_counts_from_the_start_across_a_leap_day():
    start = date(2024, 2, 27)
    assert due({"kind": "every", "n": 3, "unit": "day"}, date(2024, 2, 1), date(2024, 3, 5), start) == [
        "2024-02-27",
        "2024-03-01",
        "2024-03-04",
    ]


def test_every_second_week_falls_on_the_weekday_of_the_start():
    start = date(2023, 12, 28)
    assert due({"kind": "every", "n": 2, "unit": "week"}, start, date(2024, 1, 31), start) == [
        "2023-12-28",
        "2024-01-11",
        "2024-01-25",
    ]


def test_a_day_that_a_month_lacks_is_not_due_in_it():
    assert due({"kind": "monthly", "days": [31]}, date(2024, 1, 1), date(2024, 5, 31)) == [
        "2024-01-31",
        "2024-03-31",
        "2024-05-31",
    ]


def test_the_last_day_of_the_month_is_due_in_every_month():
    assert due({"kind": "monthly", "days": ["last"]}, date(2024, 1, 15), date(2024, 4, 30)) == [
        "2024-01-31",
        "2024-02-29",
        "2024-03-31",
        "2024-04-30",
    ]


def test_the_last_day_and_its_number_are_due_once():
    assert due({"kind": "monthly", "days": [29, "last"]}, date(2024, 2, 1), date(2024, 2, 29)) == ["2024-02-29"]


@pytest.mark.parametrize(
    ("nth", "expected"),
    [
        (1, ["2024-01-02", "2024-02-06", "2024-03-05"]),
        (2, ["2024-01-09", "2024-02-13", "2024-03-12"]),
        (5, ["2024-01-30"]),
        (-1, ["2024-01-30", "2024-02-27", "2024-03-26"]),
    ],
)
def test_a_weekday_of_the_month(nth, expected):
    schedule = {"kind": "monthly", "nth": nth, "weekday": "tue"}
    assert due(schedule, date(2024, 1, 1), date(2024, 3, 31)) == expected


def test_any_day_may_count_towards_a_quota():
    assert is_due(PerPeriod(times=1, period="week"), date(2024, 1, 3), date(2024, 1, 1))


def test_nothing_is_due_before_the_start():
    assert due({"kind": "daily"}, date(2024, 1, 1), date(2024, 1, 3), start=date(2024, 1, 3)) == ["2024-01-03"]


@given(schedules, dates, dates)
def test_due_days_are_the_days_that_are_due(schedule, start, first):
    days = [first + number * DAY for number in range(70)]
    expected = [day for day in days if is_due(schedule, day, start)]
    assert list(due_days(schedule, days[0], days[-1], start)) == expected


@given(schedules)
def test_json_and_back_is_the_same_schedule(schedule):
    assert SCHEDULE.validate_json(SCHEDULE.dump_json(schedule)) == schedule


@given(schedules)
def test_a_schedule_asks_for_at_most_one_time_a_day(schedule):
    times, days = frequency(schedule)
    assert 0 < times < days or (times, days) == (1, 1)


@pytest.mark.parametrize(
    ("schedule", "words", "times_in_days"),
    [
        ({"kind": "daily"}, "every day", (1, 1)),
        ({"kind": "weekdays", "days": ["fri", "wed", "mon", "mon"]}, "Mon, Wed and Fri", (3, 7)),
        ({"kind": "weekdays", "days": ["sun"]}, "Sun", (1, 7)),
        ({"kind": "weekdays", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}, "every day", (1, 1)),
        ({"kind": "per_period", "times": 3, "period": "week"}, "3 times a week", (3, 7)),
        ({"kind": "per_period", "times": 1, "period": "month"}, "once a month", (1, 30)),
        ({"kind": "per_period", "times": 2, "period": "month"}, "twice a month", (2, 30)),
        ({"kind": "per_period", "times": 31, "period": "month"}, "31 times a month", (1, 1)),
        ({"kind": "every", "n": 1, "unit": "day"}, "every day", (1, 1)),
        ({"kind": "every", "n": 2, "unit": "week"}, "every 2 weeks", (1, 14)),
        ({"kind": "monthly", "days": ["last"]}, "on the last day of the month", (1, 30)),
        ({"kind": "monthly", "days": ["last", 15, 1]}, "on the 1st, 15th and last day of the month", (3, 30)),
        ({"kind": "monthly", "nth": 2, "weekday": "tue"}, "on the 2nd Tuesday of the month", (1, 30)),
        ({"kind": "monthly", "nth": -1, "weekday": "fri"}, "on the last Friday of the month", (1, 30)),
    ],
)
def test_a_schedule_in_words_and_as_times_in_days(schedule, words, times_in_days):
    found = SCHEDULE.validate_python(schedule)
    assert (describe(found), frequency(found)) == (words, times_in_days)


@pytest.mark.parametrize(
    ("schedule", "sentence"),
    [
        ({"kind": "yearly"}, "The kind of a schedule is daily, weekdays, per_period, every or monthly."),
        ({}, "The kind of a schedule is daily, weekdays, per_period, every or monthly."),
        ("daily", "The kind of a schedule is daily, weekdays, per_period, every or monthly."),
        ({"kind": "daily", "times": 3}, "A schedule of the kind daily has no times."),
        ({"kind": "weekdays", "days": []}, "Choose at least one weekday."),
        ({"kind": "weekdays", "days": "mon"}, "The days are a list."),
        ({"kind": "weekdays", "days": ["monday"]}, "A weekday is one of mon, tue, wed, thu, fri, sat and sun."),
        ({"kind": "weekdays"}, "This is missing."),
        ({"kind": "per_period", "times": 8, "period": "week"}, "A week has room for at most 7 times."),
        ({"kind": "per_period", "times": 32, "period": "month"}, "A month has room for at most 31 times."),
        ({"kind": "per_period", "times": 0, "period": "week"}, "The number of times is a whole number from 1."),
        ({"kind": "per_period", "times": 2.5, "period": "week"}, "The number of times is a whole number from 1."),
        ({"kind": "per_period", "times": 1, "period": "year"}, "The period is a week or a month."),
        ({"kind": "every", "n": 366, "unit": "day"}, "Choose at most 365 days."),
        ({"kind": "every", "n": 53, "unit": "week"}, "Choose at most 52 weeks."),
        ({"kind": "monthly", "days": [32]}, 'A day of the month is a number from 1 to 31, or "last".'),
        ({"kind": "monthly", "days": []}, "Choose at least one day of the month."),
        (
            {"kind": "monthly", "nth": 6, "weekday": "tue"},
            "Which weekday of the month: 1 to 5, or -1 for the last.",
        ),
    ],
)
def test_a_refusal_is_a_sentence(schedule, sentence):
    assert refusal(schedule) == [sentence]


@pytest.mark.parametrize("form", [{}, {"nth": 1}, {"weekday": "mon"}, {"days": [1], "nth": 1, "weekday": "mon"}])
def test_a_monthly_schedule_has_exactly_one_form(form):
    assert refusal({"kind": "monthly", **form}) == [
        "Choose either days of the month, or which weekday of the month together with its name."
    ]


def test_a_week_begins_on_the_day_the_user_says():
    sunday = date(2023, 12, 31)
    assert period_of("week", sunday, 0) == (date(2023, 12, 25), sunday)
    assert period_of("week", sunday, 6) == (sunday, date(2024, 1, 6))


@given(dates, st.integers(0, 6), st.sampled_from(["week", "month"]))
def test_periods_follow_one_another_without_a_gap(day, week_start, period):
    first, last = period_of(period, day, week_start)
    assert first <= day <= last
    assert period_of(period, last + DAY, week_start)[0] == last + DAY
