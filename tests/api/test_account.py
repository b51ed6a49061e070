"""Devices, passwords, e-mail addresses and leaving, as their owner meets them over REST."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from starlette.testclient import TestClient

from habit_coach import clock, db
from habit_coach.accounts import housekeeping
from habit_coach.accounts.models import AuditEvent, User
from habit_coach.api.app import build_api
from habit_coach.settings import settings
from tests.conftest import Person, use
from tests.test_mail import server  # noqa: F401 - a fixture

NEW = "eleven quiet lamps"


def mails() -> list[str]:
    """The text of every mail that was sent, oldest first."""
    found = sorted((settings().data / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [path.read_text() for path in found]


def token_in(mail: str) -> str:
    return re.search(r"#([\w-]{20,})", mail.replace("=\n", ""))[1]


def can_sign_in(client: TestClient, email: str, password: str) -> bool:
    return client.post("/api/v1/auth/login", json={"email": email, "password": password}).status_code == 200


@pytest.fixture
def phone(client, ada) -> Person:
    """Ada's second device."""
    other = Person.__new__(Person)
    other.client, other.email, other.password = client, ada.email, ada.password
    other.sign_in()
    return other


def test_the_devices_are_listed_with_their_last_use_and_this_one_is_marked(ada, phone):
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=False):
        devices = ada.call("GET", "/auth/sessions").json()["items"]
        assert [device["current"] for device in devices] == [True, False]
        assert devices[0]["device"] == "testclient"
        assert devices[0]["last_used_at"] > devices[1]["last_used_at"]


def test_one_device_is_signed_out_and_the_other_stays(ada, phone):
    (other,) = (one for one in ada.call("GET", "/auth/sessions").json()["items"] if not one["current"])
    assert ada.call("DELETE", f"/auth/sessions/{other['id']}").status_code == 204
    assert phone.call("GET", "/auth/me").status_code == 401
    assert ada.call("GET", "/auth/me").status_code == 200


def test_signing_out_everywhere_ends_the_browser_too(client, ada, phone):
    form = {"email": ada.email, "password": ada.password}
    client.post("/sign-in", data=form, follow_redirects=False)
    assert len(ada.call("GET", "/auth/sessions").json()["items"]) == 3
    assert ada.call("DELETE", "/auth/sessions").status_code == 204
    assert ada.call("GET", "/auth/me").status_code == phone.call("GET", "/auth/me").status_code == 401


def test_a_new_password_needs_the_old_one_and_signs_the_other_devices_out(client, ada, phone):
    wrong = ada.call("POST", "/auth/password", json={"current": "not mine at all", "new": NEW})
    assert wrong.status_code == 422
    assert ada.call("POST", "/auth/password", json={"current": ada.password, "new": NEW}).status_code == 204
    assert ada.call("GET", "/auth/me").status_code == 200
    assert phone.call("GET", "/auth/me").status_code == 401
    assert not can_sign_in(client, ada.email, ada.password)
    assert can_sign_in(client, ada.email, NEW)


def test_a_reset_by_mail_works_once_and_signs_every_device_out(client, ada):
    assert client.post("/api/v1/auth/password/forgot", json={"email": "ADA@example.com "}).status_code == 202
    reset = {"token": token_in(mails()[-1]), "password": NEW}
    assert client.post("/api/v1/auth/password/reset", json=reset).status_code == 204
    assert ada.call("GET", "/auth/me").status_code == 401
    assert can_sign_in(client, ada.email, NEW)
    again = client.post("/api/v1/auth/password/reset", json=reset | {"password": "a third one, longer"})
    assert again.status_code == 422
    assert can_sign_in(client, ada.email, NEW)


def test_a_weak_password_does_not_spend_the_mail(client, ada):
    client.post("/api/v1/auth/password/forgot", json={"email": ada.email})
    token = token_in(mails()[-1])
    refused = client.post("/api/v1/auth/password/reset", json={"token": token, "password": "password"})
    assert refused.status_code == 422
    assert client.post("/api/v1/auth/password/reset", json={"token": token, "password": NEW}).status_code == 204


