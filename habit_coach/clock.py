"""The only place that asks the time, and the only one that turns local wall time into instants."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo, available_timezones


class LivesSomewhere(Protocol):
    """Whoever has an IANA time zone and an hour (0 to 6) at which their day begins."""

    @property
    def timezone(self) -> str: ...

    @property
    def day_start(self) -> int: ...


def now() -> datetime:
    """This instant, UTC-aware."""
    return datetime.now(UTC)


def today(user: LivesSomewhere) -> date:
    """The user's current day: at 02:00 with day start 3 it is still yesterday."""
    return local_day(now(), user)


def local_hour(user: LivesSomewhere) -> int:
    """The hour, 0 to 23, that the user's clock shows."""
    return now().astimezone(ZoneInfo(user.timezone)).hour


def local_day(instant: datetime, user: LivesSomewhere) -> date:
    """The day of `instant` (aware) in the user's life."""
    return (instant.astimezone(ZoneInfo(user.timezone)) - timedelta(hours=user.day_start)).date()


def instant(day: date, wall: time, zone: str) -> datetime:
    """The UTC instant at which clocks in `zone` show `wall` on `day`.

    A time that a DST change skips becomes the first instant after the gap; one that occurs twice, its first occurrence.
    """
    local = datetime.combine(day, wall, ZoneInfo(zone))
    exact = local.astimezone(UTC)
    if exact.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local.replace(tzinfo=None):
        return exact
    return _end_of_gap(local)


def _end_of_gap(skipped: datetime) -> datetime:
    """The instant at which the clock jumps over `skipped`, found by halving to the second."""
    zone = skipped.tzinfo
    low, high = skipped.astimezone(UTC) - timedelta(days=1), skipped.astimezone(UTC) + timedelta(days=1)
    wall = skipped.replace(tzinfo=None)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (low, middle) if middle.astimezone(zone).replace(tzinfo=None) > wall else (middle, high)
    return high.replace(microsecond=0)


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """The names of all time zones that a user may choose."""
    return frozenset(available_timezones())
