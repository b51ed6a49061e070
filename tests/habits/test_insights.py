from datetime import date, timedelta
from math import atanh, sqrt, tanh
from statistics import correlation as pearson

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habit_coach.habits.insights import BestHour, best_hour, best_weekday, correlation, correlations
from habit_coach.habits.schedule import WEEKDAYS
from habit_coach.habits.statistics import WeekdayRate, hour_profile

START = date(2024, 1, 1)


def days(pattern, repeat=1):
    """Kept (k), missed (.) or not due (a space), a day each."""
    return {
        START + timedelta(days=number): letter == "k" for number, letter in enumerate(pattern * repeat) if letter != " "
    }


def profile(**rates):
    given_rates = {day: rates.get(day, (None, 0)) for day in WEEKDAYS}
    return [WeekdayRate(day, rate, n) for day, (rate, n) in given_rates.items()]


def test_the_best_weekday_stands_out_from_the_others():
    found = best_weekday(profile(mon=(0.9, 20), tue=(0.4, 20), wed=(0.5, 20)))
    assert found == ("mon", 0.9, 20, pytest.approx(0.45))


@pytest.mark.parametrize(
    "history",
    [
        profile(),
        profile(mon=(1.0, 4), tue=(0.0, 4)),
        profile(mon=(1.0, 3), tue=(0.5, 30)),
        profile(mon=(0.55, 20), tue=(0.5, 20)),
        profile(mon=(1.0, 40)),
        profile(mon=(1.0, 20), tue=(1.0, 20)),
    ],
)
def test_too_little_or_too_even_a_history_names_no_best_weekday(history):
    assert best_weekday(history) is None


def test_the_best_hour_is_the_one_with_the_most_check_ins():
    assert best_hour(hour_profile([7] * 8 + [20] * 4)) == BestHour(7, 8, 12)


@pytest.mark.parametrize("hours", [[], [7] * 9, [7] * 8 + [20] * 8])
def test_too_few_check_ins_or_two_level_hours_name_no_best_hour(hours):
    assert best_hour(hour_profile(hours)) is None


def test_two_habits_kept_on_the_same_days_go_together():
    found = correlation(days("k.kk..", 10), days("k.kk..", 10), lag=0)
    assert (found.r, found.n) == (pytest.approx(1.0), 60)
    assert found.low > 0.99


def test_a_habit_that_follows_the_other_by_a_day_shows_at_lag_one():
    leader, follower = days("kk..", 12), days(".kk.", 12)
    assert [found.lag for found in correlations(leader, follower)] == [1]
    assert correlation(leader, follower, lag=1).r == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (days("k.", 14), days("k.", 14)),
        (days("k ", 40), days(" k", 40)),
        (days("k", 60), days("k.", 30)),
        (days("kk..", 20), days("k.", 40)),
        ({}, {}),
    ],
    ids=["28 days", "no common day", "never varies", "interval covers 0", "empty"],
)
def test_silence_where_nothing_can_be_said(first, second):
    assert correlation(first, second, lag=0) is None


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=30, max_size=90))
def test_the_correlation_is_pearsons_with_fishers_interval(pairs):
    first = {START + timedelta(days=number): one for number, (one, _) in enumerate(pairs)}
    second = {START + timedelta(days=number): other for number, (_, other) in enumerate(pairs)}
    found = correlation(first, second, lag=0)
    if len({one for one, _ in pairs}) < 2 or len({other for _, other in pairs}) < 2:
        assert found is None
        return
    r = pearson([float(one) for one, _ in pairs], [float(other) for _, other in pairs])
    if abs(r) > 0.999:
        assert found.r == pytest.approx(r)
        return
    low, high = (tanh(atanh(r) + side * 1.959964 / sqrt(len(pairs) - 3)) for side in (-1, 1))
    expected = None if low <= 0 <= high else pytest.approx((0, r, low, high, len(pairs)))
    assert (found and tuple(found)) == expected
