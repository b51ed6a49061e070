from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from habit_coach import clock, db
from habit_coach.errors import NotFound
from habit_coach.notifications import inbox
from tests.notifications.conftest import arrive, arrived


@pytest.fixture
def now():
    with time_machine.travel("2026-03-10T12:00:00+01:00", tick=False) as traveller:
        yield traveller


def unread(user) -> int:
    with db.session() as session:
        return inbox.unread(session, user)


def test_a_notification_is_in_the_inbox_from_its_time_on(somebody, told, now):
    ada = somebody()
    told(ada, due_at=clock.now() + timedelta(minutes=5))
    arrive()
    assert arrived(ada) == []
    now.shift(timedelta(minutes=5))
    arrive()
    assert [one.title for one in arrived(ada)] == ["Read"]


def test_the_newest_comes_first_and_the_rest_follows_page_by_page(somebody, told, now):
    ada = somebody()
    for number in range(5):
        told(ada, str(number), title=f"{number}", due_at=clock.now() - timedelta(minutes=10 - number))
    arrive()
    with db.session() as session:
        first = inbox.listed(session, ada, limit=2)
        second = inbox.listed(session, ada, limit=3, before=first[-1].id)
    assert [one.title for one in [*first, *second]] == ["4", "3", "2", "1", "0"]


def test_unread_counts_what_was_neither_read_nor_dismissed(somebody, told, now):
    ada = somebody()
    ids = [told(ada, subject) for subject in "123"]
    assert unread(ada) == 0
    arrive()
    assert unread(ada) == 3
    with db.session(writes=True) as session:
        inbox.dismiss(session, ada, ids[0])
    assert unread(ada) == 2
    with db.session(writes=True) as session:
        inbox.read_all(session, ada)
    assert unread(ada) == 0
    assert len(arrived(ada)) == 2


def test_nobody_reaches_anothers_notification(somebody, told, now):
    ada, grace = somebody("ada"), somebody("grace")
    hers = told(ada)
    with db.session(writes=True) as session, pytest.raises(NotFound):
        inbox.dismiss(session, grace, hers)
    with db.session(writes=True) as session, pytest.raises(NotFound):
        inbox.dismiss(session, ada, uuid4())
