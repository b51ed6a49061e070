import gzip
import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import sentry_sdk
from fastapi import APIRouter
from starlette.testclient import TestClient

from habit_coach import sentry
from habit_coach.api.app import build_api
from habit_coach.notifications.channels.apprise import guard_connections
from tests.conftest import use


class Receiver(BaseHTTPRequestHandler):
    """What stands in for Sentry: it keeps each event that is posted to it."""

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        text = gzip.decompress(sent) if self.headers.get("Content-Encoding") == "gzip" else sent
        self.server.events.append(json.loads(text.splitlines()[2]))  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def received(monkeypatch, tmp_path):
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.events = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    use(monkeypatch, sentry_dsn=f"http://key@127.0.0.1:{server.server_port}/1", data=str(tmp_path))
    yield server.events
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)
    server.shutdown()
    server.server_close()


def test_an_unexpected_error_is_reported_by_its_kind_and_place_without_anybodys_words(database, received):
    sentry.start("web")
    api, broken = build_api(), APIRouter()

    @broken.post("/broken")
    async def fail() -> None:
        raise ValueError("ada@example.com wrote: my secret habit")

    api.router.routes[:0] = broken.routes
    with TestClient(api, base_url="http://localhost:8000", raise_server_exceptions=False) as client:
        answer = client.post("/broken?who=ada", json={"name": "my secret habit"}, headers={"Cookie": "a=secret"})
    sentry_sdk.flush()
    (event,) = received
    assert answer.json()["detail"].split()[5].rstrip(".") in event["logentry"]["formatted"]
    (error,) = event["exception"]["values"]
    assert (error["type"], error["stacktrace"]["frames"][-1]["function"]) == ("ValueError", "fail")
    assert event["tags"] == {"part": "web", "request_id": answer.headers["X-Request-ID"]}
    for word in ("ada", "example.com", "secret=", "a=secret", "127.0.0.1"):
        assert word not in json.dumps({name: value for name, value in event.items() if name != "exception"})
    assert error["value"] == ""


def test_it_may_be_in_the_servers_own_network_where_users_addresses_may_not(database, received):
    guard_connections()
    sentry.start("worker")
    logging.getLogger("habit_coach").error("It broke.")
    sentry_sdk.flush()
    assert len(received) == 1


def test_what_a_page_sent_is_hidden_also_where_a_library_wrote_it_into_its_message(database, received):
    sentry.start("web")
    sent = "Event(name='gone', router_data={'cookie': 'habit_coach_session=s3cret'}, payload={'new': 's3cret'})"
    logging.getLogger("reflex").error(f"Error processing {sent}")
    sentry_sdk.flush()
    (event,) = received
    assert "name='gone'" in event["logentry"]["message"]
    assert "s3cret" not in json.dumps(event)


def test_what_is_expected_is_not_reported(database, received):
    sentry.start("web")
    with TestClient(build_api(), base_url="http://localhost:8000") as client:
        assert client.get("/api/v1/habits").status_code == 401
    sentry_sdk.flush()
    assert received == []


def test_without_a_setting_nothing_is_set_up(database):
    sentry.start("web")
    assert not sentry_sdk.is_initialized()
