from datetime import timedelta

import pytest
import time_machine

from habit_coach import clock, db
from habit_coach.accounts import devices, sessions, users
from habit_coach.accounts.passwords import hash_password, matches, require_strong
from habit_coach.accounts.sessions import Device
from habit_coach.errors import Conflict, Invalid, NotSignedIn

PASSWORD = "seven green bottles"


@pytest.fixture
def user(database):
    with db.session(writes=True) as session:
        return users.sign_up(session, "Ada@Example.com ", PASSWORD, timezone="Europe/Berlin", address="192.0.2.1")


def tokens_of(user):
    with db.session(writes=True) as session:
        return sessions.start_for_client(session, user, Device("curl"))


def refreshed(token):
    with db.session(writes=True) as session:
        return sessions.refresh(session, token)


def is_alive(access):
    with db.session() as session:
        try:
            sessions.from_access_token(session, access)
        except NotSignedIn:
            return False
        return True


def test_an_address_is_the_same_however_it_is_written(user):
    with db.session() as session:
        assert sessions.authenticate(session, " ADA@example.COM", PASSWORD, "192.0.2.1").id == user.id
    with pytest.raises(Conflict), db.session(writes=True) as session:
        users.sign_up(session, "ada@EXAMPLE.com", PASSWORD, address="192.0.2.1")


def test_a_wrong_password_and_an_unknown_address_are_refused_in_the_same_words(user):
    with db.session() as session:
        with pytest.raises(NotSignedIn) as wrong:
            sessions.authenticate(session, "ada@example.com", "not the password", "192.0.2.1")
        with pytest.raises(NotSignedIn) as unknown:
            sessions.authenticate(session, "nobody@example.com", PASSWORD, "192.0.2.1")
    assert wrong.value.message == unknown.value.message


@pytest.mark.parametrize("weak", ["short", "1234567890", "aaaaaaaaaaaa", "qwertyuiop", "ADA@example.com"])
def test_a_password_that_is_short_or_known_is_refused(weak):
    with pytest.raises(Invalid) as refused:
        require_strong(weak, "ada@example.com")
    assert "password" in refused.value.fields


def test_a_password_counts_to_its_last_letter_beyond_what_bcrypt_reads(monkeypatch):
    monkeypatch.setenv("HABIT_COACH_BCRYPT_COST", "4")
    long = "пароль" * 30
    assert matches(long, hash_password(long))
    assert not matches(long + "!", hash_password(long))


def test_the_database_holds_no_secret_that_signs_in(user):
    with db.session(writes=True) as session:
        cookie = sessions.start_in_browser(session, user, Device())
    refresh = tokens_of(user).refresh
    with db.engine().connect() as connection:
        for table in ("user", "login_session", "refresh_token", "audit_event"):
            kept = str(connection.exec_driver_sql(f'SELECT * FROM "{table}"').all())
            assert cookie not in kept
            assert refresh not in kept
            assert PASSWORD not in kept


def test_a_browser_cookie_is_known_until_its_session_ends(user):
    cookie = browser_of(user)
    with db.session(writes=True) as session:
        found, login = sessions.from_cookie(session, cookie)
        assert found.id == user.id
        sessions.end(session, user.id, login.id)
    with pytest.raises(NotSignedIn), db.session() as session:
        sessions.from_cookie(session, cookie)


def test_each_refresh_gives_the_next_pair(user):
    first = tokens_of(user)
    second = refreshed(first.refresh)
    assert second.refresh != first.refresh
    assert is_alive(second.access)


def test_a_retry_within_the_grace_gets_the_same_successor(user):
    first = tokens_of(user)
    assert refreshed(first.refresh).refresh == refreshed(first.refresh).refresh


def test_a_refresh_token_used_again_later_ends_the_whole_session(user):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        first = tokens_of(user)
        second = refreshed(first.refresh)
        traveller.shift(timedelta(seconds=11))
        assert refreshed(first.refresh) is None
        assert not is_alive(second.access)
        with pytest.raises(NotSignedIn):
            refreshed(second.refresh)


def browser_of(user) -> str:
    with db.session(writes=True) as session:
        return sessions.start_in_browser(session, user, Device("Firefox"))


