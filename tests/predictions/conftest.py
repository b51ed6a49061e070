"""People in the database whose habits have a past."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import time_machine

from habit_coach import clock, db
from habit_coach.accounts import users
from habit_coach.accounts.models import Role, User
from habit_coach.habits import habit as habits
from habit_coach.habits.drafts import draft_from
from habit_coach.habits.models import Entry
from habit_coach.predictions import registry

NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)
TODAY = NOON.date()
DAY = timedelta(days=1)


@pytest.fixture
def noon(database: str) -> Iterator[time_machine.Traveller]:
    """Monday, 16 March 2026, 12:00 UTC, in a process that serves no model yet."""
    registry.reload()
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller
    registry.reload()


@pytest.fixture
def grown(noon) -> Callable[..., tuple[User, UUID]]:
    """Adds a habit with a past: `kept` has a mark a day up to yesterday, x done, s skipped, else nothing."""

    def make(
        kept: str = "", user: User | None = None, email: str = "ada@example.com", **described
    ) -> tuple[User, UUID]:
        first = TODAY - len(kept) * DAY
        with db.session(writes=True) as session:
            user = user or users.create(session, email, "seven green bottles", role=Role.user)
            draft = draft_from({"name": "Read", "kind": "binary", "start_date": first.isoformat()} | described)
            habit = habits.add(session, user, draft)
            for place, mark in enumerate(kept):
                if mark in "xs":
                    mark_day(session, user, habit.id, first + place * DAY, "done" if mark == "x" else "skipped")
        return user, habit.id

    return make


def mark_day(session, user: User, habit_id: UUID, day: date, state: str = "done", value: float | None = None) -> None:
    at = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
    session.add(
        Entry(
            user_id=user.id, habit_id=habit_id, day=day, state=state, value=value, created_at=at, updated_at=clock.now()
        )
    )
    session.flush()
