"""What a newcomer may like to know, one tip a day and only once each."""

from datetime import date
from zoneinfo import ZoneInfo

from habit_coach.accounts.models import User

NEWCOMER_DAYS = 30
TIPS = (
    "Tap the circle to check in; a second tap takes it back. Of a number, tap + or the number itself.",
    "Forgot to check in? The arrow beside the date leads to earlier days, and they count all the same.",
    "Ill, or not at home? Skip a day with the three dots. Skipped days neither break a streak nor extend it.",
    "A habit's name leads to its year: every day of it can be tapped and put right, with a note.",
    "A reminder at your hour: open a habit, choose Edit, and add a time.",
    "Going on holiday? Pause one habit or all of them under Habits. Streaks wait for you.",
)


def of(user: User, today: date) -> str:
    """The tip for `today`, on which one more may be read than on the day before; nothing for who is no newcomer."""
    begun = user.created_at.astimezone(ZoneInfo(user.timezone)).date()
    if user.tips_read >= len(TIPS) or not user.tips_read <= (today - begun).days < NEWCOMER_DAYS:
        return ""
    return TIPS[user.tips_read]
