"""Moving an account to another e-mail address: the owner is asked for, both mailboxes are told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
import time_machine
from sqlalchemy import select

from habit_coach import clock, db
from habit_coach.accounts.models import AuditEvent, Identity, OneTimeToken, User
from tests.api.test_account import can_sign_in, mails, token_in
from tests.conftest import Person, use

NEW = "countess@example.com"


def ask(person: Person, email: str = NEW, **more):
    return person.call("POST", "/auth/email", json={"email": email, "password": person.password} | more)


def confirm(client, token: str) -> int:
    return client.post("/api/v1/auth/email/verify", json={"token": token}).status_code


def moved(client, person: Person, email: str = NEW) -> None:
    assert ask(person, email).status_code == 202
    assert confirm(client, token_in(mails()[-1])) == 204


def test_the_new_address_counts_once_its_mail_was_answered_and_the_old_one_is_told(client, ada):
    assert ask(ada, " Countess@Example.com ").status_code == 202
    assert f"To: {NEW}" in mails()[-1]
    assert ada.call("GET", "/auth/me").json()["email"] == ada.email
    assert confirm(client, token_in(mails()[-1])) == 204
    me = ada.call("GET", "/auth/me").json()
    assert me["email"] == NEW
    assert me["email_verified_at"] is not None
    assert f"To: {ada.email}" in mails()[-1]
    assert "new address" in mails()[-1]
    assert NEW not in mails()[-1]
    assert can_sign_in(client, NEW, ada.password)
    assert not can_sign_in(client, ada.email, ada.password)


def test_whoever_finds_an_open_browser_cannot_take_the_account_to_their_mailbox(ada):
    for wrong in ("", "not the password"):
        answer = ask(ada, password=wrong)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "password"
    assert mails() == []


def test_a_personal_token_does_not_change_it(ada):
    token = ada.call("POST", "/auth/tokens", json={"name": "all", "scopes": ["write"]}).json()["token"]
    assert ask(ada, **{}).status_code == 202
    answer = ada.client.post(
        "/api/v1/auth/email",
        json={"email": NEW, "password": ada.password},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 403


def test_where_a_second_factor_is_on_its_code_is_asked_for_too(client, ada):
    secret = ada.call("POST", "/auth/second-factor").json()["secret"]
    with time_machine.travel(clock.now(), tick=False) as traveller:
        totp = pyotp.TOTP(secret)
        ada.call("POST", "/auth/second-factor/confirm", json={"code": totp.at(clock.now())})
        assert ask(ada).status_code == 401
        assert mails() == []
        traveller.shift(timedelta(seconds=30))
        assert ask(ada, code=totp.at(clock.now())).status_code == 202


def sign_up_with_issuer(person: Person) -> None:
    """As though the account had come from an issuer, so that its owner knows no password here."""
    with db.session(writes=True) as session:
        user = session.scalars(select(User).where(User.email == person.email)).one()
        session.add(Identity(user_id=user.id, issuer="https://id.example", subject="ada", created_at=clock.now()))


def test_with_an_account_at_the_issuer_a_sign_in_minutes_ago_stands_for_the_password(client, ada, grace, monkeypatch):
    use(monkeypatch, oidc_issuer="https://id.example", oidc_name="Example")
    sign_up_with_issuer(ada)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        ada.sign_in()
        traveller.shift(timedelta(minutes=10, seconds=1))
        late = ask(ada, password="")
        assert late.status_code == 422
        assert "Example" in late.json()["detail"]
        ada.sign_in()
        assert ask(ada, password="").status_code == 202
        grace.sign_in()
        assert ask(grace, "admiral@example.com", password="").status_code == 422


def test_so_it_does_for_deleting_the_account(ada, grace, monkeypatch):
    use(monkeypatch, oidc_issuer="https://id.example", oidc_name="Example")
    sign_up_with_issuer(ada)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        traveller.shift(timedelta(minutes=10, seconds=1))
        assert ada.call("DELETE", "/auth/me", json={}).status_code == 422
        ada.sign_in()
        assert ada.call("DELETE", "/auth/me", json={}).status_code == 202
        assert grace.call("DELETE", "/auth/me", json={}).status_code == 422


def test_the_mail_works_once_and_only_the_newest(client, ada):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        ask(ada, "first@example.com")
        traveller.shift(timedelta(seconds=1))
        ask(ada, "second@example.com")
        first, second = (token_in(mail) for mail in mails())
        assert confirm(client, first) == 422
        assert confirm(client, second) == 204
        assert confirm(client, second) == 422
        assert ada.call("GET", "/auth/me").json()["email"] == "second@example.com"


@pytest.mark.parametrize(("after", "status"), [(timedelta(minutes=29, seconds=59), 204), (timedelta(minutes=30), 422)])
def test_the_mail_works_for_half_an_hour(client, ada, after, status):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        ask(ada)
        traveller.shift(after)
        assert confirm(client, token_in(mails()[-1])) == status


def test_of_two_at_once_one_uses_the_link(client, ada):
    ask(ada)
    token = token_in(mails()[-1])
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(lambda _: confirm(client, token), range(8))) == [204] + [422] * 7


@pytest.mark.parametrize("email", ["ada@example.com", "nowhere", "two@at@example.com", "", "a@b\r\nBcc: c@d.example"])
def test_what_is_no_other_address_is_refused(ada, email):
    answer = ask(ada, email)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "email"


def test_nobody_moves_into_an_address_that_has_an_account(client, ada, grace):
    assert ask(ada, grace.email).status_code == 409
    ask(ada)
    token = token_in(mails()[-1])
    Person(client, NEW)
    assert confirm(client, token) == 409
    assert ada.call("GET", "/auth/me").json()["email"] == ada.email


def test_what_was_mailed_to_the_old_address_opens_nothing_any_more(client, ada):
    client.post("/api/v1/auth/password/forgot", json={"email": ada.email})
    reset = {"token": token_in(mails()[-1]), "password": "eleven quiet lamps"}
    moved(client, ada)
    assert client.post("/api/v1/auth/password/reset", json=reset).status_code == 422


def test_a_mail_that_asks_to_confirm_the_old_address_does_not_bring_it_back(client, ada):
    ada.call("POST", "/auth/email/verification")
    old = token_in(mails()[-1])
    moved(client, ada)
    assert confirm(client, old) == 422
    assert ada.call("GET", "/auth/me").json()["email"] == NEW


def test_who_is_signed_in_stays_so_and_the_audit_log_knows(client, ada):
    client.post("/sign-in", data={"email": ada.email, "password": ada.password}, follow_redirects=False)
    moved(client, ada)
    assert len(ada.call("GET", "/auth/sessions").json()["items"]) == 2
    happened = ada.call("GET", "/auth/audit").json()["items"]
    assert [event["action"] for event in happened[:2]] == ["email.changed", "email.change-asked"]
    with db.session() as session:
        assert NEW not in str([event.details for event in session.scalars(select(AuditEvent))])


def test_the_link_is_kept_as_a_hash_and_asks_for_it_are_counted(client, ada, monkeypatch):
    ask(ada)
    with db.session() as session:
        kept = [row.token_hash for row in session.scalars(select(OneTimeToken))]
    assert token_in(mails()[-1]) not in kept
    use(monkeypatch, rate_limits="on")
    statuses = [ask(ada, f"{number}@example.com").status_code for number in range(7)]
    assert statuses == [202] * 5 + [429] * 2
