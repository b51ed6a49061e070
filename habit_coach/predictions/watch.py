"""How right the served predictions were: calibration by decile and by age, drift, and the return to the rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from sqlalchemy import select
from sqlmodel import Session, col

from habit_coach import clock
from habit_coach.predictions import gate, registry
from habit_coach.predictions.gate import Losses
from habit_coach.predictions.history import Bools, Floats, Ints
from habit_coach.predictions.judging import number
from habit_coach.predictions.models import PredictionRow
from habit_coach.predictions.rule import chance
from habit_coach.predictions.schema import AGES

DAYS = 28
MOST_ROWS = 50_000
ENOUGH = 300
RECENT = 7
PSI_ALARM = 0.25
RATE_ALARM = 0.05


@dataclass(frozen=True)
class Bar:
    """One group of settled predictions: what was said on average, by the model and by the rule, and what happened."""

    label: str
    rows: int
    stated: float
    by_rule: float
    happened: float


@dataclass(frozen=True)
class Report:
    """The last four weeks of one version; losses are None without rows. `alarms` are sentences for the admin."""

    version: str
    rows: int
    deciles: Sequence[Bar]
    ages: Sequence[Bar]
    model: dict[str, float] | None
    rule: dict[str, float] | None
    stability: float | None
    alarms: Sequence[str]
    worse_than_rule: bool


@dataclass(frozen=True)
class Settled:
    """Settled predictions as arrays."""

    person: Ints
    day: Ints
    stated: Floats
    by_rule: Floats
    done: Floats
    age: Ints


def report(session: Session) -> Report:
    """How the model that is served now has done."""
    version = registry.current(session).version
    rows = _read(session, version)
    size = rows.done.size
    if not size:
        return Report(version, 0, [], [], None, None, None, [], False)
    model, by_rule = Losses.of(rows.stated, rows.done), Losses.of(rows.by_rule, rows.done)
    worse = gate.chances(by_rule, model, gate.kindred(rows.person, rows.day))
    stability = _stability(rows)
    return Report(
        version,
        size,
        [_bar(f"{part[0]} to {part[1]}%", rows, part[2]) for part in _deciles(rows)],
        [_bar(label, rows, chosen) for label, chosen in _ages(rows) if chosen.any()],
        model.means(),
        by_rule.means(),
        stability,
        _alarms(rows, stability),
        size >= ENOUGH and version != registry.RULE_VERSION and gate.passes(worse),
    )


def guard(session: Session) -> dict[str, int]:
    """Return to the rule where the served model has surely been worse than it; gives the alarms' number."""
    found = report(session)
    if found.worse_than_rule:
        registry.return_to_rule(session, f"surely worse than the rule on {found.rows} days")
    return {"rows": found.rows, "alarms": len(found.alarms), "returned_to_rule": int(found.worse_than_rule)}


def _read(session: Session, version: str) -> Settled:
    since = (clock.now() - timedelta(days=DAYS)).date()
    query = select(
        col(PredictionRow.user_id),
        col(PredictionRow.for_day),
        col(PredictionRow.chance),
        col(PredictionRow.experts),
        col(PredictionRow.kept),
        col(PredictionRow.age),
    ).where(
        col(PredictionRow.for_day) >= since,
        col(PredictionRow.version) == version,
        col(PredictionRow.kept).is_not(None),
    )
    found = session.execute(query.order_by(col(PredictionRow.for_day).desc()).limit(MOST_ROWS)).all()
    users, days, stated, experts, kept, age = zip(*found, strict=True) if found else ((),) * 6
    return Settled(
        np.unique([str(user) for user in users], return_inverse=True)[1].reshape(-1).astype(np.int64),
        np.array([number(day) for day in days], dtype=np.int64),
        np.array(stated, dtype=float),
        chance(np.array([one[0] for one in experts], dtype=float)),
        np.array(kept, dtype=float),
        np.array(age, dtype=np.int64),
    )


def _bar(label: str, rows: Settled, chosen: Bools) -> Bar:
    stated, by_rule, happened = (
        round(float(column[chosen].mean()), 4) for column in (rows.stated, rows.by_rule, rows.done)
    )
    return Bar(label, int(chosen.sum()), stated, by_rule, happened)


def _deciles(rows: Settled) -> list[tuple[int, int, Bools]]:
    place = np.minimum((rows.stated * 10).astype(int), 9)
    return [(10 * one, 10 * one + 10, place == one) for one in range(10) if (place == one).any()]


def _ages(rows: Settled) -> list[tuple[str, Bools]]:
    parts: list[tuple[str, Bools]] = []
    for first, last in AGES:
        if (first, last) == (0, 6):
            continue
        chosen = (rows.age >= first) & ((rows.age <= last) if last is not None else True)
        label = f"{first} days on" if last is None else f"{first} to {last} days" if last > first else f"{first} days"
        parts.append((label, np.asarray(chosen)))
    return parts


def _stability(rows: Settled) -> float | None:
    """Population stability index of what was said, the last week against the three before; None for too few rows."""
    late = rows.day > rows.day.max() - RECENT
    if min(late.sum(), (~late).sum()) < ENOUGH:
        return None
    edges = np.linspace(0, 1, 11)[1:-1]
    shares = [
        (np.bincount(np.digitize(rows.stated[part], edges), minlength=10) + 0.5) / (part.sum() + 5)
        for part in (late, ~late)
    ]
    return round(float(((shares[0] - shares[1]) * np.log(shares[0] / shares[1])).sum()), 4)


def _alarms(rows: Settled, stability: float | None) -> list[str]:
    said = []
    miss = np.bincount(rows.person, rows.stated - rows.done) / rows.done.size
    gap, doubt = float(miss.sum()), float(np.sqrt((miss**2).sum()))
    if rows.done.size >= ENOUGH and abs(gap) > max(RATE_ALARM, 2.5 * doubt):
        side = "fewer" if gap > 0 else "more"
        said.append(f"People keep {side} days than is said: {rows.done.mean():.0%} against {rows.stated.mean():.0%}.")
    if stability is not None and stability > PSI_ALARM:
        said.append(f"What is said changed much within a week (population stability index {stability}).")
    return said
