import re

import pytest
from starlette.testclient import TestClient

from habit_coach.api.app import build_api
from tests.conftest import use

STRICT = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/api/v1/auth/me", "/health", "/docs", "/openapi.json", "/api/nowhere"])
def test_every_answer_tells_the_browser_to_be_strict(client, path):
    headers = client.get(path).headers
    assert {name: headers[name] for name in STRICT} == STRICT
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_a_page_runs_no_script_but_ours(client):
    rules = dict(rule.split(" ", 1) for rule in client.get("/docs").headers["content-security-policy"].split("; "))
    assert rules["default-src"] == "'self'"
    assert (rules["object-src"], rules["base-uri"], rules["script-src-attr"]) == ("'none'", "'none'", "'none'")
    allowed = re.sub(r"'sha256-[\w+/=]+'", "", rules["script-src"]).split()
    assert allowed == ["'self'", "'unsafe-eval'"]


def test_an_answer_of_the_api_is_no_page_at_all(client):
    assert client.get("/api/nowhere").headers["content-security-policy"].startswith("default-src 'none'")


def test_an_answer_about_a_bug_is_as_strict_and_gives_nothing_away(client, ada, monkeypatch):
    def broken(*_given: object) -> None:
        raise RuntimeError("the secret reason")

    monkeypatch.setattr("habit_coach.api.auth.Me.of", broken)
    answer = ada.call("GET", "/auth/me")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_only_over_https_the_browser_is_told_to_stay_there(client, monkeypatch):
    assert "strict-transport-security" not in client.get("/health").headers
    use(monkeypatch, base_url="https://habits.example.com")
    assert "max-age=63072000" in client.get("/health").headers["strict-transport-security"]


@pytest.mark.parametrize("path", ["/auth/me", "/auth/sessions", "/auth/tokens", "/calendar", "/channels"])
def test_what_guards_the_account_stays_in_no_cache(ada, path):
    first = ada.call("GET", path)
    again = ada.call("GET", path, headers={"If-None-Match": first.headers["etag"]})
    assert first.headers["cache-control"] == again.headers["cache-control"] == "no-store"
    assert again.status_code == 304


def test_the_docs_load_everything_from_here(client):
    page = client.get("/docs").text
    assert "http" not in page
    for path in re.findall(r'(?:src|href)="(/docs[^"]+)"', page):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(client, ada, monkeypatch, chunked):
    use(monkeypatch, largest_body="2048")
    body = b'{"name": "' + b"x" * 4096 + b'"}'
    content = (body[start : start + 512] for start in range(0, len(body), 512)) if chunked else body
    answer = ada.call("POST", "/habits", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert "2,048 bytes" in answer.json()["detail"]


OTHER = "https://dashboard.example.org"


def preflight(client, origin):
    headers = {"origin": origin, "access-control-request-method": "POST"}
    return client.options("/api/v1/habits", headers=headers | {"access-control-request-headers": "authorization"})


def test_another_origins_page_may_not_use_the_api(client):
    assert "access-control-allow-origin" not in preflight(client, OTHER).headers
    assert "access-control-allow-origin" not in client.get("/api/v1/habits", headers={"origin": OTHER}).headers


def test_an_allowed_origins_page_may_use_it_and_reads_refusals_too(client, monkeypatch):
    use(monkeypatch, allowed_origins=f'["{OTHER}"]')
    with TestClient(build_api()) as opened:
        asked = preflight(opened, OTHER)
        assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (200, OTHER)
        assert "authorization" in asked.headers["access-control-allow-headers"]
        refused = opened.get("/api/v1/habits", headers={"origin": OTHER})
        assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, OTHER)
        assert "access-control-allow-origin" not in preflight(opened, "https://evil.example.com").headers
