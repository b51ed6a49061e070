"""Bringing data in and taking it along over REST."""

import io
import json
import zipfile
from pathlib import Path

import pytest
import time_machine

from habit_coach.settings import settings
from tests.conftest import use

REAL = (Path(__file__).parents[1] / "fixtures" / "loop_habits_csv_v2.3.1.zip").read_bytes()


@pytest.fixture(autouse=True)
def _on_a_saturday():
    with time_machine.travel("2026-07-04T12:00:00+02:00", tick=False):
        yield


def names(person) -> list[str]:
    found = [person.call("GET", "/habits", params={"archived": archived}).json()["items"] for archived in (False, True)]
    return [habit["name"] for page in found for habit in page]


def script(person, scope: str) -> dict[str, str]:
    made = person.call("POST", "/auth/tokens", json={"name": "script", "scopes": [scope]}).json()
    return {"Authorization": f"Bearer {made['token']}"}


def test_a_preview_says_what_the_import_then_does(ada):
    shown = ada.call("POST", "/transfer/preview", content=REAL)
    assert shown.status_code == 200
    assert names(ada) == []
    done = ada.call("POST", "/transfer/import", content=REAL)
    assert done.json() == shown.json()
    assert (done.json()["app"], done.json()["new_habits"], done.json()["written"]) == ("Loop Habit Tracker", 3, 7)
    assert done.json()["notes"][0]["where"] == "bool habit"
    assert names(ada) == ["value habit", "bool habit", "someone"]


def test_a_file_may_come_as_a_form_and_again(ada):
    for nothing in (False, True):
        answer = ada.call("POST", "/transfer/import", files={"file": ("Loop.zip", REAL, "application/zip")})
        assert answer.json()["changes_nothing"] == nothing


def test_columns_of_a_plain_file_are_mapped(ada):
    plain, columns = b"Wann,Was\n2026-07-03,Swim\n", {"day": "Wann", "habit": "Was"}
    answer = ada.call("POST", "/transfer/import", content=plain, params={"columns": json.dumps(columns)})
    assert answer.json()["written"] == 1
    wrong = ada.call("POST", "/transfer/import", content=plain, params={"columns": "day=Wann"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "columns")


@pytest.mark.parametrize("body", [b"", b"hello", REAL[:-30]])
def test_what_cannot_be_read_is_refused_with_a_sentence(ada, body):
    answer = ada.call("POST", "/transfer/import", content=body)
    assert answer.status_code == 422
    assert answer.json()["detail"].endswith(".")
    assert names(ada) == []


def test_a_form_without_a_file_is_refused(ada):
    answer = ada.call("POST", "/transfer/import", files={"other": ("x", b"x")})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "file")


def test_a_file_beyond_the_limit_is_refused_while_it_arrives(database, monkeypatch, client, ada):
    use(monkeypatch, largest_upload="100000")

    def endless():
        for _ in range(50):
            yield b"x" * 10_000

    answer = ada.call("POST", "/transfer/import", content=endless())
    assert answer.status_code == 413
    assert list(settings().data.glob("**/upload")) == []


def test_a_stranger_is_refused_before_the_file_is_looked_at(client):
    for path in ("preview", "import"):
        assert client.post(f"/api/v1/transfer/{path}", content=b"hello").status_code == 401
    assert client.get("/api/v1/transfer/export/json").status_code == 401
    assert client.get("/api/v1/transfer/archive").status_code == 401


def test_a_token_needs_the_scope_for_what_it_does(ada):
    reading, writing = script(ada, "read"), script(ada, "write")
    assert ada.client.post("/api/v1/transfer/import", content=REAL, headers=reading).status_code == 403
    assert ada.client.post("/api/v1/transfer/preview", content=REAL, headers=reading).status_code == 200
    assert ada.client.post("/api/v1/transfer/import", content=REAL, headers=writing).status_code == 200
    assert ada.client.get("/api/v1/transfer/export/csv", headers=reading).status_code == 200
    assert ada.client.get("/api/v1/transfer/archive", headers=writing).status_code == 403


@pytest.mark.parametrize(
    ("form", "media_type", "ending", "begins"),
    [
        ("json", "application/json", ".json", b'{"format": "habit-coach"'),
        ("csv", "text/csv; charset=utf-8", ".csv", b"date,habit,"),
        ("loop", "application/zip", "-loop.zip", b"PK"),
        ("calendar", "text/calendar; charset=utf-8", ".ics", b"BEGIN:VCALENDAR"),
    ],
)
def test_every_form_leaves_as_a_file(ada, form, media_type, ending, begins):
    ada.check_in(ada.habit())
    answer = ada.call("GET", f"/transfer/export/{form}")
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="habit-coach-2026-07-04{ending}"'
    assert answer.content.startswith(begins)


def test_an_unknown_form_is_refused(ada):
    assert ada.call("GET", "/transfer/export/pdf").status_code == 422


def test_what_one_person_takes_along_another_can_bring_in(ada, grace):
    ada.check_in(ada.habit(name="Swim"), note="cold")
    archive = ada.call("GET", "/transfer/archive").content
    assert "habit-coach.json" in zipfile.ZipFile(io.BytesIO(archive)).namelist()
    assert grace.call("POST", "/transfer/import", content=archive).json()["written"] == 1
    (habit,) = grace.call("GET", "/habits").json()["items"]
    (entry,) = grace.call("GET", f"/habits/{habit['id']}/entries").json()["items"]
    assert entry["note"] == "cold"


def test_exports_and_imports_are_in_the_audit_log(ada):
    ada.call("POST", "/transfer/import", content=REAL)
    ada.call("GET", "/transfer/export/csv")
    actions = [event["action"] for event in ada.call("GET", "/auth/audit").json()["items"]]
    assert {"data.imported", "data.exported"} <= set(actions)
