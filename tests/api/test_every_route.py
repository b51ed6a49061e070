"""What all lists and all writes of the OpenAPI document have in common. A new route fails here until it has it too."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pyotp
import pytest

from habit_coach import clock, db
from habit_coach.accounts import users
from habit_coach.accounts.models import Role
from habit_coach.api.app import build_api
from habit_coach.predictions import registry
from habit_coach.predictions.model import Model
from habit_coach.predictions.models import TrainingRun
from habit_coach.reports.models import WeeklyReport
from habit_coach.runs import Heartbeat, JobRun
from tests.conftest import Person
from tests.isolation.conftest import owned  # noqa: F401 - a fixture
from tests.isolation.test_routes import filled, name, operations
from tests.notifications.conftest import arrive

Body = dict[str, Any]
Answers = dict[str, Any]
TWO_DAYS = date(2026, 1, 1), date(2026, 1, 8)


@pytest.fixture
def root(ada, owned, grace):  # noqa: F811
    """Ada, who is an admin and has two of everything that is listed."""
    registry.reload()
    habit = ada.habit(name="Run", start_date="2026-01-01")
    for one in (habit, owned.by_name["habit_id"]):
        ada.call("POST", f"/habits/{one}/pauses", json={"first": "2026-01-01", "last": "2026-01-02"})
        ada.call("POST", f"/habits/{one}/links", json={})
    first = owned.by_name["habit_id"]
    ada.call("POST", f"/habits/{first}/links", json={})
    ada.call("POST", f"/habits/{first}/pauses", json={"first": "2026-02-01", "last": "2026-02-02"})
    ada.check_in(first, day="2026-03-01")
    ada.call("POST", "/auth/tokens", json={"name": "two", "scopes": ["read"]})
    ada.call("POST", "/channels", json={"kind": "webhook", "url": "https://1.1.1.1/two"})
    for title in ("one", "two"):
        ada.call("POST", "/notifications", json={"title": title})
    arrive()
    ada.sign_in()
    with db.session(writes=True) as session:
        user = users.by_email(session, ada.email)
        user.role = Role.admin
        now = clock.now()
        for prior, week in zip((0.4, 0.6), TWO_DAYS, strict=True):
            registry.add(session, Model(prior=prior), registry.TRAINED, {})
            session.add(TrainingRun(requested_at=now, ended_at=now))
            session.add(WeeklyReport(user_id=user.id, week=week, figures={}, created_at=now))
            session.add(JobRun(job=f"job {prior}", period=now, started_at=now, ended_at=now))
            session.add(Heartbeat(name=f"job {prior}", at=now, every=60))
    yield ada
    registry.reload()


def schema_of(document: Body, operation: Body) -> Body:
    answer = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return document["components"]["schemas"].get(answer.get("$ref", "").rpartition("/")[2], answer)


def lists() -> list[tuple[str, Body, Body]]:
    """Path, operation and schema of every GET that answers with `items`, or with a bare array."""
    document = build_api().openapi()
    found = [
        (path, operation, schema_of(document, operation)) for method, path, operation in operations() if method == "GET"
    ]
    return [one for one in found if "items" in one[2].get("properties", one[2])]


def parameters(operation: Body) -> set[str]:
    return {one["name"] for one in operation.get("parameters", [])}


def test_every_list_says_that_it_has_pages_and_a_tag():
    assert len(lists()) >= 18
    for path, operation, schema in lists():
        assert {"items", "next_cursor"} <= schema.get("properties", {}).keys(), path
        assert {"limit", "cursor", "If-None-Match"} <= parameters(operation), path
        assert "304" in operation["responses"], path


def test_every_list_page_by_page_is_the_whole_list(root, owned):  # noqa: F811
    for path, _operation, _schema in lists():
        place = filled(path, owned).removeprefix("/api/v1")
        whole = root.call("GET", f"{place}?limit=400").json()
        assert whole["next_cursor"] is None, path
        assert len(whole["items"]) >= 2, f"{path}: give Ada two of them"
        items, cursor = [], ""
        while cursor is not None:
            page = root.call("GET", f"{place}?limit=1{cursor and f'&cursor={cursor}'}").json()
            assert len(page["items"]) == 1, path
            items, cursor = items + page["items"], page["next_cursor"]
        assert items == whole["items"], path
        assert root.call("GET", f"{place}?cursor=bm90aGluZw").status_code == 422, path


def test_every_list_that_has_not_changed_is_not_sent_again(root, owned):  # noqa: F811
    for path, _operation, _schema in lists():
        place = filled(path, owned).removeprefix("/api/v1")
        first = root.call("GET", place)
        again = root.call("GET", place, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path


NEW = "eleven quiet lamps"
CSV = b"Date,Task\n2026-01-01,Swim\n"
HOW: dict[str, Callable[[Answers], Body]] = {
    "POST /api/v1/auth/password": lambda _: {"current": "seven green bottles", "new": NEW},
    "POST /api/v1/auth/email": lambda _: {"email": "new@example.com", "password": NEW},
    "POST /api/v1/auth/email/verification": lambda _: {},
    "POST /api/v1/auth/me/keep": lambda _: {},
    "POST /api/v1/auth/second-factor": lambda _: {},
    "POST /api/v1/auth/second-factor/confirm": lambda said: {
        "code": pyotp.TOTP(said["POST /api/v1/auth/second-factor"]["secret"]).at(clock.now())
    },
    "POST /api/v1/auth/second-factor/recovery-codes": lambda said: {
        "password": NEW,
        "code": said["POST /api/v1/auth/second-factor/confirm"]["recovery_codes"][0],
    },
    "POST /api/v1/auth/second-factor/off": lambda said: {
        "password": NEW,
        "code": said["POST /api/v1/auth/second-factor/recovery-codes"]["recovery_codes"][0],
    },
    "POST /api/v1/auth/tokens": lambda _: {"name": "script", "scopes": ["read"]},
    "POST /api/v1/habits/{habit_id}/links": lambda _: {},
    "POST /api/v1/habits": lambda _: {"name": "Swim"},
    "POST /api/v1/habits/reorder": lambda _: {"order": []},
    "POST /api/v1/habits/{habit_id}/pauses": lambda _: {"first": "2026-02-01"},
    "POST /api/v1/pauses": lambda _: {"first": "2026-02-01"},
    "POST /api/v1/habits/{habit_id}/checkin": lambda _: {},
    "POST /api/v1/entries": lambda said: {"items": [{"habit_id": said["habit"]}]},
    "POST /api/v1/notifications": lambda _: {"title": "hello"},
    "POST /api/v1/notifications/read": lambda _: {},
    "POST /api/v1/notifications/{notification_id}/dismiss": lambda _: {},
    "POST /api/v1/notifications/{notification_id}/retry": lambda _: {},
    "POST /api/v1/channels": lambda _: {"kind": "webhook", "url": "https://1.1.1.1/three"},
    "POST /api/v1/calendar": lambda _: {},
    "POST /api/v1/predictions/batch": lambda said: {"habit_ids": [said["habit"]]},
    "POST /api/v1/reports/weekly/email": lambda _: {},
    "POST /api/v1/admin/train-model": lambda _: {},
    "POST /api/v1/admin/reload-model": lambda _: {},
    "POST /api/v1/admin/models/return-to-rule": lambda _: {},
}
"""What each POST takes, from `habit` and from what was answered to those before it."""

NOTHING_TO_DO = {
    "POST /api/v1/auth/logout": "afterwards there is nobody to answer again",
    "POST /api/v1/notifications/{notification_id}/snooze": "it asks for a reminder",
    "POST /api/v1/notifications/{notification_id}/{said}": "it asks for a reminder",
    "POST /api/v1/channels/{channel_id}/test": "it would call out",
    "POST /api/v1/channels/{channel_id}/deliveries/{delivery_id}/replay": "nothing was delivered",
    "POST /api/v1/transfer/preview": "it takes a file; see below",
    "POST /api/v1/transfer/import": "it takes a file; see below",
    "POST /api/v1/admin/models/roll-back": "there is no model before this one",
    "POST /api/v1/admin/models/{model_id}/promote": "there is no such model",
}
"""These say that they take a key, and refuse what Ada has."""


def writes() -> list[tuple[str, str]]:
    """Name and path of every POST of somebody who is signed in."""
    found = [(name(method, path), path, operation) for method, path, operation in operations() if method == "POST"]
    for one, _path, operation in found:
        assert ("Idempotency-Key" in parameters(operation)) == ("security" in operation), one
    return [(one, path) for one, path, operation in found if "security" in operation]


def test_every_post_with_a_key_is_carried_out_once_and_answered_alike(root, owned):  # noqa: F811
    said: Answers = {"habit": owned.by_name["habit_id"]}
    paths = dict(writes())
    assert paths.keys() == HOW.keys() | NOTHING_TO_DO.keys(), "Say in HOW how to call the others"
    for one, body in HOW.items():
        path = paths[one]
        request = {"json": body(said), "headers": {"Idempotency-Key": one}}
        place = filled(path, owned).removeprefix("/api/v1")
        first, again = root.call("POST", place, **request), root.call("POST", place, **request)
        assert first.status_code < 300, f"{one}: {first.text}"
        assert (again.status_code, again.content) == (first.status_code, first.content), one
        assert again.headers["idempotency-replayed"] == "true", one
        said[one] = first.json() if first.content else None


def test_what_is_kept_to_be_answered_again_cannot_be_read_in_the_database(ada):
    request = {"json": {"name": "script", "scopes": ["read"]}, "headers": {"Idempotency-Key": "one"}}
    secret = ada.call("POST", "/auth/tokens", **request).json()["token"]
    with db.engine().connect() as connection:
        kept = str(connection.exec_driver_sql("SELECT * FROM idempotent_answer").all())
    assert secret not in kept
    assert "script" not in kept
    assert ada.call("POST", "/auth/tokens", **request).json()["token"] == secret
    assert len(ada.call("GET", "/auth/tokens").json()["items"]) == 1


def upload(person: Person, content: bytes, key: str = "one", path: str = "import", **how):
    columns = '{"day": "Date", "habit": "Task"}'
    how = how or {"content": content}
    return person.call("POST", f"/transfer/{path}?columns={columns}", headers={"Idempotency-Key": key}, **how)


def test_a_file_is_imported_once_for_a_key_however_it_is_sent(ada):
    first = upload(ada, CSV)
    assert first.json()["new_habits"] == 1
    assert upload(ada, CSV).json() == first.json()
    assert upload(ada, CSV + b"2026-01-02,Swim\n").status_code == 422
    forms = [upload(ada, b"", "two", files={"file": ("mine.csv", CSV)}) for _ in range(2)]
    assert forms[0].request.headers["content-type"] != forms[1].request.headers["content-type"]
    assert forms[1].headers["idempotency-replayed"] == "true"
    assert forms[1].json() == forms[0].json()


def test_a_large_file_arrives_whole_with_a_key(ada):
    rows = b"".join(b"2026-01-%02d,Habit %d\n" % (day, habit) for habit in range(400) for day in range(1, 29))
    content = b"Date,Task\n" + rows + b"\n" * 1_500_000
    assert upload(ada, content, path="preview").json()["written"] == 400 * 28


def test_the_same_key_for_another_question_is_another_request(ada):
    key = {"Idempotency-Key": "one"}
    assert ada.call("POST", "/reports/weekly/email?week=2026-01-05", headers=key).status_code == 202
    assert ada.call("POST", "/reports/weekly/email?week=2026-01-12", headers=key).status_code == 422
