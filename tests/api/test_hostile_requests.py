"""Requests that no honest client sends: each is refused in words, and never with a 5xx."""

import base64
import json

import jwt
import pytest

from habit_coach import clock
from habit_coach.settings import settings
from tests.api.test_account import mails

JSON = {"Content-Type": "application/json"}
UNKEPT = {"nul": "\\u0000", "half a surrogate pair": "\\ud800"}


@pytest.fixture(params=UNKEPT.values(), ids=UNKEPT.keys())
def unkept(request) -> str:
    """A character, as JSON writes it, that a database does not keep."""
    return request.param


def test_a_text_that_cannot_be_kept_is_refused_wherever_it_stands(ada, unkept):
    habit = ada.habit()
    bodies = {
        ("POST", "/habits"): '{"name": "%s"}',
        ("PATCH", f"/habits/{habit}"): '{"tags": ["%s"]}',
        ("POST", f"/habits/{habit}/checkin"): '{"note": "%s"}',
        ("POST", f"/habits/{habit}/links"): '{"name": "%s"}',
        ("PATCH", "/auth/me"): '{"name": "%s"}',
        ("POST", "/auth/login"): '{"email": "ada%s@example.com", "password": "x"}',
        ("POST", "/auth/signup"): '{"email": "eve@example.com", "password": "eleven lamps%s"}',
        ("POST", "/auth/password/forgot"): '{"email": "ada%s@example.com"}',
        ("POST", "/auth/email/verify"): '{"token": "%s"}',
        ("POST", "/notifications"): '{"title": "%s"}',
        ("PATCH", "/notifications/preferences"): '{"%s": 1}',
    }
    for (method, path), body in bodies.items():
        answer = ada.call(method, path, content=body % unkept, headers=JSON)
        assert answer.status_code == 422, f"{method} {path}: {answer.text}"
    assert ada.call("GET", "/habits").json()["items"][0]["name"] == "Read"


def test_a_backslash_before_a_u_is_a_text_like_another(ada):
    assert ada.habit(name=r"C:\u0000 is a path") != ada.habit(name="\U0001f600 emoji \\ud800")


def test_a_form_or_an_address_with_nul_is_refused(client, ada):
    for path in ("/sign-in", "/sign-up", "/forgot-password", "/reset-password", "/verify-email", "/second-step"):
        form = dict.fromkeys(("email", "password", "name", "token", "code"), "a\0@example.com")
        assert client.post(path, data=form, follow_redirects=False).status_code == 422, path
    assert client.get("/api/v1/links/a%00b").status_code == 422
    assert ada.call("GET", "/pauses?cursor=%00").status_code == 422


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b'{"name": ' + b"1" * 6000 + b"}", b"\xff\xfe"])
def test_a_body_that_overwhelms_a_parser_is_refused(ada, body):
    assert ada.call("POST", "/habits", content=body, headers=JSON).status_code in (400, 422)


@pytest.mark.parametrize("columns", ["[" * 5000, '{"a": ' + "1" * 6000 + "}", '{"a": 1}', "null"])
def test_columns_that_overwhelm_a_parser_are_refused(ada, columns):
    assert ada.call("POST", "/transfer/preview", params={"columns": columns}, content=b"x").status_code == 422


def segment(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def forged_tokens(person) -> dict[str, str]:
    """What somebody makes of an access token, with all that is known outside."""
    held = person.headers["Authorization"].removeprefix("Bearer ")
    head, body, signature = held.split(".")
    claims = jwt.decode(held, options={"verify_signature": False})
    later = claims | {"exp": claims["exp"] + 86_400}
    return {
        "signed by nobody": f"{segment({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        "signed by nobody, in capitals": f"{segment({'alg': 'NONE'})}.{body}.",
        "with a signature that is left off": f"{head}.{body}.",
        "with other claims": f"{head}.{segment(later)}.{signature}",
        "signed with a guess": jwt.encode(later, "secret" * 8, "HS256"),
        "signed with the address of the server": jwt.encode(later, settings().base_url.ljust(32, "/"), "HS256"),
        "with a key of its own": jwt.encode(later, "k" * 32, "HS256", {"jwk": {"kty": "oct", "k": "a2tr"}}),
        "with the path of a key": f"{segment({'alg': 'HS256', 'kid': '/dev/null'})}.{segment(later)}.",
        "with another algorithm": jwt.encode(later, settings().secret * 2, "HS512"),
        "for somebody else's server": jwt.encode(later | {"iss": "https://evil.example"}, settings().secret, "HS256"),
        "for another purpose": jwt.encode(later | {"aud": "reset"}, settings().secret, "HS256"),
        "that never ends": jwt.encode({k: v for k, v in claims.items() if k != "exp"}, settings().secret, "HS256"),
        "of tomorrow": jwt.encode(later | {"nbf": claims["exp"]}, settings().secret, "HS256"),
        "with a header that is nested deeply": base64.urlsafe_b64encode(b"[" * 6000).decode() + f".{body}.x",
    }


def test_no_forged_access_token_is_taken(client, ada):
    assert ada.call("GET", "/auth/me").status_code == 200
    for how, token in forged_tokens(ada).items():
        answer = client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401, how


def test_what_a_person_may_not_change_stays_whatever_a_request_says(ada):
    before = ada.call("GET", "/auth/me").json()
    more = {
        "role": "admin",
        "email": "eve@example.com",
        "id": before["id"][::-1],
        "email_verified_at": str(clock.now()),
    }
    after = ada.call("PATCH", "/auth/me", json=more | {"name": "Countess", "password_hash": "x", "delete_after": None})
    assert after.json() == before | {"name": "Countess"}
    habit = ada.habit()
    for body in ({"user_id": before["id"]}, {"id": before["id"]}, {"position": 0}, {"deleted_at": None}):
        assert ada.call("PATCH", f"/habits/{habit}", json=body).status_code == 422
    created = ada.call("POST", "/notifications", json={"title": "x", "link": "https://evil.example"})
    assert created.status_code == 422


def test_no_header_of_the_request_gets_into_what_we_mail(client, ada):
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    client.post("/api/v1/auth/password/forgot", json={"email": ada.email}, headers=evil)
    ada.call("POST", "/auth/email/verification", headers=evil)
    assert len(mails()) == 2
    for mail in mails():
        assert "evil.example" not in mail
        assert f"{settings().base_url}/" in mail


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie: a=b",
        "//evil.example/%2e%2e",
        "http://localhost:8000@evil.example",
        " //evil.example",
        "/ok\r\nLocation: https://evil.example",
    ],
)
def test_signing_in_leads_to_no_other_site(client, ada, target):
    form = {"email": ada.email, "password": ada.password, "next": target}
    answer = client.post("/sign-in", data=form, follow_redirects=False)
    where = answer.headers["location"]
    assert where.startswith("/")
    assert not where.startswith(("//", "/\\"))
    assert not {"\t", "\n", "\r"} & set(where)
    assert "evil.example" not in where or where.startswith("/ok%0D%0A")
    assert len(answer.headers.get_list("location")) == 1