def test_a_reset_lives_for_half_an_hour_and_only_the_newest_counts(client, ada):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        client.post("/api/v1/auth/password/forgot", json={"email": ada.email})
        traveller.shift(timedelta(seconds=1))
        client.post("/api/v1/auth/password/forgot", json={"email": ada.email})
        older, newer = (token_in(mail) for mail in mails()[-2:])
        assert client.post("/api/v1/auth/password/reset", json={"token": older, "password": NEW}).status_code == 422
        traveller.shift(timedelta(minutes=31))
        assert client.post("/api/v1/auth/password/reset", json={"token": newer, "password": NEW}).status_code == 422


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, ada):
    known = client.post("/api/v1/auth/password/forgot", json={"email": ada.email})
    unknown = client.post("/api/v1/auth/password/forgot", json={"email": "nobody@example.com"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert len(mails()) == 1


def test_nobody_is_flooded_with_reset_mails(client, ada, monkeypatch):
    use(monkeypatch, rate_limits="on", trusted_proxy_hops="1")
    for number in range(8):
        headers = {"X-Forwarded-For": f"192.0.2.{number}"}
        answer = client.post("/api/v1/auth/password/forgot", json={"email": ada.email}, headers=headers)
        assert answer.status_code == 202
    assert len(mails()) == 5


def test_the_link_in_a_mail_keeps_its_secret_out_of_servers_logs(client, ada):
    client.post("/api/v1/auth/password/forgot", json={"email": ada.email})
    assert "http://localhost:8000/reset-password#" in mails()[-1]


def test_an_address_is_verified_by_the_mail_that_went_there(client, ada):
    assert ada.call("GET", "/auth/me").json()["email_verified_at"] is None
    assert ada.call("POST", "/auth/email/verification").status_code == 202
    token = token_in(mails()[-1])
    assert client.post("/api/v1/auth/email/verify", json={"token": token}).status_code == 204
    assert ada.call("GET", "/auth/me").json()["email_verified_at"] is not None
    assert client.post("/api/v1/auth/email/verify", json={"token": token}).status_code == 422


def test_a_mail_to_verify_does_not_reset_a_password(client, ada):
    ada.call("POST", "/auth/email/verification")
    reset = {"token": token_in(mails()[-1]), "password": NEW}
    assert client.post("/api/v1/auth/password/reset", json=reset).status_code == 422


def leave(person: Person) -> None:
    answer = person.call("DELETE", "/auth/me", json={"password": person.password})
    assert answer.status_code == 202, answer.text


def keep_house() -> None:
    with db.session(writes=True) as session:
        housekeeping.forget_old(session)


def test_an_account_goes_seven_days_after_its_owner_asked_and_nothing_of_it_stays(client, ada, grace):
    ada.check_in(ada.habit())
    leave(ada)
    assert "deleted" in mails()[-1]
    with time_machine.travel(clock.now() + timedelta(days=6, hours=23), tick=False):
        keep_house()
        assert can_sign_in(client, ada.email, ada.password)
    with time_machine.travel(clock.now() + timedelta(days=7, minutes=1), tick=False):
        keep_house()
        assert not can_sign_in(client, ada.email, ada.password)
        assert can_sign_in(client, grace.email, grace.password)
    with db.session() as session:
        assert [user.email for user in session.scalars(select(User))] == [grace.email]
        actions = [event.action for event in session.scalars(select(AuditEvent))]
        assert actions.count("account.deleted") == 1


def test_leaving_needs_the_password_and_can_be_taken_back(client, ada):
    assert ada.call("DELETE", "/auth/me", json={"password": "not mine at all"}).status_code == 422
    leave(ada)
    assert ada.call("GET", "/auth/me").json()["delete_after"] is not None
    assert ada.call("POST", "/auth/me/keep").status_code == 204
    with time_machine.travel(clock.now() + timedelta(days=8), tick=False):
        keep_house()
        assert can_sign_in(client, ada.email, ada.password)


def test_the_audit_log_tells_the_owner_what_happened_page_by_page(ada, grace):
    ada.call("POST", "/auth/password", json={"current": ada.password, "new": NEW})
    first = ada.call("GET", "/auth/audit?limit=2").json()
    rest = ada.call("GET", f"/auth/audit?cursor={first['next_cursor']}").json()
    assert [event["action"] for event in first["items"] + rest["items"]] == [
        "password.changed",
        "session.started",
        "account.created",
    ]
    assert rest["next_cursor"] is None


def test_a_mail_server_that_is_away_breaks_no_answer(client, ada, monkeypatch):
    use(monkeypatch, smtp_host="127.0.0.1", smtp_port="9", smtp_security="none")
    assert client.post("/api/v1/auth/password/forgot", json={"email": ada.email}).status_code == 202


def test_two_at_once_cannot_use_one_reset_twice(database):
    from concurrent.futures import ThreadPoolExecutor

    with TestClient(build_api(), base_url="http://localhost:8000") as client:
        Person(client, "ada@example.com")
        client.post("/api/v1/auth/password/forgot", json={"email": "ada@example.com"})
        token = token_in(mails()[-1])

        def reset(number: int) -> int:
            body = {"token": token, "password": f"{NEW} {number}"}
            return client.post("/api/v1/auth/password/reset", json=body).status_code

        with ThreadPoolExecutor(8) as pool:
            assert sorted(pool.map(reset, range(8))) == [204] + [422] * 7


def test_where_mail_is_sent_signing_up_asks_to_confirm_the_address(client, server):  # noqa: F811
    box = server()
    Person(client, "ada@example.com")
    form = {"email": "grace@example.com", "password": NEW}
    client.post("/sign-up", data=form, follow_redirects=False)
    received = [mail.decode() for mail in box.received]
    assert [re.search(r"To: (\S+)", mail)[1] for mail in received] == ["ada@example.com", "grace@example.com"]
    assert all("/verify-email#" in mail.replace("=\r\n", "") for mail in received)
