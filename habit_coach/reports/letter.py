"""The weekly report as an e-mail."""

from datetime import date
from functools import cache, partial

from habit_coach import db, regions
from habit_coach.habits.schedule import WEEKDAY_NAMES
from habit_coach.notifications import letters
from habit_coach.notifications.channels import email
from habit_coach.notifications.letters import Letter
from habit_coach.notifications.models import Kind
from habit_coach.notifications.parcel import Parcel
from habit_coach.reports import weekly
from habit_coach.reports.figures import AtRisk, HabitWeek, Report

templates = letters.templates("habit_coach.reports")
DOTS = {
    "kept": "done",
    "partial": "partly",
    "missed": "missed",
    "extra": "extra",
    "skipped": "skipped",
    "paused": "paused",
}


def introduce() -> None:
    """Let e-mails about reports be written here."""
    email.WRITERS[Kind.report] = write


def write(parcel: Parcel) -> Letter:
    """The e-mail about the report that the notification names."""
    with db.session() as session:
        report = weekly.of(session, parcel.user, date.fromisoformat(parcel.notification.subject))
    return composed(parcel, report)


def composed(parcel: Parcel, report: Report) -> Letter:
    """The letter in both of its forms."""
    share = partial(percent, region=parcel.user.region)
    return letters.letter(templates, "weekly", parcel, percent=share, **words(report))


def words(report: Report) -> dict[str, object]:
    """What the templates show, said for people."""
    habits = report.habits
    return {
        "report": report,
        "change": change,
        "dots": dots(),
        "initials": [WEEKDAY_NAMES[day.day.weekday()][0] for day in report.days],
        "best": habits[report.best] if report.best is not None else None,
        "worst": habits[report.worst] if report.worst is not None else None,
        "won": [won(habit) for habit in habits if habit.record or habit.milestone],
        "lost": [f"{named(habit)} after {habit.lost}" for habit in habits if habit.lost],
        "advice": [(habit, habit.suggestion.text) for habit in habits if habit.suggestion],
        "named": named,
    }


@cache
def dots() -> dict[str, str]:
    """The dot of a day as HTML, by what became of it: the same in every letter, and drawn once."""
    dot = templates.get_template("dot.html")
    return {
        day: dot.render(day=day, said=said, style=letters.style("td", ".dot", f".{day}")) for day, said in DOTS.items()
    }


def named(habit: HabitWeek | AtRisk) -> str:
    return f"{habit.icon} {habit.name}".strip()


def percent(rate: float | None, region: str) -> str:
    return "–" if rate is None else regions.percent(rate, region)


def change(now: float | None, before: float | None) -> str:
    """ "12 points up"; empty where there is nothing to compare."""
    if now is None or before is None:
        return ""
    points = round(100 * now) - round(100 * before)
    size = f"{abs(points)} point{'s' if abs(points) != 1 else ''}"
    return "the same" if points == 0 else f"{size} {'up' if points > 0 else 'down'}"


def won(habit: HabitWeek) -> str:
    if habit.record:
        return f"{named(habit)}: {habit.streak} in a row, your best ever"
    return f"{named(habit)}: {habit.milestone} in a row"
