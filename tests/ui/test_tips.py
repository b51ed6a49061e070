from datetime import UTC, date, datetime, timedelta

from habit_coach.accounts.models import User
from habit_coach.ui.today import tips

BEGUN = date(2026, 3, 2)
DAY = timedelta(days=1)


def newcomer(read=0):
    begun = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    return User(email="ada@example.com", password_hash="", timezone="Europe/Berlin", created_at=begun, tips_read=read)


def test_there_is_one_tip_from_the_first_day_on():
    assert tips.of(newcomer(), BEGUN) == tips.TIPS[0]


def test_the_next_tip_comes_on_another_day():
    assert tips.of(newcomer(read=1), BEGUN) == ""
    assert tips.of(newcomer(read=1), BEGUN + DAY) == tips.TIPS[1]


def test_a_tip_waits_until_it_was_read():
    assert tips.of(newcomer(), BEGUN + 20 * DAY) == tips.TIPS[0]


def test_who_has_read_them_all_or_is_no_newcomer_sees_none():
    assert tips.of(newcomer(read=len(tips.TIPS)), BEGUN + 20 * DAY) == ""
    assert tips.of(newcomer(), BEGUN + tips.NEWCOMER_DAYS * DAY) == ""
