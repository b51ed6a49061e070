"""Every route of the OpenAPI document, called by whom it is not for. A new route fails here until it is covered."""

import pytest

from habit_coach.api.app import build_api
from tests.isolation.conftest import MARK

OPEN = {
    "POST /api/v1/auth/signup",
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/refresh",
    "POST /api/v1/auth/password/forgot",
    "POST /api/v1/auth/password/reset",
    "POST /api/v1/auth/email/verify",
    "GET /api/v1/links/{token}",
    "GET /health",
}
"""Whoever is not signed in may call these."""

WORDS = {
    "day": "2026-03-10",
    "form": "json",
    "said": "done",
    "token": "nobody-has-this-token",
    "model_id": "01890000-0000-7000-8000-000000000000",
}
"""Path parameters that name nothing of anybody's."""

BODIES = {
    "PUT /api/v1/habits/{habit_id}": {"name": "Taken"},
    "PATCH /api/v1/habits/{habit_id}": {"name": "Taken"},
    "POST /api/v1/habits/{habit_id}/pauses": {"first": "2026-03-01"},
    "POST /api/v1/habits/{habit_id}/checkin": {},
    "POST /api/v1/habits/{habit_id}/links": {},
    "POST /api/v1/notifications/{notification_id}/snooze": {"for": "1h"},
    "PATCH /api/v1/channels/{channel_id}": {"wants": ["reminder"]},
    "PATCH /api/v1/admin/users/{user_id}": {"role": "admin"},
}
"""What a request must carry to come as far as the question whose thing it is."""


def operations() -> list[tuple[str, str, dict]]:
    paths = build_api().openapi()["paths"]
    return [
        (method.upper(), path, operation) for path, methods in paths.items() for method, operation in methods.items()
    ]


def filled(path: str, owned) -> str:
    """The path with Ada's ids in it. A parameter that is unknown here is not covered."""
    return path.format_map(owned.by_name | WORDS)


def name(method: str, path: str) -> str:
    return f"{method} {path}"


def test_whoever_is_not_signed_in_gets_nothing_and_changes_nothing(client, owned, kept):
    before = kept()
    client.cookies.clear()
    for method, path, operation in operations():
        body = {"json": BODIES.get(name(method, path), {})} if "requestBody" in operation else {}
        answer = client.request(method, filled(path, owned), **body)
        is_open = name(method, path) in OPEN
        assert is_open or answer.status_code == 401, f"{method} {path} answers {answer.status_code} to a stranger"
        assert is_open == ("security" not in operation), f"{method} {path}: the document says otherwise"
        assert MARK not in answer.text
    assert kept() == before


def test_with_somebody_elses_id_a_thing_is_not_found_and_stays_as_it_is(owned, kept, grace):
    before = kept()
    for method, path, operation in operations():
        if not any(f"{{{one}}}" in path for one in owned.by_name):
            continue
        assert "requestBody" not in operation or name(method, path) in BODIES, (
            f"Say in BODIES how to call {method} {path}"
        )
        body = {"json": BODIES[name(method, path)]} if "requestBody" in operation else {}
        answer = grace.client.request(method, filled(path, owned), headers=grace.headers, **body)
        assert answer.status_code == 404, f"{method} {path} answers {answer.status_code}: {answer.text}"
        assert MARK not in answer.text
        assert kept() == before, f"{method} {path} changed what is not theirs"


def test_what_a_person_reads_holds_nothing_of_anybody_elses(owned, grace):
    for method, path, _ in operations():
        if method == "GET" and "{" not in path:
            answer = grace.client.get(path, headers=grace.headers)
            assert MARK not in answer.text, path
            assert answer.status_code < 500


def test_to_whoever_is_no_admin_the_admins_routes_do_not_exist(owned, grace):
    for method, path, operation in operations():
        if path.startswith("/api/v1/admin"):
            body = {"json": BODIES.get(name(method, path), {})} if "requestBody" in operation else {}
            answer = grace.client.request(method, filled(path, owned), headers=grace.headers, **body)
            assert answer.status_code == 404, f"{method} {path}"


@pytest.mark.parametrize("field", ["items", "order"])
def test_ids_inside_a_body_are_looked_at_too(owned, kept, grace, field):
    before, habit = kept(), owned.by_name["habit_id"]
    path, body = {
        "items": ("/entries", {"items": [{"habit_id": habit}]}),
        "order": ("/habits/reorder", {"order": [habit]}),
    }[field]
    assert grace.call("POST", path, json=body).status_code == 404
    assert kept() == before


def test_a_notification_cannot_hang_on_somebody_elses_habit(owned, kept, grace):
    before = kept()
    body = {"title": "hello", "habit_id": owned.by_name["habit_id"]}
    assert grace.call("POST", "/notifications", json=body).status_code == 404
    assert kept() == before
