"""Guessing is slowed and answered 429; whoever knows the password still gets in from elsewhere."""

from datetime import timedelta

import pytest
import time_machine
from starlette.testclient import TestClient

from habit_coach import clock, throttle
from habit_coach.accounts.brute_force import network
from habit_coach.api.app import build_api
from tests.conftest import Person, use


@pytest.fixture(autouse=True)
def _limits_are_on(database, monkeypatch):
    use(monkeypatch, rate_limits="on", trusted_proxy_hops="1")
    with time_machine.travel(clock.now(), tick=False):
        yield


def sign_in(client: TestClient, email: str, password: str, address: str):
    body = {"email": email, "password": password}
    return client.post("/api/v1/auth/login", json=body, headers={"X-Forwarded-For": address})


def guess(client: TestClient, email: str, address: str, times: int) -> list[int]:
    return [sign_in(client, email, f"wrong guess {number}", address).status_code for number in range(times)]


def test_guessing_is_answered_429_with_the_time_to_wait(client, ada):
    assert guess(client, ada.email, "192.0.2.7", 10) == [401] * 10
    answer = sign_in(client, ada.email, "another guess", "192.0.2.7")
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) == 900
    assert (answer.headers["ratelimit-limit"], answer.headers["ratelimit-remaining"]) == ("10", "0")
    assert "15 minutes" in answer.json()["detail"]


def test_the_owner_gets_in_from_elsewhere_while_somebody_guesses(client, ada):
    guess(client, ada.email, "192.0.2.7", 11)
    assert sign_in(client, ada.email, ada.password, "192.0.2.7").status_code == 429
    assert sign_in(client, ada.email, ada.password, "198.51.100.1").status_code == 200


def test_while_a_crowd_guesses_the_owner_still_gets_in_and_each_guesser_has_one_guess(client, ada):
    for number in range(50):
        assert guess(client, ada.email, f"192.0.2.{number}", 1) == [401]
    assert guess(client, ada.email, "203.0.113.5", 2) == [401, 429]
    assert sign_in(client, ada.email, ada.password, "198.51.100.1").status_code == 200


def test_one_address_cannot_try_one_password_on_every_account(client):
    answers = [sign_in(client, f"{n}@example.com", "seven green bottles", "192.0.2.7").status_code for n in range(51)]
    assert answers == [401] * 50 + [429]


def test_an_account_that_is_not_there_is_limited_just_alike(client):
    assert guess(client, "nobody@example.com", "192.0.2.7", 11) == [401] * 10 + [429]


def test_the_right_password_begins_anew_and_so_does_the_next_window(client, ada):
    guess(client, ada.email, "192.0.2.7", 9)
    assert sign_in(client, ada.email, ada.password, "192.0.2.7").status_code == 200
    assert guess(client, ada.email, "192.0.2.7", 11) == [401] * 10 + [429]
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=False):
        assert sign_in(client, ada.email, ada.password, "192.0.2.7").status_code == 200


def test_the_browsers_form_counts_too_and_says_so(client, ada):
    guess(client, ada.email, "192.0.2.7", 10)
    form = {"email": ada.email, "password": ada.password}
    answer = client.post("/sign-in", data=form, headers={"X-Forwarded-For": "192.0.2.7"}, follow_redirects=False)
    assert answer.headers["location"] == "/sign-in"
    assert "too%20often" in answer.headers["set-cookie"]


def test_the_addresses_of_one_household_count_as_one():
    assert network("2001:db8:1:2:aaaa::1") == network("2001:db8:1:2:bbbb::2") != network("2001:db8:1:3::1")
    assert network("::ffff:192.0.2.1") == network("192.0.2.1")


def test_an_address_that_a_client_makes_up_does_not_count(client, ada):
    """Only what the trusted proxy itself wrote, the last in the line, is believed."""
    for number in range(10):
        sign_in(client, ada.email, "wrong guess", f"10.9.8.{number}, 192.0.2.7")
    assert sign_in(client, ada.email, "wrong guess", "10.9.8.77, 192.0.2.7").status_code == 429


def test_sign_up_is_limited_by_address(client, monkeypatch):
    use(monkeypatch, limit_sign_up="2 per hour")
    answers = [
        client.post("/api/v1/auth/signup", json={"email": f"{n}@example.com", "password": "seven green bottles"})
        for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 429]


def test_each_session_has_a_budget_of_requests_and_reads_what_is_left(client, ada, grace, monkeypatch):
    use(monkeypatch, limit_requests="3 per minute")
    answers = [ada.call("GET", "/auth/me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert answers[0].headers["ratelimit-policy"] == '"default";q=3'
    assert grace.call("GET", "/auth/me").status_code == 200


def test_limits_can_be_switched_off_for_load_runs(client, ada, monkeypatch):
    use(monkeypatch, rate_limits="off")
    assert guess(client, ada.email, "192.0.2.7", 12) == [401] * 12


def test_two_processes_count_together_through_redis(database, monkeypatch, redis_url):
    use(monkeypatch, redis_url=redis_url)
    with TestClient(build_api(), base_url="http://localhost:8000") as one:
        ada = Person(one, "ada@example.com")
        guess(one, ada.email, "192.0.2.7", 10)
        throttle.start_over()
        assert sign_in(one, ada.email, ada.password, "192.0.2.7").status_code == 429


def test_when_redis_is_away_this_process_counts_alone(client, ada, monkeypatch):
    use(monkeypatch, redis_url="redis://127.0.0.1:9/0")
    assert guess(client, ada.email, "192.0.2.7", 11) == [401] * 10 + [429]
