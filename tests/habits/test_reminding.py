from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habit_coach import clock
from habit_coach.habits import reminding
from habit_coach.habits.plan import Mark, Pause, Plan, Rule
from habit_coach.habits.schedule import Daily, PerPeriod, Weekdays


@dataclass
class Lives:
    timezone: str
    day_start: int = 0


def plan(schedule=None, start=date(2010, 1, 1), **more) -> Plan:
    return Plan("binary", start, (Rule(start, schedule or Daily()),), **more)


def local_times(zone: str, first: date, last: date, walls: list[str], day_start: int = 0, asked: Plan | None = None):
    """What the clock on the wall shows at each reminder from `first` to `last`."""
    user = Lives(zone, day_start)
    begins = datetime.combine(first, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    coming = reminding.times(asked or plan(), walls, user, begins - timedelta(seconds=1))
    return [f"{at.astimezone(ZoneInfo(zone)):%m-%d %H:%M}" for at, day in takewhile(lambda one: one[1] <= last, coming)]


def test_each_of_several_times_a_day_asks_in_its_order():
    found = local_times("Europe/Berlin", date(2026, 3, 10), date(2026, 3, 11), ["07:30", "21:00"])
    assert found == ["03-10 07:30", "03-10 21:00", "03-11 07:30", "03-11 21:00"]


def test_only_due_days_ask():
    asked = plan(Weekdays(days=("mon", "fri")))
    found = local_times("Europe/Berlin", date(2026, 3, 9), date(2026, 3, 22), ["07:30"], asked=asked)
    assert found == ["03-09 07:30", "03-13 07:30", "03-16 07:30", "03-20 07:30"]


def test_paused_days_do_not_ask():
    asked = plan(pauses=(Pause(date(2026, 3, 10), date(2026, 3, 12)),))
    assert local_times("UTC", date(2026, 3, 9), date(2026, 3, 13), ["07:30"], asked=asked) == [
        "03-09 07:30",
        "03-13 07:30",
    ]


def test_at_one_with_day_start_three_it_is_the_day_before_that_asks():
    asked = plan(Weekdays(days=("fri",)))
    found = local_times("Europe/Berlin", date(2026, 3, 9), date(2026, 3, 15), ["01:00", "22:00"], 3, asked)
    assert found == ["03-13 22:00", "03-14 01:00"]


@pytest.mark.parametrize(
    ("zone", "first", "wall", "shown"),
    [
        ("Europe/Berlin", date(2026, 3, 28), "02:30", ["03-28 02:30", "03-29 03:00", "03-30 02:30"]),
        ("Europe/Berlin", date(2026, 10, 24), "02:30", ["10-24 02:30", "10-25 02:30", "10-26 02:30"]),
        ("America/New_York", date(2026, 3, 7), "02:30", ["03-07 02:30", "03-08 03:00", "03-09 02:30"]),
        ("America/New_York", date(2026, 10, 31), "01:30", ["10-31 01:30", "11-01 01:30", "11-02 01:30"]),
        ("Australia/Lord_Howe", date(2026, 10, 3), "02:15", ["10-03 02:15", "10-04 02:30", "10-05 02:15"]),
        ("Australia/Lord_Howe", date(2026, 4, 4), "01:45", ["04-04 01:45", "04-05 01:45", "04-06 01:45"]),
        ("Pacific/Apia", date(2011, 12, 29), "07:30", ["12-29 07:30", "12-31 07:30"]),
    ],
)
def test_when_clocks_change_each_day_that_exists_asks_once_at_its_time_or_the_next_that_exists(
    zone, first, wall, shown
):
    assert local_times(zone, first, first + timedelta(days=2), [wall]) == shown


@given(
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Cairo"]),
    day=st.dates(date(2011, 1, 1), date(2030, 1, 1)),
    walls=st.lists(st.times().map(lambda wall: f"{wall:%H:%M}"), min_size=1, max_size=4, unique=True),
    day_start=st.integers(0, 6),
)
def test_every_day_that_exists_asks_at_least_once_and_never_twice_at_one_instant(zone, day, walls, day_start):
    user = Lives(zone, day_start)
    begins = datetime.combine(day, datetime.min.time(), UTC)
    ends = begins + timedelta(days=10)
    coming = list(takewhile(lambda one: one[0] < ends, reminding.times(plan(), walls, user, begins)))
    instants = [at for at, _ in coming]
    assert instants == sorted(set(instants))
    assert all(clock.local_day(at, user) == about for at, about in coming)
    lived = {clock.local_day(begins + timedelta(hours=hour), user) for hour in range(36, 9 * 24)}
    inner = {about for about in lived if min(lived) < about < max(lived)}
    assert inner <= {about for _, about in coming}


def test_a_day_asks_until_something_is_said_of_it():
    day = date(2026, 3, 10)
    assert reminding.is_asked(plan(), {}, day)
    assert not reminding.is_asked(plan(), {day: Mark("done")}, day)
    assert not reminding.is_asked(plan(), {day: Mark("skipped")}, day)
    assert not reminding.is_asked(plan(Weekdays(days=("mon",))), {}, day)


def test_a_number_below_its_target_still_asks():
    day = date(2026, 3, 10)
    water = Plan("numeric", date(2026, 1, 1), (Rule(date(2026, 1, 1), Daily(), 8.0),))
    assert reminding.is_asked(water, {day: Mark("done", 5)}, day)
    assert not reminding.is_asked(water, {day: Mark("done", 8)}, day)


def test_a_quota_that_is_full_asks_no_more_until_the_next_week():
    twice = plan(PerPeriod(times=2, period="week"))
    done = {date(2026, 3, 9): Mark("done"), date(2026, 3, 10): Mark("done")}
    assert not reminding.is_asked(twice, done, date(2026, 3, 12))
    assert reminding.is_asked(twice, done, date(2026, 3, 16))
