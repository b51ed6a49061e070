from datetime import timedelta

import pytest

from habit_coach import clock, db
from habit_coach.errors import NotFound
from habit_coach.predictions import hindsight
from habit_coach.predictions.models import PredictionRow
from tests.predictions.conftest import DAY, TODAY


@pytest.fixture
def foretold(grown):
    """A habit whose days, from yesterday backwards, were given these chances and then kept or not."""
    user, habit_id = grown("x" * 30)

    def log(*days: tuple[float, bool | None], age: int = 10):
        with db.session(writes=True) as session:
            for back, (chance, kept) in enumerate(days, start=1):
                day = TODAY - back * DAY
                session.add(
                    PredictionRow(
                        user_id=user.id,
                        habit_id=habit_id,
                        for_day=day,
                        as_of=day - DAY,
                        made_at=clock.now() - timedelta(days=back),
                        version="rule",
                        source="rule",
                        probability=chance,
                        chance=chance,
                        risk="low",
                        age=age,
                        experts=[0.0] * 5,
                        settled_at=clock.now(),
                        kept=kept,
                    )
                )
        return user, habit_id

    return log


def seen(user, habit_id):
    with db.session() as session:
        return hindsight.of(session, user, habit_id)


def test_what_was_said_stands_beside_what_happened(foretold):
    found = seen(*foretold((0.9, True), (0.8, False), (0.4, False), (0.7, True)))
    assert (found.days, found.kept, found.right) == (4, 0.5, 3)
    assert found.stated == pytest.approx(0.7)


def test_days_that_were_not_judged_or_foretold_from_too_little_do_not_count(foretold):
    foretold((0.9, None), (0.9, True))
    user, habit_id = foretold()
    assert seen(user, habit_id).days == 1


def test_of_a_habit_that_is_still_learned_nothing_is_said(foretold):
    assert seen(*foretold((0.9, True), (0.9, True), age=1)) is None


def test_only_the_newest_days_count(foretold):
    found = seen(*foretold(*[(0.9, True)] * hindsight.NEWEST, *[(0.9, False)] * 20))
    assert (found.days, found.kept) == (hindsight.NEWEST, 1.0)


def test_a_strangers_habit_is_not_there(foretold, grown):
    _, habit_id = foretold((0.9, True))
    stranger, _ = grown("x", email="eve@example.com")
    with pytest.raises(NotFound):
        seen(stranger, habit_id)
