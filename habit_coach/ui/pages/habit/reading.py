"""Everything that the habit's page shows, read and composed at once."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session

from habit_coach.accounts.models import User
from habit_coach.habits import entry, history
from habit_coach.habits.history import History
from habit_coach.habits.schedule import period_of
from habit_coach.ui import formats
from habit_coach.ui.components.bars import Bar, Profile, hour_bars
from habit_coach.ui.pages.habit import calendar, curve, rows
from habit_coach.ui.pages.habit.calendar import DayRow, Year
from habit_coach.ui.pages.habit.rows import CheckIn, Head, Tile

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class Wish:
    """What the person chose to look at; empty is the usual."""

    year: str = calendar.LAST_12_MONTHS
    month: str = ""
    notes: int = 10
    whole_curve: bool = False


@dataclass(frozen=True)
class NoteRow:
    day: str
    date: str
    text: str


@dataclass(frozen=True)
class Shown:
    """The page's rows; each is a var of its own, so that only what changed is sent."""

    head: Head = field(default_factory=Head)
    check_in_today: CheckIn = field(default_factory=CheckIn)
    tiles: list[Tile] = field(default_factory=list)
    year: Year = field(default_factory=lambda: Year([], [], []))
    years: list[tuple[str, str]] = field(default_factory=list)
    curve: dict = field(default_factory=dict)
    long_curve: bool = False
    curve_words: str = ""
    streaks: list[Bar] = field(default_factory=list)
    month_totals: list[Bar] = field(default_factory=list)
    year_totals: list[Bar] = field(default_factory=list)
    weekdays: Profile = field(default_factory=lambda: Profile([]))
    hours: Profile = field(default_factory=lambda: Profile([]))
    month: str = ""
    months: list[tuple[str, str]] = field(default_factory=list)
    days: list[DayRow] = field(default_factory=list)
    notes: list[NoteRow] = field(default_factory=list)
    more_notes: bool = False
    today: str = ""


def read(session: Session, user: User, habit_id: UUID, wish: Wish) -> Shown:
    """The page of one of the user's habits. Raises NotFound for one that is not theirs."""
    of = history.of(session, user, habit_id)
    month = _month(of, wish.month)
    entries = entry.listed(session, of.habit, month, period_of("month", month, 0)[1])
    notes = history.notes(session, user, habit_id, wish.notes + 1)
    strength = curve.series(of)
    months, years = rows.totals(of, of.today - timedelta(days=365))
    return Shown(
        head=rows.head(of),
        check_in_today=rows.check_in(of),
        tiles=rows.tiles(of),
        year=calendar.year(of, wish.year),
        years=calendar.choices(of),
        curve=curve.figure(strength if wish.whole_curve else curve.recent(strength), of.habit.color),
        long_curve=len(strength) > curve.A_YEAR,
        curve_words=curve.words(strength),
        streaks=rows.streak_bars(of),
        month_totals=months[:MONTHS_SHOWN],
        year_totals=years,
        weekdays=rows.weekday_profile(of),
        hours=hour_bars(of.hours),
        month=month.isoformat(),
        months=_months(of),
        days=calendar.month_rows(of, month, entries),
        notes=[NoteRow(note.day.isoformat(), formats.on_day(note.day), note.text) for note in notes[: wish.notes]],
        more_notes=len(notes) > wish.notes,
        today=of.today.isoformat(),
    )


def _month(of: History, chosen: str) -> date:
    """The first day of the chosen month of the habit's life, or of this one."""
    return date.fromisoformat(chosen) if chosen in dict(_months(of)) else of.today.replace(day=1)


def _months(of: History) -> list[tuple[str, str]]:
    start = min(of.plan.start, of.today)
    numbers = range(12 * of.today.year + of.today.month - 1, 12 * start.year + start.month - 2, -1)
    firsts = (date(number // 12, number % 12 + 1, 1) for number in numbers)
    return [(first.isoformat(), f"{first:%B} {first.year}") for first in firsts]
