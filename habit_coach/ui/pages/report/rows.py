"""What the report page shows, from the report's figures."""

from dataclasses import dataclass, field

from habit_coach.habits.plan import DAY
from habit_coach.reports import letter
from habit_coach.reports.figures import WEEK, AtRisk, HabitWeek, Report
from habit_coach.ui import formats
from habit_coach.ui.components.colors import readable_on
from habit_coach.ui.telling import OUTCOMES
from habit_coach.ui.words import percent


@dataclass(frozen=True)
class Cell:
    outcome: str
    label: str


@dataclass(frozen=True)
class Line:
    """One habit's week."""

    id: str
    icon: str
    name: str
    color: str
    on_color: str
    link: str
    rate: str
    about: str
    cells: list[Cell]
    suggestion: str


@dataclass(frozen=True)
class Risk:
    """A habit that may slip in the week to come."""

    id: str
    icon: str
    name: str
    color: str
    on_color: str
    link: str
    chance: str
    why: str


@dataclass(frozen=True)
class Shown:
    """The whole page; `week` is empty until it is loaded."""

    week: str = ""
    title: str = ""
    rate: str = ""
    counted: str = ""
    before: str = ""
    against_before: str = ""
    mean: str = ""
    against_mean: str = ""
    ranked: str = ""
    earlier: str = ""
    later: str = ""
    won: list[str] = field(default_factory=list)
    lost: str = ""
    lines: list[Line] = field(default_factory=list)
    at_risk: list[Risk] = field(default_factory=list)
    trend_words: str = ""
    days_words: str = ""


def shown(report: Report, *, is_newest: bool) -> Shown:
    said = letter.words(report)
    best, worst = said["best"], said["worst"]
    ranked = f"Best: {letter.named(best)}. Hardest: {letter.named(worst)}." if best and worst else ""
    known = [one for one in report.past if one.rate is not None]
    lost = ", ".join(said["lost"])
    return Shown(
        week=str(report.first),
        title=formats.days(report.first, report.last),
        rate=percent(report.rate),
        counted=f"{report.kept} of {report.due} done" if report.due else "Nothing was due",
        before=percent(report.rate_before),
        against_before=letter.change(report.rate, report.rate_before),
        mean=percent(report.rate_mean),
        against_mean=letter.change(report.rate, report.rate_mean),
        ranked=ranked,
        earlier=f"/report?week={report.first - WEEK}",
        later="" if is_newest else f"/report?week={report.first + WEEK}",
        won=list(said["won"]),
        lost=f"Streaks that ended: {lost}. The next one begins with a single day." if lost else "",
        lines=[line(report, habit) for habit in report.habits],
        at_risk=[risk(one) for one in report.at_risk],
        trend_words="Kept each week: " + ", ".join(percent(one.rate) for one in known) + "." if known else "",
        days_words=". ".join(f"{one.day:%A}: {one.kept} of {one.due}" for one in report.days if one.due),
    )


def risk(one: AtRisk) -> Risk:
    color, on_color = one.color, readable_on(one.color)
    return Risk(str(one.id), one.icon, one.name, color, on_color, f"/habits/{one.id}", one.chance, one.why)


def line(report: Report, habit: HabitWeek) -> Line:
    days = [report.first + n * DAY for n in range(7)]
    change = letter.change(habit.rate, habit.rate_before)
    counted = f"{habit.kept} of {habit.due}" if habit.due > 1 else ""
    return Line(
        str(habit.id),
        habit.icon,
        habit.name,
        habit.color,
        readable_on(habit.color),
        f"/habits/{habit.id}",
        percent(habit.rate),
        " · ".join(part for part in (counted, change) if part),
        [
            Cell(said, f"{formats.on_weekday(day)}: {OUTCOMES[said]}")
            for day, said in zip(days, habit.days, strict=True)
        ],
        habit.suggestion.text if habit.suggestion else "",
    )


def trend(report: Report) -> dict:
    """The weeks before and this one, in percent."""
    known = [one for one in report.past if one.rate is not None]
    if len(known) < 2:
        return {}
    shares = {"range": [0, 102], "tickvals": [0, 50, 100], "ticktext": ["0", *map(formats.percent, (0.5, 1))]}
    names, rates = [formats.short(one.first) for one in known], [round(100 * (one.rate or 0)) for one in known]
    figure = _bars(names, rates, formats.percent_for_charts("%{y}"), shares)
    figure["layout"]["xaxis"]["nticks"] = 4  # they are wider than weekdays
    return figure


def days(report: Report) -> dict:
    """What was kept on each day of the week, above what was due."""
    if not any(one.due for one in report.days):
        return {}
    names = [f"{one.day:%a}" for one in report.days]
    counts = {"dtick": max(1, max(one.due for one in report.days) // 4)}
    figure = _bars(names, [one.kept for one in report.days], "%{y} done", counts)
    due = {"type": "bar", "x": names, "y": [one.due - one.kept for one in report.days], "opacity": 0.25}
    figure["data"].append(due | {"hovertemplate": "%{y} open or missed<extra></extra>"})
    figure["layout"]["barmode"] = "stack"
    return figure


def _bars(names: list[str], values: list[int], says: str, yaxis: dict) -> dict:
    bars = {"type": "bar", "x": names, "y": values, "hovertemplate": f"%{{x}}: {says}<extra></extra>"}
    return {
        "data": [bars | {"marker": {"color": "#d2622a", "cornerradius": 4}}],
        "layout": {
            "bargap": 0.35,
            "xaxis": {"type": "category", "tickangle": 0, "nticks": 7, "ticklabelstandoff": 6, "fixedrange": True},
            "yaxis": {"fixedrange": True} | yaxis,
        },
    }
