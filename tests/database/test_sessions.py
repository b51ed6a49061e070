"""What a session's block wrote is kept at its end, whole or not at all, and told of once it is."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from habit_coach import clock, db, feed
from habit_coach.accounts import users
from habit_coach.accounts.models import User
from habit_coach.columns import new_id

EMAIL = "ada@example.com"


@pytest.fixture
def heard(monkeypatch):
    """Whose changes an open page hears of, each with who can be seen in the database at that moment."""
    found = []
    monkeypatch.setattr(feed, "_listeners", [lambda user_id: found.append((user_id, seen()))])
    return found


def seen():
    with db.session() as session:
        return list(session.scalars(select(User.email)))


def in_a_thread(work):
    with db.session(writes=True) as session:
        return work(session)


def on_the_event_loop(work):
    async def handler():
        async with db.writing_session() as session:
            return work(session)

    return asyncio.run(handler())


both = pytest.mark.parametrize("run", [in_a_thread, on_the_event_loop])


def ada(session):
    user = User(id=new_id(), email=EMAIL, password_hash="", created_at=clock.now())
    session.add(user)
    return user


@both
def test_what_was_not_flushed_yet_is_kept_too_and_then_told(database, heard, run):
    def work(session):
        user = ada(session)
        feed.changed(session, user.id)
        return user.id

    told = run(work)
    assert seen() == [EMAIL]
    assert heard == [(told, [EMAIL])]


@both
def test_nothing_of_a_block_that_failed_is_kept_or_told(database, heard, run):
    def work(session):
        feed.changed(session, ada(session).id)
        session.flush()
        raise LookupError

    with pytest.raises(LookupError):
        run(work)
    assert seen() == heard == []


@both
def test_a_part_that_is_undone_leaves_the_rest(database, run):
    def work(session):
        ada(session)
        with session.begin_nested() as part:
            users.by_email(session, EMAIL).name = "Eve"
            session.flush()
            part.rollback()

    run(work)
    with db.session() as session:
        assert session.scalars(select(User.name)).all() == [""]


@both
def test_a_statement_that_is_prepared_sees_what_the_session_flushed(database, run):
    def work(session):
        user = ada(session)
        session.flush()
        feed.changed(session, user.id)
        return feed.since(session, datetime(2020, 1, 1, tzinfo=UTC))

    assert len(run(work)) == 1
