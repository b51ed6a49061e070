"""From rows to what the pure rules read: plans and marks."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Protocol, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select
from sqlmodel import Session

from habit_coach import prepared
from habit_coach.accounts.models import User
from habit_coach.habits.models import Entry, Habit, PauseRow
from habit_coach.habits.plan import Mark, Pause, Plan, Rule
from habit_coach.habits.schedule import SCHEDULE, Schedule

PAUSE = cast(Table, PauseRow.__table__)  # type: ignore[attr-defined]
ENTRY = cast(Table, Entry.__table__)  # type: ignore[attr-defined]
PAUSES = select(PAUSE.c.habit_id, PAUSE.c.first, PAUSE.c.last).where(PAUSE.c.user_id == bindparam("user_id"))
THEN = ENTRY.c.day.between(bindparam("since"), bindparam("until"))
MARKS = select(ENTRY.c.day, ENTRY.c.state, ENTRY.c.value).where(
    ENTRY.c.user_id == bindparam("user_id"), ENTRY.c.habit_id == bindparam("habit_id"), THEN
)
MARKS_OF_SEVERAL = select(ENTRY.c.habit_id, ENTRY.c.day, ENTRY.c.state, ENTRY.c.value).where(
    ENTRY.c.user_id == bindparam("user_id"), ENTRY.c.habit_id.in_(bindparam("habit_ids", expanding=True)), THEN
)


class Ruled(Protocol):
    """A habit or a row of one: its rules as they are kept."""

    @property
    def rules(self) -> list[dict[str, Any]]: ...


def rules_of(habit: Ruled) -> tuple[Rule, ...]:
    """The habit's effective-dated rules, oldest first."""
    return tuple(
        Rule(
            date.fromisoformat(rule["since"]),
            _schedule(json.dumps(rule["schedule"])),
            rule["target"],
            rule["direction"],
        )
        for rule in habit.rules
    )


@lru_cache(maxsize=1024)
def _schedule(text: str) -> Schedule:
    """Checked once: schedules never change, and most people's are alike."""
    return SCHEDULE.validate_json(text)


def rule_as_json(rule: Rule) -> dict[str, Any]:
    """The form in which a rule is kept on its habit."""
    return {
        "since": rule.since.isoformat(),
        "schedule": rule.schedule.model_dump(mode="json"),
        "target": rule.target,
        "direction": rule.direction,
    }


def plan_of(session: Session, user: User, habit: Habit) -> Plan:
    """What the habit asks of each day, with its own pauses and the account's."""
    return plans_of(session, user, [habit])[habit.id]


def plans_of(session: Session, user: User, habits: Sequence[Habit]) -> dict[UUID, Plan]:
    """The plan of each of the user's habits, by habit id, in one query."""
    found = prepared.run(session, PAUSES, user_id=user.id)
    pauses = [(habit_id, Pause(first, last)) for habit_id, first, last in found]
    return {
        habit.id: plan(user, habit, tuple(pause for habit_id, pause in pauses if habit_id in (None, habit.id)))
        for habit in habits
    }


def plan(user: User, habit: Habit, pauses: tuple[Pause, ...]) -> Plan:
    """What the habit asks of each day, with these pauses."""
    return Plan(
        kind=habit.kind,  # type: ignore[arg-type]  # the column holds one of the kinds
        start=habit.start_date,
        rules=rules_of(habit),
        pauses=pauses,
        week_start=user.week_start,
    )


def marks_of_one(session: Session, user: User, habit_id: UUID, since: date | None = None) -> dict[date, Mark]:
    """The marks of one habit from `since` on (without it, all), by day."""
    found = prepared.run(session, MARKS, user_id=user.id, habit_id=habit_id, since=since or date.min, until=date.max)
    return {day: mark(state, value) for day, state, value in found}


def marks_of(
    session: Session, user: User, habit_ids: Sequence[UUID], since: date | None = None, until: date | None = None
) -> dict[UUID, dict[date, Mark]]:
    """The marks of each habit from `since` to `until` (without them, all), by habit id and day, in one query."""
    which = {
        "user_id": user.id,
        "habit_ids": habit_ids,
        "since": since or date.min,
        "until": until or date.max,
    }
    marks: defaultdict[UUID, dict[date, Mark]] = defaultdict(dict)
    for habit_id, day, state, value in session.execute(MARKS_OF_SEVERAL, which):
        marks[habit_id][day] = mark(state, value)
    return marks


@lru_cache(maxsize=4096)
def mark(state: str, value: float | None) -> Mark:
    """Made once: most marks are alike."""
    return Mark(state, value)  # type: ignore[arg-type]  # the column holds one of the states
