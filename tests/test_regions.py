"""Where somebody reads from, by what their browser says of itself."""

import pytest

from habit_coach import regions

MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6


@pytest.mark.parametrize(
    ("header", "region"),
    [
        ("de-DE,de;q=0.9,en-US;q=0.8", "DE"),
        ("en;q=0.5,fr-CH", "CH"),
        ("en", "US"),
        ("fa", "IR"),
        ("zh-Hant-TW", "TW"),
        ("xx-QQ,nl", "NL"),
        ("es-419", "ES"),
        ("*", regions.ANYWHERE),
        ("", regions.ANYWHERE),
        ("en_US;q=much,;q=,-", regions.ANYWHERE),
        ("-" * 5000, regions.ANYWHERE),
    ],
)
def test_the_likeliest_language_names_the_region(header, region):
    assert regions.of_languages(header) == region


@pytest.mark.parametrize(
    ("region", "first"), [("DE", MONDAY), ("GB", MONDAY), ("US", SUNDAY), ("EG", SATURDAY), ("", MONDAY)]
)
def test_the_week_begins_where_it_does_there(region, first):
    assert regions.first_weekday(region) == first


def test_every_region_that_can_be_chosen_has_days_and_numbers():
    assert {"DE", "US", "GB", "IR", "EG", "JP"} <= set(regions.named())
    for region in regions.named():
        assert regions.days(region).language == "en"
        assert regions.numbers(region).time_formats["short"]
