from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from habit_coach import db
from habit_coach.errors import Conflict, Invalid
from habit_coach.predictions import model as models
from habit_coach.predictions import registry
from habit_coach.predictions.model import EXPERTS, Model
from habit_coach.predictions.models import PredictionModel, Status
from habit_coach.predictions.registry import TABLE


def added(prior: float) -> PredictionModel:
    with db.session(writes=True) as session:
        return registry.add(session, Model(prior=prior), registry.TRAINED, {})


def promoted(row: PredictionModel) -> None:
    with db.session(writes=True) as session:
        registry.promote(session, row.id)


def served() -> str:
    with db.session() as session:
        return registry.current(session).version


def champion() -> str | None:
    with db.session() as session:
        row = registry.current_row(session)
        return row.version if row else None


def test_without_a_champion_the_rule_answers(noon):
    assert served() == registry.RULE_VERSION


def test_a_promoted_model_is_followed_by_every_process_within_half_a_minute(noon):
    row = added(0.4)
    assert served() == registry.RULE_VERSION
    promoted(row)
    noon.shift(timedelta(seconds=30))
    assert served() == row.version


def test_reloading_follows_at_once(noon):
    row = added(0.4)
    served()
    promoted(row)
    registry.reload()
    assert served() == row.version


def test_rolling_back_returns_to_the_champion_before(noon):
    first, second = added(0.4), added(0.6)
    for row in (first, second):
        promoted(row)
        noon.shift(timedelta(minutes=1))
    with db.session(writes=True) as session:
        registry.roll_back(session)
    assert champion() == first.version


def test_there_is_nothing_to_roll_back_to_before_the_second_model(noon):
    promoted(added(0.4))
    with pytest.raises(Conflict), db.session(writes=True) as session:
        registry.roll_back(session)


def test_the_database_itself_allows_one_champion_only(noon):
    promoted(added(0.4))
    other = added(0.6)
    with pytest.raises(IntegrityError), db.session(writes=True) as session:
        session.execute(update(TABLE).where(TABLE.c.id == other.id).values(status=Status.champion))


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda text: text.replace('"prior": 0.4', '"prior": 0.9'), "checksum"),
        (lambda text: text[: len(text) // 2], "not JSON"),
    ],
)
def test_a_damaged_model_is_refused_and_the_rule_answers(noon, harm, words):
    row = added(0.4)
    promoted(row)
    with db.session(writes=True) as session:
        session.execute(update(TABLE).where(TABLE.c.id == row.id).values(text=harm(row.text)))
    assert served() == registry.RULE_VERSION
    with pytest.raises(Invalid, match=words), db.session(writes=True) as session:
        registry.promote(session, row.id)


def test_a_model_of_other_features_is_refused(noon, monkeypatch):
    row = added(0.4)
    monkeypatch.setattr(models, "schema_hash", lambda: "another")
    with pytest.raises(Invalid, match="other features"), db.session(writes=True) as session:
        registry.promote(session, row.id)


def test_the_packages_model_is_the_first_champion_and_leaves_half_of_the_weight_to_the_rule(noon):
    with db.session(writes=True) as session:
        registry.install_starter(session)
        first = registry.current(session)
        registry.install_starter(session)
    assert first.version == models.starter().version == champion()
    assert first.model.next.start[EXPERTS.index("rule")] >= 0.5
    assert first.model.next.start.sum() == pytest.approx(1)


def test_a_newer_model_of_the_package_follows_an_older_one_but_not_one_that_was_trained_here(noon):
    with db.session(writes=True) as session:
        older = registry.add(session, Model(prior=0.4), registry.STARTER, {})
        registry.promote(session, older.id)
        registry.install_starter(session)
        assert registry.current_row(session).version == models.starter().version
        trained = registry.add(session, Model(prior=0.6), registry.TRAINED, {})
        registry.promote(session, trained.id)
        registry.install_starter(session)
        assert registry.current_row(session).version == trained.version


def test_an_instance_that_returned_to_the_rule_stays_with_it(noon):
    with db.session(writes=True) as session:
        registry.install_starter(session)
        registry.return_to_rule(session, "it drifted")
        registry.install_starter(session)
    assert champion() is None
    assert served() == registry.RULE_VERSION
