from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habit_coach import clock


def test_before_the_day_starts_it_is_still_yesterday():
    night_owl = SimpleNamespace(timezone="Europe/Berlin", day_start=3)
    assert clock.local_day(datetime(2026, 3, 10, 1, 0, tzinfo=UTC), night_owl) == date(2026, 3, 9)  # 02:00
    assert clock.local_day(datetime(2026, 3, 10, 2, 0, tzinfo=UTC), night_owl) == date(2026, 3, 10)  # 03:00


@pytest.mark.parametrize(
    ("zone", "day", "wall", "shown"),
    [
        ("Europe/Berlin", date(2026, 3, 29), time(2, 30), time(3, 0)),  # 02:00 to 03:00 does not exist
        ("America/New_York", date(2026, 3, 8), time(2, 30), time(3, 0)),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), time(2, 30)),  # half an hour is skipped
    ],
)
def test_a_time_that_the_clocks_skip_is_the_first_instant_after_the_gap(zone, day, wall, shown):
    instant = clock.instant(day, wall, zone)
    assert instant.astimezone(ZoneInfo(zone)).time() == shown


def test_a_day_that_a_zone_skipped_becomes_the_first_instant_of_the_next():
    instant = clock.instant(date(2011, 12, 30), time(9, 0), "Pacific/Apia")
    assert instant.astimezone(ZoneInfo("Pacific/Apia")).isoformat() == "2011-12-31T00:00:00+14:00"


def test_a_time_that_occurs_twice_is_its_first_occurrence():
    instant = clock.instant(date(2026, 10, 25), time(2, 30), "Europe/Berlin")
    assert instant == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(
    day=st.dates(date(1971, 1, 1), date(2100, 1, 1)),
    wall=st.times(),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]),
)
def test_an_instant_shows_the_wall_time_asked_for_or_lies_after_a_gap(day, wall, zone):
    shown = clock.instant(day, wall, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    asked = datetime.combine(day, wall)
    assert shown == asked or timedelta(0) < shown - asked <= timedelta(days=1)
