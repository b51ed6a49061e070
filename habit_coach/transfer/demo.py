"""A demo account with a year of life in it, always the same one, up to today."""

import math
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import func, select

from habit_coach import clock, db
from habit_coach.accounts import users
from habit_coach.accounts.models import User
from habit_coach.accounts.passwords import hash_password
from habit_coach.habits.bulk import Said
from habit_coach.habits.drafts import HabitDraft
from habit_coach.habits.entry import TABLE
from habit_coach.habits.plan import DAY, Pause, Rule
from habit_coach.habits.schedule import Daily, Every, Monthly, PerPeriod, Schedule, Weekdays, is_due
from habit_coach.transfer import importing
from habit_coach.transfer.content import Content, FoundHabit

EMAIL = "demo@example.com"
ZONE = "Europe/Berlin"
SEED = 20
YEAR = 365
NOTES = ("Went better than I thought.", "Almost forgot.", "With Sam.", "Tired, but done.", "Early, before breakfast.")


@dataclass(frozen=True, slots=True)
class Ways:
    """Chances from 0 to 1: `chance` on a plain day, times `weekend`, times `slump` in the bad weeks of autumn."""

    chance: float
    hour: float
    weekend: float = 1.0
    slump: float = 0.6
    amount: float = 0.0
    spread: float = 0.3


@dataclass(frozen=True, slots=True)
class Life:
    """A habit of the demo, and how its person lives with it. `earlier` is a target that counted in the first half."""

    name: str
    icon: str
    color: str
    group: str
    schedule: Schedule
    ways: Ways
    unit: str = ""
    target: float | None = None
    direction: str = "at_least"
    earlier: float | None = None
    tags: tuple[str, ...] = ()
    reminders: tuple[str, ...] = ()
    archived_after: int = YEAR


LIVES = (
    Life("Meditate", "🧘", "#6e56cf", "Mind", Daily(), Ways(0.78, 7.3, weekend=0.7), reminders=("07:00",)),
    Life(
        "Read",
        "📚",
        "#0090ff",
        "Mind",
        Daily(),
        Ways(0.85, 21.6, amount=20),
        unit="pages",
        target=15,
        earlier=10,
        tags=("evening",),
        reminders=("21:00",),
    ),
    Life("Drink water", "💧", "#12a594", "Body", Daily(), Ways(0.95, 19.5, 0.9, 0.9, 7.6), unit="glasses", target=7),
    Life("Gym", "🏋️", "#e5484d", "Body", PerPeriod(times=3, period="week"), Ways(0.5, 18.2, 0.8, 0.3)),
    Life(
        "Run",
        "🏃",
        "#f76b15",
        "Body",
        Weekdays(days=("tue", "thu", "sun")),
        Ways(0.72, 7.8, 1.1, 0.4, 5.4),
        unit="km",
        target=4,
        tags=("outdoors",),
    ),
    Life(
        "Coffee",
        "☕",
        "#8d8d86",
        "Body",
        Daily(),
        Ways(0.9, 16.4, 0.9, 1.0, 2.6),
        unit="cups",
        target=3,
        direction="at_most",
    ),
    Life(
        "Sweets",
        "🍫",
        "#d6409f",
        "Body",
        PerPeriod(times=1, period="week"),
        Ways(0.4, 15.5, 1.6, 1.4, 1.2),
        unit="pieces",
        target=5,
        direction="at_most",
    ),
    Life("Call the family", "📞", "#ffba18", "People", Every(n=1, unit="week"), Ways(0.82, 18.5), tags=("family",)),
    Life("Water the plants", "🪴", "#46a758", "Home", Every(n=3, unit="day"), Ways(0.8, 9.0, 1.1, 0.8)),
    Life("Review the budget", "💶", "#46a758", "Home", Monthly(days=("last",)), Ways(0.75, 20.0)),
    Life("Learn Spanish", "🇪🇸", "#f76b15", "Mind", Daily(), Ways(0.6, 12.8, 0.5), archived_after=150),
)


