"""Days, times and numbers, as regions write them."""

from datetime import date, time

import pytest

from habit_coach.ui import formats
from habit_coach.ui.words import day_in_words, percent

MONDAY, SUNDAY = date(2026, 8, 3), date(2026, 8, 9)


@pytest.fixture(autouse=True)
def _afterwards_anywhere():
    yield
    formats.use("")


@pytest.mark.parametrize(
    ("region", "this_year", "with_year", "spoken", "week"),
    [
        ("US", "Mon, Aug 3", "Mon, Aug 3, 2026", "Monday, August 3", "Aug 3\u2009–\u20099, 2026"),
        ("GB", "Mon 3 Aug", "Mon, 3 Aug 2026", "Monday 3 August", "3–9 Aug 2026"),
        ("DE", "Mon, 3 Aug", "Mon, 3 Aug 2026", "Monday, 3 August", "3–9 Aug 2026"),
        ("IR", "Mon, 3 Aug", "Mon, 3 Aug 2026", "Monday, 3 August", "3–9 Aug 2026"),
        ("", "Mon 3 Aug", "Mon, 3 Aug 2026", "Monday 3 August", "3–9 Aug 2026"),
    ],
)
def test_a_day_stands_in_the_order_of_the_region(region, this_year, with_year, spoken, week):
    formats.use(region)
    said = (formats.this_year(MONDAY), formats.on_weekday(MONDAY), formats.spoken(MONDAY), formats.days(MONDAY, SUNDAY))
    assert said == (this_year, with_year, spoken, week)


@pytest.mark.parametrize(
    ("region", "steps", "pages", "share", "wall"),
    [
        ("US", "12,000", "2.5", "83%", "7:30\u202fPM"),
        ("GB", "12,000", "2.5", "83%", "19:30"),
        ("DE", "12.000", "2,5", "83\xa0%", "19:30"),
        ("FR", "12\u202f000", "2,5", "83%", "19:30"),
        ("CH", "12’000", "2.5", "83%", "19:30"),
        ("EG", "12,000", "2.5", "83%", "7:30\u202fpm"),
        ("IR", "12,000", "2.5", "83%", "19:30"),
    ],
)
def test_numbers_have_the_separators_of_the_region_and_latin_digits(region, steps, pages, share, wall):
    formats.use(region)
    said = (formats.number(12_000), formats.number(2.5), percent(0.829), formats.clock(time(19, 30)))
    assert said == (steps, pages, share, wall)


def test_a_chart_fills_in_the_digits_of_a_percentage_as_the_region_writes_it():
    said = []
    for region in ("GB", "DE", "TR"):
        formats.use(region)
        said.append(formats.percent_for_charts("%{y}"))
    assert said == ["%{y}%", "%{y}\xa0%", "%%{y}"]


def test_what_no_one_needs_of_a_number_is_left_out():
    assert [formats.number(number) for number in (0.1 + 0.2, 1e10, 0.00001, -0.0)] == [
        "0.3",
        "10,000,000,000",
        "0.00001",
        "0",
    ]


@pytest.mark.parametrize(
    ("region", "typed", "number"),
    [
        ("DE", "2,5", 2.5),
        ("DE", "2.5", 2.5),
        ("DE", "8.000", 8000),
        ("DE", "8.000,5", 8000.5),
        ("US", "8,000", 8000),
        ("US", "8,5", 8.5),
        ("FR", "8 000,5", 8000.5),
        ("IR", "۲٫۵", 2.5),
        ("EG", "٣", 3),
    ],
)
def test_a_typed_number_is_read_as_the_region_writes_it_or_as_it_was_surely_meant(region, typed, number):
    formats.use(region)
    assert formats.number_from(typed) == number


@pytest.mark.parametrize("typed", ["", "much", "1.2.3", "--1"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValueError, match=r"."):
        formats.number_from(typed)


@pytest.mark.parametrize("region", ["", "US", "DE", "CH", "IR", "IN"])
@pytest.mark.parametrize("number", [0.5, 8000, 1_234_567.25])
def test_a_number_in_a_field_comes_back_as_it_went_in(region, number):
    formats.use(region)
    assert formats.number_from(formats.typed(number)) == formats.number_from(formats.number(number)) == number


def test_another_year_is_said_and_near_days_have_names():
    assert day_in_words(MONDAY, MONDAY) == "today"
    assert day_in_words(date(2025, 12, 29), MONDAY) == "29 Dec 2025"
