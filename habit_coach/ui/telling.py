"""How the pages that look back tell of it: outcomes, spans, amounts."""

from datetime import time

from habit_coach.habits.insights import BestHour, BestWeekday
from habit_coach.habits.outcomes import Outcome
from habit_coach.habits.schedule import WEEKDAY_NAMES, WEEKDAYS
from habit_coach.ui import formats
from habit_coach.ui.words import percent

OUTCOMES = {
    Outcome.kept: "kept",
    Outcome.partial: "partly done",
    Outcome.missed: "missed",
    Outcome.skipped: "skipped",
    Outcome.paused: "paused",
    Outcome.off: "not due",
    Outcome.extra: "done, though not due",
    Outcome.open: "still open",
}


def amount(number: float, unit: str) -> str:
    """A number, to two decimals at most, with its unit."""
    return f"{formats.number(round(number, 2))} {unit}".strip()


def best_weekday(best: BestWeekday | None) -> str:
    if best is None:
        return ""
    name = WEEKDAY_NAMES[WEEKDAYS.index(best.weekday)]
    return f"{name}s go best: kept {percent(best.rate)} of the time, {percent(best.others)} on other days."


def best_hour(best: BestHour | None) -> str:
    if best is None:
        return ""
    since, until = (formats.clock(time(hour % 24)) for hour in (best.hour, best.hour + 1))
    return f"Most often between {since} and {until}, {best.check_ins} of {best.n} check-ins."
