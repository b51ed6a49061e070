from datetime import timedelta

import pytest

from habit_coach import clock, db
from habit_coach.accounts import administration, devices, sessions, users
from habit_coach.accounts.administration import Standing
from habit_coach.accounts.models import Role
from habit_coach.accounts.sessions import Device
from habit_coach.errors import NotFound


@pytest.fixture
def people(database):
    """An admin and three others: one active, one kept out, one who is about to go."""
    with db.session(writes=True) as session:
        made = {
            name: users.create(session, f"{name}@example.com", "seven green bottles")
            for name in ("root", "ada", "out", "going")
        }
        made["root"].role = Role.admin
        made["out"].deactivated_at = clock.now()
        made["going"].delete_after = clock.now() + timedelta(days=7)
        made["ada"].created_at = clock.now() - timedelta(days=20)
    return made


def emails(found):
    return [user.email.partition("@")[0] for user in found]


def test_each_account_is_counted_and_listed_in_one_standing(people):
    with db.session() as session:
        census = administration.census(session)
        listed = {one: emails(administration.listed(session, standing=one)) for one in Standing}
    assert census.standing == {Standing.active: 2, Standing.deactivated: 1, Standing.leaving: 1}
    assert (census.admins, census.this_week, census.this_month) == (1, 3, 4)
    assert listed == {Standing.active: ["root", "ada"], Standing.deactivated: ["out"], Standing.leaving: ["going"]}


def test_an_admin_signs_somebody_out_of_one_device_or_of_all(people):
    with db.session(writes=True) as session:
        for name in ("laptop", "phone", "tablet"):
            sessions.start_in_browser(session, people["ada"], Device(name))
        first, *others = devices.listed(session, people["ada"])
        administration.sign_out(session, people["root"], people["ada"].id, first.id)
        assert {one.id for one in devices.listed(session, people["ada"])} == {one.id for one in others}
        administration.sign_out(session, people["root"], people["ada"].id)
        assert devices.listed(session, people["ada"]) == []
        by = [one.details["by"] for one in administration.events(session) if one.action == "session.ended-by-admin"]
    assert by == [str(people["root"].id)] * 2


def test_a_session_of_somebody_else_is_not_theirs_to_end(people):
    with db.session(writes=True) as session:
        sessions.start_in_browser(session, people["root"], Device("laptop"))
        (mine,) = devices.listed(session, people["root"])
        with pytest.raises(NotFound):
            administration.sign_out(session, people["root"], people["ada"].id, mine.id)


def test_who_was_never_here_was_never_seen(people):
    with db.session(writes=True) as session:
        sessions.start_in_browser(session, people["ada"], Device("laptop"))
        seen = administration.last_seen(session, [one.id for one in people.values()])
    assert set(seen) == {people["ada"].id}