def is_open(cookie) -> bool:
    with db.session() as session:
        try:
            sessions.from_cookie(session, cookie)
        except NotSignedIn:
            return False
        return True


def tokens_in_browser(user, cookie):
    with db.session(writes=True) as session:
        return sessions.start_for_client(session, user, Device("Firefox"), cookie)


def test_tokens_that_a_browser_asks_for_belong_to_its_session(user):
    cookie = browser_of(user)
    tokens_in_browser(user, cookie)
    with db.session() as session:
        (login,) = devices.listed(session, user)
        assert login.device == "Firefox"


def test_a_refresh_token_used_again_later_ends_the_browser_too_and_a_retry_does_not(user):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        cookie = browser_of(user)
        first = tokens_in_browser(user, cookie)
        refreshed(first.refresh)
        traveller.shift(timedelta(seconds=9))
        refreshed(first.refresh)
        assert is_open(cookie)
        traveller.shift(timedelta(seconds=2))
        assert refreshed(first.refresh) is None
        assert not is_open(cookie)


@pytest.mark.parametrize("cookie", ["", "nobody-has-this-one", "somebody else's", "ended"])
def test_a_cookie_that_is_not_the_persons_own_joins_nothing(user, cookie):
    with db.session(writes=True) as session:
        grace = users.create(session, "grace@example.com", PASSWORD)
    if cookie == "somebody else's":
        cookie = browser_of(grace)
    if cookie == "ended":
        cookie = browser_of(user)
        with db.session(writes=True) as session:
            devices.end_all(session, user, reason="a test")
    before = is_open(cookie)
    first = tokens_in_browser(user, cookie)
    assert is_alive(first.access)
    with db.session(writes=True) as session:
        (login,) = devices.listed(session, user)
        sessions.end(session, user.id, login.id)
    assert is_open(cookie) == before


def test_a_browser_stays_signed_in_while_it_is_used_for_thirty_days_at_most(user):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        cookie = browser_of(user)
        for _ in range(2):
            traveller.shift(timedelta(days=13))
            assert is_open(cookie)
        traveller.shift(timedelta(days=4) - timedelta(seconds=1))
        assert is_open(cookie)
        traveller.shift(timedelta(seconds=1))
        assert not is_open(cookie)


def test_a_browser_that_nobody_uses_for_two_weeks_is_signed_out(user):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        cookie = browser_of(user)
        traveller.shift(timedelta(days=14) - timedelta(seconds=1))
        assert is_open(cookie)
        traveller.shift(timedelta(days=14))
        assert not is_open(cookie)


def test_refreshing_goes_on_for_thirty_days_at_most(user):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        tokens = tokens_of(user)
        for _ in range(5):
            traveller.shift(timedelta(days=6) - timedelta(seconds=1))
            tokens = refreshed(tokens.refresh)
        assert is_alive(tokens.access)
        traveller.shift(timedelta(seconds=5))
        assert not is_alive(tokens.access)
        with pytest.raises(NotSignedIn):
            refreshed(tokens.refresh)


def test_a_refresh_token_that_nobody_uses_for_a_week_is_over(user):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        tokens = tokens_of(user)
        traveller.shift(timedelta(days=7))
        with pytest.raises(NotSignedIn):
            refreshed(tokens.refresh)
        with db.session() as session:
            assert devices.listed(session, user) == []


def test_an_access_token_lives_for_fifteen_minutes(user):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        access = tokens_of(user).access
        traveller.shift(timedelta(minutes=14, seconds=59))
        assert is_alive(access)
        traveller.shift(timedelta(seconds=2))
        assert not is_alive(access)


@pytest.mark.parametrize("forged", ["", "x", "eyJhbGciOiJub25lIn0.e30.", "a.b.c", "ä.ö.ü"])
def test_a_token_that_is_not_ours_is_refused(user, forged):
    assert not is_alive(forged)


def test_a_deactivated_user_is_out_at_once(user):
    access = tokens_of(user).access
    with db.session(writes=True) as session:
        users.get(session, user.id).deactivated_at = clock.now()
    assert not is_alive(access)
    with pytest.raises(NotSignedIn), db.session() as session:
        sessions.authenticate(session, "ada@example.com", PASSWORD, "192.0.2.1")
