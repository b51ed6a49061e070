"""What a person is told: the prediction of a habit, in numbers and words, and the log of what was said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast
from uuid import UUID

import numpy as np
from sqlalchemy import Table
from sqlmodel import Session

from habit_coach import clock, db
from habit_coach.accounts.models import User
from habit_coach.feed import Told
from habit_coach.habits.habit import owned
from habit_coach.predictions import days, registry, scoring, trust
from habit_coach.predictions.explanation import Reason, days_until_break
from habit_coach.predictions.history import Ints
from habit_coach.predictions.judging import day_of
from habit_coach.predictions.models import PredictionRow
from habit_coach.predictions.schema import COLUMN
from habit_coach.predictions.scoring import LEARNING, Scored
from habit_coach.predictions.targets import Status

TABLE = cast(Table, PredictionRow.__table__)  # type: ignore[attr-defined]
KEY = ("user_id", "habit_id", "for_day")
GOAL = 5


@dataclass(frozen=True, slots=True)
class Week:
    """The next seven days that ask for the habit: how many are likely kept, and the chances that it goes well or not.

    `at_least[k - 1]` is the chance that k or more are kept; the goal is five; a lapse is none.
    """

    expected: float
    at_least: tuple[float, ...]
    goal_chance: float
    lapse_chance: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """One habit's prediction; without a probability, `message` says why there is none. `days_until_break` is in due
    days; of a quota, `probability` is that the `quota_left` are done in the `days_left` of its period.
    """

    habit_id: UUID
    status: Status
    message: str = ""
    probability: float | None = None
    risk: str | None = None
    source: str = "rule"
    model_version: str | None = None
    for_day: date | None = None
    as_of: date | None = None
    reasons: tuple[Reason, ...] = ()
    week: Week | None = None
    days_until_break: int | None = None
    quota_left: int | None = None
    days_left: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """Predictions in the order that was asked for, and the rows of the log that go with them."""

    predictions: list[Prediction]
    log: list[dict[str, Any]]


def of(session: Session, user: User, habit_id: UUID) -> Said:
    """The prediction of one habit, with its reasons. Raises NotFound for a habit that is not theirs."""
    return of_some(session, user, [habit_id])


def of_some(session: Session, user: User, habit_ids: Sequence[UUID]) -> Said:
    """The predictions of some habits. Raises NotFound where one of them is not theirs."""
    habits = [owned(session, user, habit_id) for habit_id in habit_ids]
    scored = look(session, [user])
    place = {habit.id: series for series, habit in enumerate(scored.lives.habits)}
    said = answers(scored, [place[habit.id] for habit in habits if habit.id in place])
    found = {one.habit_id: one for one in said.predictions}
    archived = "It is archived: nothing is due until you take it up again."
    return Said(
        [found.get(habit.id, Prediction(habit.id, "nothing_due", archived)) for habit in habits],
        said.log,
    )


def of_all(session: Session, user: User) -> Said:
    """The predictions of all habits in use, in the user's own order."""
    scored = look(session, [user])
    return answers(scored, range(len(scored.lives.habits)))


def look(session: Session, users: Sequence[User]) -> Scored:
    """Every habit of some users, scored with what is known now."""
    served = registry.current(session)
    lives = days.read(session, users, [clock.today(user) for user in users])
    known = trust.losses_of(session, served, [user.id for user in users])
    return scoring.score(lives, served, trust.complete(lives, served, known))


def answers(scored: Scored, series: Sequence[int]) -> Said:
    """What to say of these habits, with the reasons."""
    why = reasons(scored, series)
    said = [
        replace(one, reasons=tuple(why[place])) if one.status == "ready" else one
        for place, one in zip(series, forecasts(scored, series), strict=True)
    ]
    return Said(said, log_rows(scored, _rows_of(scored, series), why))


def forecasts(scored: Scored, series: Sequence[int]) -> list[Prediction]:
    """What to say of these habits, without the reasons, which cost far more than the rest."""
    rows = _rows_of(scored, series)
    weeks = scored.served.model.week_chances(scored.matrix[rows]).tolist() if rows.size else []
    known = {int(scored.rows.series[row]): (row, week) for row, week in zip(rows.tolist(), weeks, strict=True)}
    return [
        _prediction(scored, *known[one])
        if one in known
        else Prediction(scored.lives.habits[one].id, scored.targets[one].status, scored.targets[one].message)
        for one in series
    ]


def reasons(scored: Scored, series: Sequence[int]) -> dict[int, list[Reason]]:
    """Why those of these habits that are predicted are predicted so, by series."""
    rows = _rows_of(scored, series)
    return dict(zip(scored.rows.series[rows].tolist(), scoring.explain(scored, rows), strict=True))


