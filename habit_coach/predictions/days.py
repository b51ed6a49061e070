"""From rows to the history that features are made of: the habits of many people, read and judged at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import BindParameter, String, bindparam, select, tuple_, type_coerce
from sqlmodel import Session, col

from habit_coach.accounts.models import User
from habit_coach.columns import Epoch
from habit_coach.habits import rows
from habit_coach.habits.models import Entry, Habit, PauseRow
from habit_coach.habits.plan import Kind, Pause, Plan
from habit_coach.predictions.history import Bools, Floats, History, Ints
from habit_coach.predictions.judging import (
    DONE,
    STATES,
    Asked,
    Marked,
    asked,
    budgets,
    day_of,
    kept_before,
    number,
    verdicts,
)
from habit_coach.predictions.schema import HORIZON

READ_BACK = HORIZON + 35
ROWS_AT_ONCE = 5_000


class HabitRow(NamedTuple):
    """What of a habit is looked at here; an entity would cost several times as much."""

    user_id: UUID
    id: UUID
    name: str
    icon: str
    color: str
    kind: Kind
    rules: list[dict[str, Any]]
    start_date: date
    position: int


USERS: BindParameter[Any] = bindparam("user_ids", expanding=True)
IN_USE = col(Habit.user_id).in_(USERS) & col(Habit.deleted_at).is_(None) & col(Habit.archived_at).is_(None)
ENTRIES = select(
    type_coerce(col(Entry.habit_id), String),
    type_coerce(col(Entry.day), String),
    col(Entry.state),
    col(Entry.value),
    Epoch(col(Entry.created_at)),
).where(
    tuple_(col(Entry.user_id), col(Entry.habit_id)).in_(select(col(Habit.user_id), col(Habit.id)).where(IN_USE)),
    col(Entry.day).between(bindparam("since"), bindparam("until")),
)
HABITS = select(*(col(getattr(Habit, name)) for name in HabitRow._fields)).where(IN_USE)
PAUSES = select(col(PauseRow.user_id), col(PauseRow.habit_id), col(PauseRow.first), col(PauseRow.last)).where(
    col(PauseRow.user_id).in_(USERS)
)


@dataclass(frozen=True)
class Lives:
    """Some people's habits: series s is `habits[s]` with `plans[s]`, of `users[owner[s]]` whose day is `today[s]`.

    The history holds what is settled, of today too; `answered` says whether today was. `quota_left` and `days_left`
    go with the history's rows, nan where there is no quota of days.
    """

    users: Sequence[User]
    habits: Sequence[HabitRow]
    plans: Sequence[Plan]
    owner: Ints
    today: Ints
    history: History
    quota_left: Floats
    days_left: Floats
    answered: Bools


def read(session: Session, users: Sequence[User], todays: Sequence[date], back: int = READ_BACK) -> Lives:
    """The users' habits in use and the last `back` days of each, in three queries. `todays` go with `users`."""
    which: dict[str, Any] = {"user_ids": [user.id for user in users]}
    place = {user.id: index for index, user in enumerate(users)}
    found = [HabitRow(*row) for row in session.execute(HABITS, which)]
    habits = sorted(found, key=lambda habit: (place[habit.user_id], habit.position, habit.id))
    plans = _plans(session, habits, {user.id: user for user in users}, which)
    owner = np.array([place[habit.user_id] for habit in habits], dtype=np.int64)
    today = np.array([number(todays[person]) for person in owner], dtype=np.int64)
    span = {"since": day_of(today.min(initial=number(date.max)) - back), "until": max(todays, default=date.min)}
    marks = _marks(session, users, habits, owner, which | span)
    return lives(users, habits, plans, owner, today, marks, back)


def lives(
    users: Sequence[User],
    habits: Sequence[HabitRow],
    plans: Sequence[Plan],
    owner: Ints,
    today: Ints,
    marks: Marked,
    back: int = READ_BACK,
) -> Lives:
    """The habits with their days judged; beside the days asked for, those on which something extra was done."""
    cells = asked(plans, today, back)
    place, said = _matched(cells, marks)
    state, value, hour = (
        np.where(said, column[place], missing) if column.size else np.full(said.size, missing)
        for column, missing in ((marks.state, -1), (marks.value, np.nan), (marks.hour, np.nan))
    )
    running = cells.day == today[cells.series]
    by_period = budgets(cells, state, value, today)
    kept = np.where(cells.budget, by_period, verdicts(cells, state, value, running))
    quota = cells.times > 0
    left = np.where(quota, cells.times - kept_before(cells, kept), np.nan)
    room = np.where(quota, cells.ends - cells.day + 1, np.nan)
    due = np.isfinite(kept) & ~(quota & (left <= 0))
    answered = np.zeros(len(plans), dtype=bool)
    skipped = (state == STATES["skipped"]) & ~cells.budget
    answered[cells.series[running & (np.isfinite(kept) | skipped)]] = True
    extra = _extra(marks, place[said])
    blank = np.full(extra.series.size, np.nan)
    series, day = np.concatenate([cells.series, extra.series]), np.concatenate([cells.day, extra.day])
    order = np.argsort(series << 32 | day, kind="stable")
    history = History(
        series=series[order],
        owner=owner,
        day=day[order],
        due=np.concatenate([due, np.zeros(blank.size, dtype=bool)])[order],
        done=np.concatenate([kept, blank + 1])[order],
        value=np.concatenate([value, extra.value])[order],
        hour=np.concatenate([hour, extra.hour])[order],
    )
    quota_left, days_left = (np.concatenate([column, blank])[order] for column in (left, room))
    return Lives(users, habits, plans, owner, today, history, quota_left, days_left, answered)


