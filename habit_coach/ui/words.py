"""Days, numbers and streaks, as a person says them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from habit_coach import clock
from habit_coach.accounts.models import User
from habit_coach.habits.models import Habit
from habit_coach.habits.plan import Direction, Rule
from habit_coach.habits.schedule import Daily, Every, PerPeriod, Schedule, describe
from habit_coach.ui import formats

NOTHING_YET = "–"


def day_in_words(day: date, today: date) -> str:
    """ "today", "Mon 3 Aug" or, in another year, "3 Aug 2024", in the order of the region."""
    named = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((day - today).days)
    if named:
        return named
    return formats.this_year(day) if day.year == today.year else formats.on_day(day)


def moment_in_words(moment: datetime, user: User) -> str:
    """ "today at 09:31", in the user's own zone."""
    local = moment.astimezone(ZoneInfo(user.timezone))
    today = clock.now().astimezone(ZoneInfo(user.timezone)).date()
    return f"{day_in_words(local.date(), today)} at {formats.clock(local)}"


def percent(rate: float | None) -> str:
    """A rate from 0 to 1; a dash where nothing was due."""
    return NOTHING_YET if rate is None else formats.percent(rate)


def counted(count: int, noun: str) -> str:
    """ "1 habit", "2 habits"."""
    return f"{formats.number(count)} {noun if count == 1 else noun + 's'}"


def streak_unit(schedule: Schedule) -> str:
    """What a streak of this schedule counts."""
    match schedule:
        case Daily() | Every(n=1, unit="day"):
            return "day"
        case PerPeriod(period=period):
            return period
        case Every(n=1, unit="week"):
            return "week"
        case _:
            return "time"


def asks(habit: Habit, rule: Rule) -> str:
    """What the habit asks, in one line: "20 pages, every day"."""
    words = describe(rule.schedule)
    if habit.kind == "numeric" and rule.target is not None:
        words = f"{_amount(habit, rule.target, rule.direction)}, {words}"
    return words[0].upper() + words[1:]


def _amount(habit: Habit, target: float, direction: Direction) -> str:
    if direction == "at_most" and target == 0:
        return f"no {habit.unit}" if habit.unit else "none at all"
    amount = " ".join(filter(None, [formats.number(target), habit.unit]))
    return f"at most {amount}" if direction == "at_most" else amount