def _rows_of(scored: Scored, series: Sequence[int]) -> Ints:
    """The rows of those habits that are predicted."""
    row_of = {one: row for row, one in enumerate(scored.rows.series.tolist())}
    return np.array([row_of[one] for one in series if one in row_of], dtype=np.int64)


def _prediction(scored: Scored, row: int, week: list[float]) -> Prediction:
    series = int(scored.rows.series[row])
    target = scored.targets[series]
    age, learning = int(scored.age[row]), bool(scored.learning[row])
    quota = scoring.is_quota(scored.lives.plans[series])
    return Prediction(
        habit_id=scored.lives.habits[series].id,
        status="learning" if learning else "ready",
        message=_still_learning(age) if learning else "",
        probability=round(float(scored.probability[row]), 4),
        risk=scored.risks[row],
        source=scored.source(row),
        model_version=None if scored.served.is_rule or learning else scored.served.version,
        for_day=target.day,
        as_of=day_of(scored.rows.as_of[row]),
        week=None if learning or quota else _week(week),
        days_until_break=None if learning or quota else days_until_break(float(scored.probability[row])),
        quota_left=target.quota_left,
        days_left=target.days_left,
    )


def _still_learning(age: int) -> str:
    more = LEARNING - age
    return f"Still learning: this says little until {more} more {'days have' if more > 1 else 'day has'} passed."


def _week(at_least: list[float]) -> Week:
    rounded = tuple(round(one, 4) for one in at_least)
    return Week(round(sum(at_least), 2), rounded, rounded[GOAL - 1], round(1 - at_least[0], 4))


def log_rows(scored: Scored, rows: Ints, why: dict[int, list[Reason]]) -> list[dict[str, Any]]:
    """The rows of the log for some predictions, with the reasons of those that have any, by series."""
    now, learning = clock.now(), scored.learning
    every_series, as_of, age = (column[rows].tolist() for column in (scored.rows.series, scored.rows.as_of, scored.age))
    rounded = (column[rows].round(4).tolist() for column in (scored.probability, scored.chance, scored.opinions))
    return [
        {
            "user_id": scored.lives.habits[series].user_id,
            "habit_id": scored.lives.habits[series].id,
            "for_day": scored.targets[series].day,
            "as_of": day_of(known),
            "made_at": now,
            "version": scored.served.version,
            "source": scored.source(row),
            "probability": probability,
            "chance": chance,
            "risk": scored.risks[row],
            "age": days,
            "experts": opinions,
            "reasons": [] if learning[row] else [_as_json(one) for one in why.get(series, [])],
        }
        for row, series, known, days, probability, chance, opinions in zip(
            rows.tolist(), every_series, as_of, age, *rounded, strict=True
        )
    ]


def _as_json(reason: Reason) -> dict[str, Any]:
    return {"family": reason.family, "effect": reason.effect, "text": reason.text}


def told(scored: Scored, rows: Ints, log: Sequence[dict[str, Any]]) -> list[Told]:
    """What is told of these predictions to whoever hears of them; `log` has their rows, in the same order.

    `missed_in_a_row` is None for a quota, of which `quota_left` days are wanted in `days_left`.
    """
    events = []
    for row, logged in zip(rows.tolist(), log, strict=True):
        series = int(scored.rows.series[row])
        habit, target = scored.lives.habits[series], scored.targets[series]
        is_quota = scoring.is_quota(scored.lives.plans[series])
        said = {name: logged[name] for name in ("probability", "risk", "source")}
        said["model_version"] = logged["version"] if logged["source"] == "model" else None
        said["reasons"] = [{"text": one["text"], "effect": one["effect"]} for one in logged["reasons"]]
        said["missed_in_a_row"] = None if is_quota else int(scored.matrix[row, COLUMN["miss_streak"]])
        said |= {"quota_left": target.quota_left, "days_left": target.days_left}
        about = {"habit_id": str(habit.id), "habit": habit.name, "day": str(target.day)}
        events.append((logged["user_id"], about | said))
    return events


def record(session: Session, log: list[dict[str, Any]]) -> None:
    """Note what was served; what was noted already, and still holds, stays as it is, and so does what has settled."""
    if not log:
        return
    statement = db.insert(session, TABLE)
    new = statement.excluded
    changed = {name: new[name] for name in log[0] if name not in KEY}
    differs = (TABLE.c.as_of != new.as_of) | (TABLE.c.version != new.version) | (TABLE.c.probability != new.probability)
    session.execute(
        statement.on_conflict_do_update(index_elements=KEY, set_=changed, where=TABLE.c.settled_at.is_(None) & differs),
        log,
    )
