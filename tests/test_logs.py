import io
import json
import logging
import re

import pytest
from fastapi import APIRouter
from starlette.testclient import TestClient

from habit_coach import db, logs
from habit_coach.accounts import users
from tests.conftest import Person, use


@pytest.fixture
def written(database, monkeypatch):
    """What production writes, line by line."""
    use(monkeypatch, environment="production", secret_key="k" * 40, bcrypt_cost="12", rate_limits="on")
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure()
    out = io.StringIO()
    root.handlers[0].setStream(out)

    def lines() -> list[dict]:
        found = [json.loads(line) for line in out.getvalue().splitlines()]
        out.seek(out.truncate(0))
        return found

    yield lines
    root.handlers[:] = before
    root.setLevel(level)
    for name in logs.config()["loggers"]:
        logging.getLogger(name).setLevel(logging.NOTSET)


def test_each_request_has_one_line_with_its_route_status_time_user_and_id(written, client, ada):
    habit = ada.habit(schedule={"kind": "daily"})
    written()
    answer = ada.call("GET", f"/habits/{habit}/stats/")
    (line,) = written()
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/v1/habits/{habit_id}/stats", 200)
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert line["user"] == ada.call("GET", "/auth/me").json()["id"]
    assert line["ms"] >= 0


def test_a_sign_in_and_a_check_in_leave_no_secret_and_no_word_of_the_person(written, client):
    ada = Person(client, "ada@example.com")
    habit = ada.habit(name="Call my mother", schedule={"kind": "daily"})
    ada.check_in(habit, note="She was well")
    client.get("/api/v1/habits?search=mother", headers=ada.headers)
    client.post("/api/v1/auth/login", json={"email": ada.email, "password": "wrong but secret"})
    token = ada.call("POST", "/auth/tokens", json={"name": "Button", "scopes": ["read"]}).json()["token"]
    client.get(f"/api/v1/links/{token}")
    text = json.dumps(written())
    refresh = client.cookies.get("refresh") or "no cookie"
    secrets = ("ada@", "seven green", "wrong but", ada.headers["Authorization"][7:], token, refresh, "mother", "well")
    assert [one for one in secrets if one in text] == []
    assert "/api/v1/auth/login" in text


def test_a_sane_request_id_is_kept_and_any_other_replaced(client):
    for given, kept in (("order-66.a_b", True), ("x" * 65, False), ("two words", False), ("a\u00e9bcdefgh", False)):
        answer = client.get("/health", headers={"X-Request-ID": given.encode("latin-1")})
        assert (answer.headers["X-Request-ID"] == given) == kept


def test_an_unexpected_error_is_logged_with_the_id_that_the_client_sees(written, database):
    from habit_coach.api.app import build_api

    broken = APIRouter()

    @broken.get("/api/v1/broken/{word}")
    async def fail(word: str) -> None:
        raise ValueError(f"{word} and ada@example.com at postgresql://me:secret@host/db")

    api = build_api()
    api.include_router(broken)
    api.router.routes.insert(0, api.router.routes.pop())
    with TestClient(api, raise_server_exceptions=False) as client:
        answer = client.get("/api/v1/broken/word")
    lines = written()
    failure = next(line for line in lines if line["level"] == "error")
    assert answer.status_code == 500
    assert re.search(r"noted as (\w+)", answer.json()["detail"])[1] in failure["message"]
    assert {line["request_id"] for line in lines} == {answer.headers["X-Request-ID"]}
    assert "ValueError" in failure["error"]
    assert "ada@" not in failure["error"]
    assert "secret" not in failure["error"]


def test_the_line_of_a_browsers_own_request_names_its_user_too(written, client):
    form = {"email": "ada@example.com", "password": "seven green bottles"}
    client.post("/sign-up", data=form, follow_redirects=False)
    written()
    assert client.get("/export/json").status_code == 200
    with db.session() as session:
        user = users.by_email(session, "ada@example.com")
    (line,) = [line for line in written() if line["message"] == "request"]
    assert (line["route"], line["user"]) == ("/export/{form}", str(user.id))


@pytest.mark.parametrize(
    "secret",
    [
        "ada@example.com",
        "habitcoach_0123456789abcdef",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "/sign-in?token=abc",
        "redis://:pass@cache:6379",
    ],
)
def test_what_looks_like_a_secret_is_hidden_wherever_it_slips_in(secret):
    text = logs.scrubbed(f"It failed for {secret} just now")
    assert secret.rpartition("?")[2] not in text
    assert "pass@" not in text
    assert text.startswith("It failed for ")


def test_people_read_plain_lines():
    record = logging.LogRecord("habit_coach.api", logging.INFO, "", 1, "request", (), None)
    record.facts = {"route": "/health", "status": 200}
    assert re.fullmatch(r"\d\d:\d\d:\d\d info    request route=/health status=200", logs.Plain().format(record))


@pytest.mark.parametrize(
    "line",
    [
        "Event(name='gone', router_data={'cookie': 'habit_coach_session=s3cret'}, payload={'new': 's3cret'})",
        "Event(name='gone', payload={'form': {'password': 's3cret'}}) [txid=1]:",
        "Received event from session 1 with no associated token. Event data: {'password': 's3cret'}",
        "Failed to deserialize event data: ['s3cret'].",
        "a cookie habit_coach_session=s3cret; habit_coach_refresh=s3cret",
    ],
)
def test_what_a_page_sent_is_hidden_when_a_library_logs_it(line):
    hidden = logs.scrubbed(f"{line}\nthe next line")
    assert "s3cret" not in hidden
    assert hidden.endswith("the next line")


def test_in_development_no_text_that_somebody_sends_looks_like_a_line_of_ours():
    record = logging.LogRecord("x", logging.ERROR, "", 0, "broken\n04:00:00 info    all is well", None, None)
    first, *rest = logs.Plain().format(record).splitlines()
    assert first.endswith("broken")
    assert all(line.startswith("    ") for line in rest)


def test_no_library_writes_past_our_form():
    """Engine.IO and Socket.IO bring a handler of their own unless their level is set."""
    assert {"engineio.server", "socketio.server"} <= logs.config()["loggers"].keys()
