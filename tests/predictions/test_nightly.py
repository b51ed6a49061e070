from datetime import date, timedelta

import pytest
from sqlmodel import select

from habit_coach import db
from habit_coach.accounts.models import User
from habit_coach.predictions import nightly, registry
from habit_coach.predictions.models import PredictionRow, PredictionTrust
from tests.predictions.conftest import DAY, TODAY, mark_day


def log(day: date | None = None) -> list[PredictionRow]:
    with db.session() as session:
        query = select(PredictionRow).order_by(PredictionRow.habit_id, PredictionRow.for_day)
        return [row for row in session.exec(query) if day in (None, row.for_day)]


def trust(user: User) -> PredictionTrust:
    with db.session() as session:
        return session.get_one(PredictionTrust, user.id)


def test_each_habit_that_is_due_is_predicted_with_what_every_expert_said(grown):
    user, daily = grown("x" * 40)
    _, fading = grown("x" * 20 + "." * 10, user=user, name="Run")
    grown("x" * 30, user=user, name="Tuesdays", schedule={"kind": "weekdays", "days": ["tue"]})
    assert nightly.score_due() == {"users": 1, "predictions": 2, "settled": 0}
    rows = {row.habit_id: row for row in log(TODAY)}
    assert set(rows) == {daily, fading}
    for row in rows.values():
        assert len(row.experts) == 5
        assert row.as_of == TODAY - DAY
        assert row.version == registry.models.starter().version
    assert rows[daily].risk == "low"
    assert rows[fading].risk != "low"
    assert rows[fading].reasons
    assert rows[daily].age == 40


def test_a_rerun_changes_nothing(grown):
    user, _ = grown("xx.x" * 10)
    nightly.score_due()
    first = [row.model_dump() for row in log()], trust(user).model_dump()
    assert nightly.score_due() == {"users": 0, "predictions": 0, "settled": 0}
    assert ([row.model_dump() for row in log()], trust(user).model_dump()) == first


def test_a_user_is_predicted_after_their_own_midnight(grown, noon):
    user, _ = grown("x" * 10)
    with db.session(writes=True) as session:
        session.get_one(User, user.id).timezone = "Asia/Tokyo"
    nightly.score_due()
    noon.shift(timedelta(hours=2))
    assert nightly.score_due()["users"] == 0
    noon.shift(timedelta(hours=1))
    assert nightly.score_due()["users"] == 1
    assert log(TODAY + DAY)


def test_a_prediction_is_held_against_what_happened(grown, noon):
    user, kept = grown("x" * 20)
    _, missed = grown("x" * 20, user=user, name="Run")
    _, skipped = grown("x" * 20, user=user, name="Swim")
    nightly.score_due()
    noon.shift(DAY)
    with db.session(writes=True) as session:
        mark_day(session, user, kept, TODAY)
        mark_day(session, user, skipped, TODAY, "skipped")
    assert nightly.score_due()["settled"] == 3
    outcome = {row.habit_id: row.kept for row in log(TODAY)}
    assert outcome == {kept: True, missed: False, skipped: None}
    assert all(row.settled_at for row in log(TODAY))
    assert not any(row.settled_at for row in log(TODAY + DAY))


def test_what_happened_moves_the_trust_in_the_experts(grown, noon):
    user, _ = grown("x" * 30)
    nightly.score_due()
    before = trust(user).losses
    noon.shift(DAY)
    nightly.score_due()
    experts = log(TODAY)[0].experts
    gained = [after - earlier * (1 - 1 / 150) for earlier, after in zip(before, trust(user).losses, strict=True)]
    surest = max(range(5), key=lambda expert: experts[expert])
    assert max(gained) == pytest.approx(gained[surest])


def test_a_kept_past_counts_from_the_first_night(grown):
    user, _ = grown("x." * 30)
    nightly.score_due()
    losses = trust(user).losses
    assert min(losses) > 0
    assert len(set(losses)) > 1


def test_a_chunk_whose_worker_died_is_taken_up_again(grown, noon):
    user, _ = grown("x" * 10)
    with db.session(writes=True) as session:
        registry.install_starter(session)
        assert nightly.claim(session, nightly.Place("UTC", 0), nightly.UUID(int=0), 10)[0].id == user.id
    assert nightly.score_due()["users"] == 0
    noon.shift(nightly.LEASE + timedelta(seconds=1))
    assert nightly.score_due()["users"] == 1


def test_many_users_are_scored_chunk_by_chunk(grown):
    for number in range(5):
        grown("x" * 10, email=f"ada{number}@example.com")
    assert nightly.score_due(chunk=2)["users"] == 5


def test_an_archived_a_deleted_and_a_paused_habit_are_left_alone(grown):
    from habit_coach.habits import habit, pauses

    user, archived = grown("x" * 10)
    _, deleted = grown("x" * 10, user=user)
    _, paused = grown("x" * 10, user=user)
    with db.session(writes=True) as session:
        habit.archive(session, user, archived)
        habit.delete(session, user, deleted)
        pauses.start(session, user, TODAY, None, paused)
    nightly.score_due()
    assert log() == []
