"""Days, times and numbers as the region of whoever looks writes them. The words are English, everywhere."""

import re
from contextvars import ContextVar
from datetime import date, datetime, time
from functools import lru_cache

from babel.dates import format_date, format_interval, format_time
from babel.numbers import NumberFormatError, format_decimal, parse_decimal

from habit_coach import regions

SPOKEN = "MMMMEEEEd"  # most regions have no pattern for it, and derive it from the short one
REMEMBERED = 8192

# Each event of a page finds out who is asking, and says with `use` for which region it then writes.
_region: ContextVar[str] = ContextVar("region", default=regions.ANYWHERE)


def use(region: str) -> None:
    """Write for this region from here on, until the event has been answered."""
    _region.set(region)


def on_day(day: date) -> str:
    """ "3 Aug 2025", or "Aug 3, 2025"."""
    return _day(day, "yMMMd", _region.get())


def on_weekday(day: date) -> str:
    """ "Mon, 3 Aug 2025"."""
    return _day(day, "yMMMEd", _region.get())


def this_year(day: date) -> str:
    """ "Mon 3 Aug"."""
    return _day(day, "MMMEd", _region.get())


def short(day: date) -> str:
    """ "3 Aug"."""
    return _day(day, "MMMd", _region.get())


def month(day: date) -> str:
    """ "Aug"."""
    return _day(day, "MMM", _region.get())


def spoken(day: date) -> str:
    """ "Monday 3 August"."""
    return _day(day, SPOKEN, _region.get())


def days(first: date, last: date) -> str:
    """From day to day, with month and year said twice only where they differ: "28 Jul to 3 Aug 2025", with a dash."""
    return format_interval(first, last, "yMMMd", locale=regions.days(_region.get()))


def clock(at: datetime | time) -> str:
    """The hour and minute on the wall: "14:30" or "2:30 PM"."""
    halves = "h" in regions.numbers(_region.get()).time_formats["short"].pattern
    return format_time(at, "h:mm\u202fa" if halves else "HH:mm", locale=regions.days(_region.get()))


def number(number: float) -> str:
    """With the separators of the region, to ten digits: "8,000", "2.5"."""
    return _number(float(f"{number:.10g}") + 0.0, _region.get())


def typed(number: float) -> str:
    """A number for a field to be typed in: without separators of thousands, which `number_from` takes as well."""
    locale = regions.numbers(_region.get())
    return format_decimal(float(f"{number:.10g}"), locale=locale, decimal_quantization=False, group_separator=False)


def number_from(text: str) -> float:
    """The number that somebody typed. Raises ValueError for what is none.

    Read with the region's separators and, where it is no number by those, with comma or point as the decimal one.
    """
    text = "".join(text.split())
    try:
        return float(parse_decimal(text, locale=regions.numbers(_region.get()), strict=True))
    except NumberFormatError:
        return float(text.translate({ord(","): ".", ord("٫"): "."}))


def percent(rate: float) -> str:
    """A rate from 0 to 1: "83%"."""
    return regions.percent(rate, _region.get())


def for_the_browser() -> str:
    """The name of the region's numbers for JavaScript's own formatting, with the digits that we write."""
    return f"{str(regions.numbers(_region.get())).replace('_', '-')}-u-nu-latn"


def percent_for_charts(digits: str) -> str:
    """A percentage of which a chart fills in the digits: "%{y}%"."""
    return re.sub("[#,.0]+", digits, regions.numbers(_region.get()).percent_formats[None].pattern)


def for_charts() -> str:
    """A day with its year in the notation of d3, which labels the charts."""
    pattern = regions.days(_region.get()).datetime_skeletons["yMMMd"].pattern
    return pattern.replace("dd", "d").replace("d", "%-d").replace("MMM", "%b").replace("y", "%Y")


@lru_cache(REMEMBERED)
def _day(day: date, form: str, region: str) -> str:
    locale = regions.days(region)
    pattern = locale.datetime_skeletons["MMMEd" if form == SPOKEN else form].pattern
    if form == SPOKEN:
        pattern = pattern.replace("MMM", "MMMM").replace("E", "EEEE")
    return format_date(day, pattern, locale)


@lru_cache(REMEMBERED)
def _number(number: float, region: str) -> str:
    return format_decimal(number, locale=regions.numbers(region), decimal_quantization=False)
