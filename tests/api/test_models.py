import pytest

from habit_coach import db
from habit_coach.accounts import users
from habit_coach.accounts.models import Role
from habit_coach.predictions import registry
from habit_coach.predictions.model import Model


@pytest.fixture
def root(ada):
    """Ada, as an admin."""
    registry.reload()
    with db.session(writes=True) as session:
        users.by_email(session, ada.email).role = Role.admin
    yield ada
    registry.reload()


def candidate(prior: float) -> str:
    with db.session(writes=True) as session:
        return str(registry.add(session, Model(prior=prior), registry.TRAINED, {}).id)


def statuses(root) -> list[str]:
    return [one["status"] for one in root.call("GET", "/admin/models").json()["items"]]


def test_an_admin_promotes_rolls_back_and_returns_to_the_rule(root):
    first, second = candidate(0.4), candidate(0.6)
    assert root.call("POST", f"/admin/models/{first}/promote").json()["promoted_by"]
    root.call("POST", f"/admin/models/{second}/promote")
    assert statuses(root) == ["champion", "retired"]
    assert root.call("POST", "/admin/models/roll-back").json()["id"] == first
    assert statuses(root) == ["retired", "champion"]
    assert root.call("POST", "/admin/models/return-to-rule").status_code == 204
    assert statuses(root) == ["retired", "retired"]
    assert root.call("POST", "/admin/reload-model").json() == {"version": "rule"}


def test_promotions_are_in_the_audit_log(root):
    root.call("POST", f"/admin/models/{candidate(0.4)}/promote")
    actions = [one["action"] for one in root.call("GET", "/admin/audit").json()["items"]]
    assert "model.promoted" in actions


def test_a_training_is_asked_for_and_followed(root):
    asked = root.call("POST", "/admin/train-model")
    assert asked.status_code == 202
    assert asked.json()["stage"] == "waiting for the worker"
    assert root.call("GET", "/admin/trainings").json()["items"][0]["id"] == asked.json()["id"]


def test_calibration_is_empty_at_first(root):
    answer = root.call("GET", "/admin/calibration").json()
    assert (answer["rows"], answer["deciles"], answer["model"]) == (0, [], None)


def test_there_is_nothing_to_roll_back_to_at_first(root):
    assert root.call("POST", "/admin/models/roll-back").status_code == 409
