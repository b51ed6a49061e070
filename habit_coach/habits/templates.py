"""Habits to begin with, by theme: real ones, small enough to keep."""

from dataclasses import dataclass

from habit_coach.habits.drafts import HabitDraft
from habit_coach.habits.schedule import Daily, Every, Monthly, PerPeriod, Weekdays

RED, ORANGE, AMBER, GREEN, TEAL, BLUE, VIOLET, PINK, SAND = (
    "#e5484d",
    "#f76b15",
    "#ffba18",
    "#46a758",
    "#12a594",
    "#0090ff",
    "#6e56cf",
    "#d6409f",
    "#8d8d86",
)
WORKDAYS = Weekdays(days=("mon", "tue", "wed", "thu", "fri"))


@dataclass(frozen=True, slots=True)
class Template:
    """A habit that is ready to be made; `theme` is the heading that it stands under."""

    theme: str
    draft: HabitDraft


def _yes_or_no(name: str, icon: str, color: str, schedule: object = None) -> HabitDraft:
    return HabitDraft(name=name, icon=icon, color=color, schedule=schedule or Daily())


def _counted(name: str, icon: str, color: str, target: float, unit: str, **more: object) -> HabitDraft:
    return HabitDraft(name=name, icon=icon, color=color, kind="numeric", target=target, unit=unit, **more)


TEMPLATES = (
    Template("Body", _counted("Drink water", "💧", BLUE, 8, "glasses")),
    Template("Body", _counted("Walk", "🚶", GREEN, 8000, "steps")),
    Template("Body", _yes_or_no("Work out", "🏋️", RED, PerPeriod(times=3, period="week"))),
    Template("Body", _yes_or_no("Stretch", "🤸", TEAL)),
    Template("Body", _yes_or_no("In bed by eleven", "🌙", VIOLET)),
    Template("Mind", _counted("Read", "📚", ORANGE, 20, "pages")),
    Template("Mind", _counted("Meditate", "🧘", VIOLET, 10, "minutes")),
    Template("Mind", _yes_or_no("Write a few lines", "✍️", AMBER)),
    Template("Mind", _counted("Learn a language", "🗣️", PINK, 15, "minutes", schedule=WORKDAYS)),
    Template("Home and work", _yes_or_no("Plan the day", "🗒️", SAND, WORKDAYS)),
    Template("Home and work", _yes_or_no("Tidy for ten minutes", "🧹", TEAL)),
    Template("Home and work", _yes_or_no("Water the plants", "🪴", GREEN, Every(n=3, unit="day"))),
    Template("Home and work", _yes_or_no("Look over my money", "🧾", BLUE, Monthly(days=(1,)))),
    Template("People", _yes_or_no("Call family", "📞", PINK, PerPeriod(times=1, period="week"))),
    Template("People", _yes_or_no("Say thank you to someone", "💛", AMBER)),
    Template("Less of", _counted("Coffee", "☕", SAND, 2, "cups", direction="at_most")),
    Template("Less of", _counted("Social media", "📱", RED, 30, "minutes", direction="at_most")),
    Template("Less of", _counted("Cigarettes", "🚭", ORANGE, 0, "cigarettes", direction="at_most")),
)