def make(password: str) -> UUID:
    """The demo account with its year up to today and this password. Made again, it only gains the days since."""
    with db.session(writes=True) as session:
        user = users.by_email(session, EMAIL)
        if user is None:
            user = users.create(session, EMAIL, password, "Demo", ZONE)
        user.password_hash = hash_password(password)
        session.add(user)
        last = session.scalar(select(func.max(TABLE.c.day)).where(TABLE.c.user_id == user.id))
    importing.apply(user.id, content(user, clock.now(), since=last))
    return user.id


def new_password() -> str:
    return secrets.token_urlsafe(12)


def content(user: User, now: datetime, since: date | None = None) -> Content:
    """A year up to `now`; of days, only those after `since`. The same day of the same year is always the same."""
    today = clock.local_day(now, user)
    start = today - YEAR * DAY
    vacation = Pause(start + 230 * DAY, start + 241 * DAY)
    made = Content("the demo", pauses=(vacation,) if since is None else ())
    for life in LIVES:
        days = {
            day: said
            for day, said in _days(life, start, today, vacation)
            if (since is None or day > since) and said.at is not None and said.at <= now
        }
        made.habits.append(_habit(life, start, days))
    return made


def _habit(life: Life, start: date, days: dict[date, Said]) -> FoundHabit:
    draft = HabitDraft.model_validate(
        {
            "name": life.name,
            "icon": life.icon,
            "color": life.color,
            "group": life.group,
            "kind": "binary" if life.target is None else "numeric",
            "schedule": life.schedule,
            "unit": life.unit,
            "target": life.target,
            "direction": life.direction,
            "tags": list(life.tags),
            "reminders": list(life.reminders),
            "start_date": start,
        }
    )
    rules: tuple[Rule, ...] = ()
    if life.earlier is not None:
        now = Rule(start + YEAR // 2 * DAY, life.schedule, life.target)
        rules = (Rule(start, life.schedule, life.earlier), now)
    return FoundHabit(draft, days, archived=life.archived_after < YEAR, rules=rules)


def _days(life: Life, start: date, today: date, vacation: Pause) -> Iterator[tuple[date, Said]]:
    kept = True
    for number in range(min(YEAR, life.archived_after) + 1):
        day = start + number * DAY
        dice = Random(f"{SEED} {life.name} {day}")  # noqa: S311 - a story, not a secret
        if not is_due(life.schedule, day, start) or (vacation.last and vacation.first <= day <= vacation.last):
            continue
        if _ill(number):
            yield day, Said("skipped", None, "Down with a cold.", _at(life, day, dice), "web")
            continue
        ways = life.ways
        chance = ways.chance * (ways.weekend if day.weekday() >= 5 else 1.0) * (1.06 if kept else 0.82)
        chance *= ways.slump if 290 <= number <= 315 else 1.0
        kept = dice.random() < chance
        if kept:
            yield day, Said("done", _amount(life, number, dice), _note(dice), _at(life, day, dice), "web")


def _ill(number: int) -> bool:
    return 118 <= number <= 121


def _amount(life: Life, number: int, dice: Random) -> float | None:
    """Around the usual amount, a little more as the year goes on, in steps that a person would write down."""
    if life.target is None:
        return None
    usual = life.ways.amount * (0.9 + 0.2 * number / YEAR)
    drawn = max(1.0, dice.gauss(usual, life.ways.spread * usual))
    return round(drawn * 2) / 2 if life.unit == "km" else float(math.floor(drawn + 0.5))


def _note(dice: Random) -> str:
    return dice.choice(NOTES) if dice.random() < 0.06 else ""


def _at(life: Life, day: date, dice: Random) -> datetime:
    """About the usual hour, later at the weekend; never past midnight."""
    hour = dice.gauss(life.ways.hour + (1.4 if day.weekday() >= 5 else 0.0), 0.7)
    minutes = int(60 * min(23.9, max(5.0, hour)))
    return clock.instant(day, time(minutes // 60, minutes % 60), ZONE) + timedelta(seconds=dice.randrange(60))
