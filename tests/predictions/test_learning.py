import numpy as np
import pytest
from sqlmodel import select

from habit_coach import db
from habit_coach.errors import Invalid
from habit_coach.predictions import gate, learning, registry, trainings
from habit_coach.predictions.gate import Losses
from habit_coach.predictions.models import PredictionModel, Status, TrainingRun
from habit_coach.predictions.registry import THE_RULE, Served
from tests.predictions.worlds import table


def quietly(stage: str, done: int) -> None:
    """Nobody watches."""


def every_second_day(persons: int = 12, days: int = 70):
    """Habits kept on every second day, which the rule cannot see."""
    luck = np.random.default_rng(1)
    rows = [
        (f"p{person:02}", "h", day, float((day % 2 == 0) != (luck.random() < 0.1)), np.nan)
        for person in range(persons)
        for day in range(days)
    ]
    return table(rows)


def test_a_forecaster_that_is_better_for_everybody_passes_and_its_equal_does_not():
    done = np.tile([1.0, 0.0], 200)
    person = np.repeat(np.arange(20), 20)
    good, poor = Losses.of(np.where(done == 1, 0.8, 0.2), done), Losses.of(np.full(done.size, 0.5), done)
    block = gate.kindred(person, np.arange(done.size))
    assert gate.passes(gate.chances(good, poor, block))
    assert not gate.passes(gate.chances(poor, good, block))
    assert not gate.passes(gate.chances(poor, poor, block))


def test_one_person_alone_does_not_pull_a_model_past_the_gate():
    person = np.repeat(np.arange(10), 10)
    done = np.ones(person.size)
    worse_for_most = np.where(person == 0, 0.99, 0.49)
    losses, rule = Losses.of(worse_for_most, done), Losses.of(np.full(done.size, 0.5), done)
    assert losses.log_loss.mean() < rule.log_loss.mean()
    assert not gate.passes(gate.chances(losses, rule, gate.kindred(person, np.arange(person.size))))


def test_a_challenger_that_sees_more_than_the_rule_takes_over():
    trial = learning.challenge(every_second_day(), THE_RULE, quietly)
    assert trial.promoted
    assert trial.metrics["challenger"]["brier"] < trial.metrics["rule"]["brier"]
    assert "serves from now on" in learning.verdict(trial)


def test_a_challenger_that_is_no_better_than_the_champion_waits():
    frame = every_second_day()
    champion = learning.challenge(frame, THE_RULE, quietly).model
    trial = learning.challenge(frame, Served(champion, champion.version), quietly)
    assert not trial.promoted
    assert "not surely better than the champion" in learning.verdict(trial)


def test_the_latest_two_weeks_are_judged_and_not_learned_from():
    frame = every_second_day(days=60)
    turned = frame.assign(done=np.where(frame["date"] >= "2024-02-16", 1 - frame["done"], frame["done"]))
    models = [learning.challenge(one, THE_RULE, quietly).model.version for one in (frame, turned)]
    assert models[0] == models[1]


def test_too_few_days_are_refused_in_a_sentence():
    with pytest.raises(Invalid, match="at least 100"):
        learning.challenge(every_second_day(persons=1, days=40), THE_RULE, quietly)


def asked() -> TrainingRun:
    with db.session(writes=True) as session:
        return trainings.ask(session)


def ended(run: TrainingRun) -> TrainingRun:
    trainings.carry_out_waiting()
    with db.session() as session:
        return session.get_one(TrainingRun, run.id)


def test_asking_twice_trains_once(noon):
    assert asked().id == asked().id


def test_a_training_without_data_ends_and_says_why(noon):
    run = ended(asked())
    assert run.failed
    assert "nobody has a habit" in run.outcome
    assert run.ended_at
    assert asked().id != run.id


def test_a_training_registers_what_it_learned_and_what_it_was_learned_from(grown):
    for person in range(4):
        grown("xx.x.xx" * 7, email=f"person{person}@example.com")
    run = ended(asked())
    assert (run.failed, run.progress) == (False, 100), run.outcome
    with db.session() as session:
        row = session.exec(select(PredictionModel)).one()
        assert row.data["persons"] == 4
        assert row.data["rows"] == 4 * 35
        assert row.metrics["judged_on"] == 4 * 14
        assert row.status in (Status.candidate, Status.champion)
        registry.opened(row)


def test_a_training_that_died_is_begun_again(noon):
    run = asked()
    assert trainings._claimed(run.id)
    assert not trainings._claimed(run.id)
    noon.shift(trainings.LONGEST * 1.01)
    assert ended(run).ended_at
