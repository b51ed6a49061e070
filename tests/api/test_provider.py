"""Signing in with an OpenID Connect issuer, held against one that the tests run."""

import time
from collections.abc import Iterator

import pytest
from joserfc.jwk import RSAKey

from habit_coach import clock, db
from habit_coach.accounts import users
from tests.accounts.issuer import CLIENT, SECRET, Issuer
from tests.conftest import use


@pytest.fixture
def issuer(database, monkeypatch) -> Iterator[Issuer]:
    made = Issuer()
    use(monkeypatch, oidc_issuer=made.url, oidc_client_id=CLIENT, oidc_client_secret=SECRET)
    yield made
    made.stop()


def leave(client, next_page: str = "/habits") -> str:
    """Where the browser is sent."""
    answer = client.get(f"/sign-in/with-provider?next={next_page}", follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def come_back(client, brought: dict[str, str]):
    return client.get("/sign-in/callback", params=brought, follow_redirects=False)


def is_signed_in(client) -> bool:
    return "habit_coach_session" in client.cookies


def mark_verified(email: str) -> None:
    with db.session(writes=True) as session:
        users.by_email(session, email).email_verified_at = clock.now()


def emails() -> list[str]:
    with db.engine().connect() as connection:
        return [email for (email,) in connection.exec_driver_sql('SELECT email FROM "user" ORDER BY id')]


def test_whoever_is_new_gets_an_account_and_comes_to_the_page_they_wanted(client, issuer):
    answer = come_back(client, issuer.authorize(leave(client)))
    assert answer.headers["location"] == "/habits"
    assert is_signed_in(client)
    assert emails() == ["ada@example.com"]


def test_the_same_person_gets_the_same_account_also_with_a_new_address(client, issuer):
    come_back(client, issuer.authorize(leave(client)))
    issuer.claims["email"] = "ada@elsewhere.example"
    client.cookies.clear()
    come_back(client, issuer.authorize(leave(client)))
    assert is_signed_in(client)
    assert emails() == ["ada@example.com"]


def test_an_account_that_has_the_address_is_theirs_once_it_was_verified_here(client, ada, issuer):
    refused = come_back(client, issuer.authorize(leave(client)))
    assert refused.headers["location"] == "/sign-in"
    assert not is_signed_in(client)
    mark_verified(ada.email)
    come_back(client, issuer.authorize(leave(client)))
    assert is_signed_in(client)
    assert emails() == [ada.email]


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"aud": "somebody-else"},
        {"iss": "https://evil.example"},
        {"nonce": "of another sign-in"},
        {"exp": int(time.time()) - 600},
    ],
)
def test_a_token_that_does_not_answer_this_sign_in_opens_nothing(client, issuer, claims):
    issuer.claims |= claims
    assert come_back(client, issuer.authorize(leave(client))).headers["location"] == "/sign-in"
    assert not is_signed_in(client)
    assert emails() == []


def test_a_token_signed_with_another_key_opens_nothing(client, issuer):
    issuer.signing_key = RSAKey.generate_key(2048, {"kid": "one"})
    come_back(client, issuer.authorize(leave(client)))
    assert not is_signed_in(client)


def test_what_one_browser_began_no_other_finishes(client, issuer):
    brought = issuer.authorize(leave(client))
    client.cookies.clear()
    assert come_back(client, brought).headers["location"] == "/sign-in"
    leave(client)
    assert come_back(client, brought).headers["location"] == "/sign-in"
    assert not is_signed_in(client)


def test_a_code_is_good_once(client, issuer):
    brought = issuer.authorize(leave(client))
    come_back(client, brought)
    client.cookies.clear()
    come_back(client, brought)
    assert not is_signed_in(client)


def test_where_new_accounts_are_not_taken_nobody_gets_one(client, issuer, monkeypatch):
    use(monkeypatch, oidc_sign_up="closed")
    come_back(client, issuer.authorize(leave(client)))
    assert emails() == []


def test_after_it_only_our_own_pages_follow(client, issuer):
    answer = come_back(client, issuer.authorize(leave(client, "//evil.example")))
    assert answer.headers["location"] == "/today"


def test_an_issuer_that_is_away_is_said_in_words(client, issuer, monkeypatch):
    use(monkeypatch, oidc_issuer="http://127.0.0.1:9")
    answer = client.get("/sign-in/with-provider", follow_redirects=False)
    assert answer.headers["location"] == "/sign-in"


def test_an_instance_without_an_issuer_has_no_such_place(client):
    assert client.get("/sign-in/with-provider").status_code == 404