def _matched(cells: Asked, marks: Marked) -> tuple[Ints, Bools]:
    """Where each asked day's mark is, and whether there is one."""
    keys, wanted = marks.series << 32 | marks.day, cells.series << 32 | cells.day
    place = np.minimum(np.searchsorted(keys, wanted), max(0, keys.size - 1))
    return place, keys[place] == wanted if keys.size else np.zeros(wanted.size, dtype=bool)


def _extra(marks: Marked, answers: Ints) -> Marked:
    """What was done on days that did not ask for it: of the marks, those that are no `answers`."""
    outside = ((marks.state == DONE) | (marks.value > 0)) & (marks.state != STATES["skipped"])
    outside[answers] = False
    return Marked(*(column[outside] for column in marks))


def _plans(session: Session, habits: Sequence[HabitRow], users: dict[UUID, User], which: dict[str, Any]) -> list[Plan]:
    pauses: dict[tuple[UUID, UUID | None], list[Pause]] = {}
    for user_id, habit_id, begins, ends in session.execute(PAUSES, which):
        pauses.setdefault((user_id, habit_id), []).append(Pause(begins, ends))
    return [
        Plan(
            kind=habit.kind,
            start=habit.start_date,
            rules=rows.rules_of(habit),
            pauses=tuple(pauses.get((habit.user_id, None), []) + pauses.get((habit.user_id, habit.id), [])),
            week_start=users[habit.user_id].week_start,
        )
        for habit in habits
    ]


def _marks(
    session: Session, users: Sequence[User], habits: Sequence[HabitRow], owner: Ints, which: dict[str, Any]
) -> Marked:
    """The entries as the driver gives them: SQLAlchemy's rows would cost twice as much, entities ten times.

    Few are rows at a time: a million would not only take room, but keep the garbage collector busy.
    """
    known: dict[object, int] = {}  # SQLite gives ids as hex, PostgreSQL as UUIDs
    for place, habit in enumerate(habits):
        known[habit.id.hex] = known[habit.id] = place
    cursor = session.connection().execute(ENTRIES, which).cursor
    parts = [_columns(some, known) for some in iter(partial(cursor.fetchmany, ROWS_AT_ONCE), [])]
    series, day, state, value, made = map(np.concatenate, zip(_columns([], known), *parts, strict=True))
    order = np.argsort(series << 32 | day, kind="stable")
    order = order[series[order] >= 0]  # of habits in use
    series, day = series[order], day[order]
    hour = _hours(users, owner[series], day, made[order])
    return Marked(series, day, state[order], value[order], hour)


def _columns(found: Sequence[tuple[Any, ...]], known: Mapping[object, int]) -> tuple[Ints, Ints, Ints, Floats, Floats]:
    """Series, -1 where it is not `known`; day; state; value; and the second since 1970 at which it was made."""
    return (
        np.array([known.get(row[0], -1) for row in found], dtype=np.int64),
        np.array([row[1] for row in found], dtype="datetime64[D]").astype(np.int64),
        np.array([STATES[row[2]] for row in found], dtype=np.int64),
        np.array([row[3] for row in found], dtype=float),
        np.array([row[4] for row in found], dtype=float),
    )


def _hours(users: Sequence[User], person: Ints, day: Ints, made: Floats) -> Floats:
    """The local hour of each check-in, 0 to 24; nan where it was made on another day than the one it is for."""
    hours = np.full(day.size, np.nan)
    places: dict[tuple[str, int], list[int]] = {}
    for index, user in enumerate(users):
        places.setdefault((user.timezone, user.day_start), []).append(index)
    for (zone, day_start), living_there in places.items():
        here = np.isin(person, living_there)
        first, last = day[here].min(initial=number(date.max)), day[here].max(initial=0)
        ahead = np.array([_ahead(day_of(one), ZoneInfo(zone)) for one in range(first, last + 1)], dtype=float)
        hour = (made[here] + ahead[day[here] - first]) / 3600 - 24 * day[here]
        hours[here] = np.where((hour >= day_start) & (hour < 24 + day_start), hour % 24, np.nan)
    return hours


def _ahead(day: date, zone: ZoneInfo) -> float:
    """Seconds that the zone's clocks are ahead of UTC at noon."""
    shift = datetime.combine(day, time(12), zone).utcoffset()
    return shift.total_seconds() if shift else 0.0
