"""Personal access tokens and check-in links: each may do what it is meant for, and nothing else."""

from datetime import timedelta

import pytest
import time_machine

from habit_coach import clock, db


class Script:
    """A client that holds a personal token."""

    def __init__(self, person, *scopes: str, **options) -> None:
        made = person.call("POST", "/auth/tokens", json={"name": "script", "scopes": scopes, **options})
        assert made.status_code == 201, made.text
        self.client, self.id, self.token = person.client, made.json()["id"], made.json()["token"]

    def call(self, method: str, path: str, **options):
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.request(method, f"/api/v1{path}", headers=headers, **options)


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [("read", {"list", "me"}), ("checkin", {"check in"}), ("write", {"list", "me", "check in", "create", "profile"})],
)
def test_a_token_may_do_what_its_scope_names_and_nothing_else(ada, scope, allowed):
    habit = ada.habit()
    script = Script(ada, scope)
    answers = {
        "list": script.call("GET", "/habits"),
        "me": script.call("GET", "/auth/me"),
        "check in": script.call("POST", f"/habits/{habit}/checkin", json={}),
        "create": script.call("POST", "/habits", json={"name": "Run"}),
        "profile": script.call("PATCH", "/auth/me", json={"name": "Ada"}),
        "sessions": script.call("GET", "/auth/sessions"),
        "tokens": script.call("POST", "/auth/tokens", json={"name": "more", "scopes": ["write"]}),
        "password": script.call("POST", "/auth/password", json={"current": ada.password, "new": "another long one"}),
        "leave": script.call("DELETE", "/auth/me", json={"password": ada.password}),
    }
    assert {name for name, answer in answers.items() if answer.status_code < 300} == allowed
    assert {answer.status_code for name, answer in answers.items() if name not in allowed} == {403}


def test_a_refusal_names_the_scope_that_is_missing(ada):
    assert "`write`" in Script(ada, "read").call("POST", "/habits", json={"name": "Run"}).json()["detail"]


def test_a_token_is_shown_once_and_kept_as_a_hash(ada):
    script = Script(ada, "read")
    assert script.token not in ada.call("GET", "/auth/tokens").text
    with db.engine().connect() as connection:
        assert script.token not in str(connection.exec_driver_sql("SELECT * FROM personal_token").all())


def test_a_token_ends_when_it_expires_and_when_it_is_revoked(ada):
    expires = clock.now() + timedelta(hours=1)
    brief, lasting = Script(ada, "read", expires_at=expires.isoformat()), Script(ada, "read")
    with time_machine.travel(expires + timedelta(seconds=1), tick=False):
        assert brief.call("GET", "/habits").status_code == 401
        assert lasting.call("GET", "/habits").status_code == 200
    assert ada.call("DELETE", f"/auth/tokens/{lasting.id}").status_code == 204
    assert lasting.call("GET", "/habits").status_code == 401


def test_a_token_outlives_sign_out_and_shows_when_it_was_last_used(ada):
    script = Script(ada, "read")
    assert ada.call("GET", "/auth/tokens").json()["items"][0]["last_used_at"] is None
    script.call("GET", "/habits")
    assert ada.call("GET", "/auth/tokens").json()["items"][0]["last_used_at"] is not None
    ada.call("POST", "/auth/logout")
    assert script.call("GET", "/habits").status_code == 200


def test_nobody_revokes_or_sees_somebody_elses_token(ada, grace):
    script = Script(ada, "read")
    assert grace.call("DELETE", f"/auth/tokens/{script.id}").status_code == 404
    assert grace.call("GET", "/auth/tokens").json()["items"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"name": " "},
        {"scopes": ["admin"]},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "2099-01-01T00:00:00"},
    ],
)
def test_a_token_that_cannot_be_is_refused(ada, wrong):
    assert ada.call("POST", "/auth/tokens", json={"name": "x", "scopes": ["read"]} | wrong).status_code == 422


def test_the_document_says_which_scheme_and_scope_each_route_takes(client):
    document = client.get("/openapi.json").json()
    assert set(document["components"]["securitySchemes"]) == {"AccessToken", "PersonalToken"}
    paths = document["paths"]
    create = paths["/api/v1/habits"]["post"]["security"]
    assert {"AccessToken": ["write"]} in create
    assert {"PersonalToken": ["write"]} in create
    assert paths["/api/v1/auth/sessions"]["get"]["security"] == [{"AccessToken": []}]
    assert "security" not in paths["/api/v1/auth/login"]["post"]


def test_a_link_checks_its_habit_in_for_today_however_often_it_is_opened(client, ada):
    habit = ada.habit(name="Water")
    link = ada.call("POST", f"/habits/{habit}/links", json={"name": "kettle"}).json()
    first, second = client.get(link["url"]), client.post(link["url"])
    assert first.json() == second.json()
    assert first.json()["habit"] == "Water"
    (entry,) = ada.call("GET", f"/habits/{habit}/entries").json()["items"]
    assert (entry["state"], entry["source"]) == ("done", "link")


def test_a_link_that_is_revoked_or_whose_habit_is_gone_is_nothing(client, ada, grace):
    habit = ada.habit()
    link = ada.call("POST", f"/habits/{habit}/links", json={}).json()
    assert grace.call("DELETE", f"/links/{link['id']}").status_code == 404
    assert link["url"].rsplit("/", 1)[1] not in ada.call("GET", f"/habits/{habit}/links").text
    assert ada.call("DELETE", f"/links/{link['id']}").status_code == 204
    assert client.get(link["url"]).status_code == 404
    another = ada.call("POST", f"/habits/{habit}/links", json={}).json()
    ada.call("DELETE", f"/habits/{habit}")
    assert client.get(another["url"]).status_code == 404
