from datetime import timedelta
from uuid import UUID

import pytest

from habit_coach import clock, db
from habit_coach.predictions import registry, watch
from habit_coach.predictions.models import PredictionRow
from tests.predictions.conftest import DAY, TODAY


@pytest.fixture
def served(noon):
    with db.session(writes=True) as session:
        registry.install_starter(session)
        return registry.current(session).version


@pytest.fixture
def happened(grown, served):
    """Settled predictions of 27 days of ten people: model and rule said these chances, `kept` of ten days were kept."""
    habits = [grown("x", email=f"person{number}@example.com") for number in range(10)]

    def log(stated: float, by_rule: float, kept: int) -> None:
        odds = {0.1: -2.1972, 0.5: 0.0, 0.7: 0.8473, 0.9: 2.1972}
        with db.session(writes=True) as session:
            for user, habit_id in habits:
                session.add_all(row(user.id, habit_id, place, stated, odds[by_rule], kept) for place in range(27))

    def row(user_id: UUID, habit_id: UUID, place: int, stated: float, rule: float, kept: int) -> PredictionRow:
        day = TODAY - (place + 1) * DAY
        return PredictionRow(
            user_id=user_id,
            habit_id=habit_id,
            for_day=day,
            as_of=day - DAY,
            made_at=clock.now(),
            version=served,
            source="model",
            probability=stated,
            chance=stated,
            risk="low",
            age=place + 3,
            experts=[rule, rule, rule, rule, rule],
            settled_at=clock.now(),
            kept=place % 10 < kept,
        )

    return log


def report():
    with db.session() as session:
        return watch.report(session)


def guard():
    with db.session(writes=True) as session:
        return watch.guard(session)


def test_without_settled_days_there_is_nothing_to_report(served):
    found = report()
    assert (found.rows, found.alarms, found.worse_than_rule) == (0, [], False)


def test_what_was_said_stands_beside_what_happened(happened):
    happened(0.7, 0.5, kept=7)
    found = report()
    assert found.rows == 270
    (bar,) = found.deciles
    assert (bar.label, bar.stated, bar.by_rule) == ("70 to 80%", 0.7, 0.5)
    assert bar.happened == pytest.approx(21 / 27, abs=1e-4)
    assert sum(bar.rows for bar in found.ages) == 270
    assert found.model["brier"] < found.rule["brier"]


def test_a_model_that_is_surely_worse_than_the_rule_is_retired(happened, monkeypatch):
    monkeypatch.setattr(watch, "ENOUGH", 200)
    happened(0.9, 0.1, kept=1)
    assert guard()["returned_to_rule"] == 1
    registry.reload()
    with db.session() as session:
        assert registry.current(session).is_rule


def test_a_model_that_is_right_stays_and_raises_no_alarm(happened, served, monkeypatch):
    monkeypatch.setattr(watch, "ENOUGH", 200)
    happened(0.9, 0.5, kept=9)
    assert guard() == {"rows": 270, "alarms": 0, "returned_to_rule": 0}
    with db.session() as session:
        assert registry.current_row(session).version == served


def test_a_base_rate_that_drifts_raises_an_alarm(happened, monkeypatch):
    monkeypatch.setattr(watch, "ENOUGH", 200)
    happened(0.9, 0.9, kept=5)
    assert "fewer days than is said" in report().alarms[0]


def test_what_lies_more_than_four_weeks_back_is_forgotten(happened, noon):
    happened(0.7, 0.5, kept=7)
    noon.shift(timedelta(days=40))
    registry.reload()
    assert report().rows == 0
