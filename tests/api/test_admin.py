from datetime import timedelta

import pytest

from habit_coach import db, runs
from habit_coach.accounts import users
from habit_coach.accounts.models import Role


@pytest.fixture
def root(ada):
    """Ada, as an admin."""
    with db.session(writes=True) as session:
        users.by_email(session, ada.email).role = Role.admin
    return ada


def id_of(person) -> str:
    return person.call("GET", "/auth/me").json()["id"]


def test_an_admin_sees_accounts_page_by_page_and_finds_them(root, grace):
    first = root.call("GET", "/admin/users?limit=1").json()
    second = root.call("GET", f"/admin/users?limit=1&cursor={first['next_cursor']}").json()
    assert [one["email"] for one in first["items"] + second["items"]] == [root.email, grace.email]
    assert second["next_cursor"] is None
    assert [one["email"] for one in root.call("GET", "/admin/users?search=GRACE").json()["items"]] == [grace.email]
    assert root.call("GET", "/admin/users?search=%25").json()["items"] == []
    assert "hash" not in root.call("GET", "/admin/users").text


def test_to_everybody_else_the_admins_places_do_not_exist(root, grace):
    for method, path in (("GET", "/admin/users"), ("GET", "/admin/audit"), ("PATCH", f"/admin/users/{id_of(grace)}")):
        assert grace.call(method, path, json={"role": "admin"}).status_code == 404
    assert grace.call("GET", "/auth/me").json()["role"] == "user"


def test_an_admin_reads_how_the_instance_is(root, grace):
    with db.session(writes=True) as session:
        runs.beat(session, "reports", timedelta(hours=1))
    found = root.call("GET", "/admin/health").json()
    assert (found["status"], found["silent"]) == ("degraded", ["worker"])
    assert found["accounts"]["standing"] == {"active": 2, "deactivated": 0, "leaving": 0}
    assert found["outbox"] == {"waiting": 0, "late": 0, "failed": 0, "sent_today": 0}
    (reports, worker) = root.call("GET", "/admin/tasks").json()["items"]
    assert (reports["name"], reports["every"], reports["silent"]) == ("reports", "PT1H", False)
    assert (worker["name"], worker["silent"], worker["newest"]) == ("worker", True, None)


def test_whoever_is_deactivated_is_out_at_once_and_can_come_back(client, root, grace):
    account = f"/admin/users/{id_of(grace)}"
    assert root.call("PATCH", account, json={"active": False}).json()["deactivated_at"]
    assert grace.call("GET", "/auth/me").status_code == 401
    assert root.call("PATCH", account, json={"active": True}).json()["deactivated_at"] is None
    grace.sign_in()
    assert grace.call("GET", "/auth/me").status_code == 200


def test_a_role_counts_at_the_next_request(root, grace):
    root.call("PATCH", f"/admin/users/{id_of(grace)}", json={"role": "admin"})
    assert grace.call("GET", "/admin/users").status_code == 200


@pytest.mark.parametrize("change", [{"role": "user"}, {"active": False}])
def test_the_last_admin_stays(root, change):
    assert root.call("PATCH", f"/admin/users/{id_of(root)}", json=change).status_code == 409
    assert root.call("GET", "/admin/users").status_code == 200


def test_the_audit_log_says_who_changed_a_role(root, grace):
    root.call("PATCH", f"/admin/users/{id_of(grace)}", json={"role": "admin"})
    (event,) = (one for one in root.call("GET", "/admin/audit").json()["items"] if one["action"] == "role.changed")
    assert (event["user_id"], event["details"]) == (id_of(grace), {"by": id_of(root), "role": "admin"})
    of_grace = root.call("GET", f"/admin/audit?user_id={id_of(grace)}").json()["items"]
    assert {one["user_id"] for one in of_grace} == {id_of(grace)}


def test_a_token_of_an_admin_needs_the_scope_for_it(root):
    made = {
        scope: root.call("POST", "/auth/tokens", json={"name": scope, "scopes": [scope]}).json()["token"]
        for scope in ("write", "admin")
    }
    answers = {
        scope: root.client.get("/api/v1/admin/users", headers={"Authorization": f"Bearer {token}"}).status_code
        for scope, token in made.items()
    }
    assert answers == {"write": 403, "admin": 200}
