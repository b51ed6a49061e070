"""The list of habits as the page shows it, and as it is put in order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlmodel import Session

from habit_coach import clock
from habit_coach.accounts.models import User
from habit_coach.habits import habit, rows, standing
from habit_coach.habits.figures import Figures
from habit_coach.habits.models import Habit
from habit_coach.habits.plan import Plan
from habit_coach.ui.components.colors import readable_on
from habit_coach.ui.words import asks, counted, day_in_words, percent, streak_unit


@dataclass(frozen=True)
class Row:
    """One habit; `finds` is what a search looks through."""

    id: str
    name: str
    icon: str
    color: str
    on_color: str
    asks: str = ""
    streak: str = ""
    streak_words: str = ""
    rate: str = ""
    rate_words: str = ""
    note: str = ""
    finds: str = ""


@dataclass(frozen=True)
class Group:
    """Habits under one heading; those without a group have an empty name."""

    name: str
    key: str
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Listing:
    """Everything on the page. `known` is False until it has been read."""

    groups: list[Group] = field(default_factory=list)
    archived: list[Row] = field(default_factory=list)
    count: int = 0
    known: bool = False


def listing(session: Session, user: User) -> Listing:
    """The user's habits, in use and put away."""
    today = clock.today(user)
    used, put_away = habit.listed(session, user), habit.listed(session, user, archived=True)
    figures = standing.of_all(session, user, used)
    plans = rows.plans_of(session, user, used)
    made = {one.id: _row(one, plans[one.id], figures[one.id], today) for one in used}
    return Listing(
        groups=[
            Group(name, str(group[0].id), [made[one.id] for one in group]) for name, group in by_group(used).items()
        ],
        archived=[_plain(one) for one in put_away],
        count=len(used),
        known=True,
    )


def by_group(habits: Sequence[Habit]) -> dict[str, list[Habit]]:
    """The habits under their groups; a group stands where its first habit does."""
    groups: dict[str, list[Habit]] = {}
    for one in habits:
        groups.setdefault(one.group, []).append(one)
    return groups


def stepped(habits: Sequence[Habit], habit_id: UUID, step: int) -> list[UUID]:
    """The order in which the habit has moved by `step` within its group."""
    groups = by_group(habits)
    for group in groups.values():
        for place, one in enumerate(group):
            if one.id == habit_id and 0 <= place + step < len(group):
                group.insert(place + step, group.pop(place))
                return _flat(groups)
    return _flat(groups)


def group_stepped(habits: Sequence[Habit], name: str, step: int) -> list[UUID]:
    """The order in which a whole group has moved by `step`."""
    groups = by_group(habits)
    names = list(groups)
    if name in groups and 0 <= (place := names.index(name)) + step < len(names):
        names.insert(place + step, names.pop(place))
    return _flat({name: groups[name] for name in names})


def dropped(habits: Sequence[Habit], habit_id: UUID, on: UUID) -> list[UUID]:
    """The order in which one habit has taken the place of another, as it is when dropped there."""
    order = [one.id for one in habits]
    if habit_id not in order or on not in order or habit_id == on:
        return order
    place = order.index(on)
    order.remove(habit_id)
    order.insert(place, habit_id)
    return order


def _flat(groups: dict[str, list[Habit]]) -> list[UUID]:
    return [one.id for group in groups.values() for one in group]


def _plain(one: Habit) -> Row:
    return Row(str(one.id), one.name, one.icon, one.color, readable_on(one.color), asks(one, rows.rules_of(one)[-1]))


def _row(one: Habit, plan: Plan, figures: Figures, today: date) -> Row:
    rule = plan.rule_on(today)
    streak = counted(figures.current_streak, streak_unit(rule.schedule))
    rate = percent(figures.rate_30d)
    return Row(
        str(one.id),
        one.name,
        one.icon,
        one.color,
        readable_on(one.color),
        asks(one, rule),
        str(figures.current_streak),
        f"Streak: {streak}" if figures.current_streak else "No streak at the moment",
        rate,
        f"Kept in the last 30 days: {rate}" if figures.rate_30d is not None else "Nothing was due in the last 30 days",
        _note(plan, today),
        " ".join([one.name, one.group, *one.tags]).casefold(),
    )


def _note(plan: Plan, today: date) -> str:
    if plan.start > today:
        return f"Starts {day_in_words(plan.start, today)}"
    running = [pause for pause in plan.pauses if plan.paused(today) and pause.first <= today]
    lasts = [pause.last for pause in running if pause.last is None or pause.last >= today]
    if not lasts:
        return ""
    if None in lasts:
        return "Paused"
    return f"Paused until {day_in_words(max(last for last in lasts if last), today)}"
