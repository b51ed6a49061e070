"""What another site's page can do with our user's cookies: nothing. The worst case: a page on another port of the same
host, to which the browser sends every cookie, `SameSite` or not."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PASSWORD


class Evil(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!DOCTYPE html><title>evil</title><iframe name=sink></iframe>")

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def evil() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Evil)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


READ = """async ([url, method]) => {
  try {
    const answer = await fetch(url, {method, credentials: "include", body: method === "GET" ? undefined : "x=1",
      headers: method === "GET" ? {} : {"Content-Type": "application/x-www-form-urlencoded"}});
    return "read " + answer.status + " " + (await answer.text()).slice(0, 200);
  } catch (error) { return "blocked"; }
}"""

SOCKET = """(url) => new Promise((resolve) => {
  const socket = new WebSocket(url);
  socket.onmessage = (event) => resolve("heard " + event.data);
  socket.onerror = () => resolve("blocked");
  setTimeout(() => resolve("silent"), 5000);
})"""

SUBMIT = """(action) => {
  const form = document.createElement("form");
  Object.assign(form, {action, method: "post", target: "sink"});
  document.body.append(form);
  form.submit();
}"""


def lured(visitor, evil: str, email: str) -> tuple[Page, Page]:
    """Somebody who is signed in, in the browser and over REST, and has an evil page open beside it."""
    somebody = visitor()
    ours = somebody.sign_up(email)
    body = {"email": email, "password": PASSWORD}
    assert (
        ours.evaluate(
            """async (body) => (await fetch("/api/v1/auth/login", {method: "POST", body: JSON.stringify(body),
        headers: {"Content-Type": "application/json"}})).status""",
            body,
        )
        == 200
    )
    theirs = somebody.context.new_page()
    theirs.goto(evil)
    return ours, theirs


def test_nothing_can_be_read_over_http(visitor, server, evil):
    _, theirs = lured(visitor, evil, "lured@example.com")
    for method, path in (("POST", "/api/v1/auth/refresh"), ("GET", "/api/v1/auth/me"), ("GET", "/today")):
        assert theirs.evaluate(READ, [server.url + path, method]) == "blocked", path


def test_nothing_can_be_read_or_written_over_the_websocket(visitor, server, evil):
    _, theirs = lured(visitor, evil, "wired@example.com")
    url = server.url.replace("http", "ws") + "/_event/?EIO=4&transport=websocket"
    assert theirs.evaluate(SOCKET, url) == "blocked"
    polling = f"{server.url}/_event/?EIO=4&transport=polling"
    assert theirs.evaluate(READ, [polling, "GET"]) == "blocked"


def test_our_own_page_does_get_through(visitor, server, evil):
    """Without this the tests above would pass on a server that answers nobody."""
    ours, _ = lured(visitor, evil, "own@example.com")
    url = server.url.replace("http", "ws") + "/_event/?EIO=4&transport=websocket"
    assert ours.evaluate(SOCKET, url).startswith("heard")
    assert ours.evaluate(READ, [f"{server.url}/api/v1/auth/refresh", "POST"]).startswith("read 200")


def test_a_form_of_theirs_signs_nobody_out_or_in(visitor, server, evil):
    ours, theirs = lured(visitor, evil, "formed@example.com")
    for path in ("/sign-out", "/sign-in", "/sign-up"):
        with theirs.expect_response(lambda answer, path=path: answer.url == server.url + path) as answered:
            theirs.evaluate(SUBMIT, server.url + path)
        assert answered.value.status == 403
    ours.goto(f"{server.url}/today")
    ours.wait_for_timeout(500)
    assert ours.url.startswith(f"{server.url}/today")


def test_our_pages_cannot_be_framed(visitor, server, evil):
    _, theirs = lured(visitor, evil, "framed@example.com")
    theirs.evaluate("(url) => { document.querySelector('iframe').src = url }", f"{server.url}/today")
    theirs.wait_for_timeout(1000)
    assert "chrome-error" in theirs.frames[1].url


def test_no_script_reads_a_cookie_and_no_identity_is_kept_in_the_browser(visitor, server, evil):
    ours, _ = lured(visitor, evil, "private@example.com")
    assert "habit_coach" not in ours.evaluate("document.cookie")
    stored = ours.evaluate("JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])")
    cookies = {cookie["name"]: cookie for cookie in ours.context.cookies()}
    assert {"habit_coach_session", "habit_coach_refresh"} <= cookies.keys()
    for name in ("habit_coach_session", "habit_coach_refresh"):
        assert cookies[name]["httpOnly"]
        assert cookies[name]["value"] not in stored
    assert "private@example.com" not in stored


def test_no_secret_crosses_the_websocket_and_no_page_breaks_the_policy(visitor, server):
    somebody = visitor()
    page, frames, complaints = somebody.context.new_page(), [], []

    def note(frame: str | bytes) -> None:
        frames.append(frame)

    page.on("websocket", lambda socket: (socket.on("framesent", note), socket.on("framereceived", note)))
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    page.goto(f"{server.url}/sign-up")
    page.get_by_label("E-mail").fill("quiet@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/welcome")
    for path in ("/today", "/habits", "/settings", "/docs"):
        page.goto(server.url + path)
        page.wait_for_timeout(700)
    said = " ".join(str(frame) for frame in frames)
    assert len(said) > 1000
    assert PASSWORD not in said
    for cookie in somebody.context.cookies():
        if cookie["name"].startswith("habit_coach"):
            assert cookie["value"] not in said
    assert complaints == []


SEND_TO_NOBODY = """([url, payload]) => new Promise((resolve) => {
  const socket = new WebSocket(url);
  socket.onmessage = ({data}) => {
    if (data.startsWith("0")) socket.send("40/_event,");
    if (data.startsWith("40")) {
      socket.send("42/_event," + JSON.stringify(["event", {name: "a.handler.of.an.older.version", payload}]));
      resolve();
    }
  };
})"""


def test_an_event_that_fails_leaves_no_password_and_no_cookie_in_the_log(visitor, server):
    """As an open page of an older version sends it, when its handler is not there any more."""
    page = visitor().sign_up("outdated@example.com")
    url = f"{server.url.replace('http', 'ws')}/_event/?EIO=4&transport=websocket&token=an-older-page"
    page.evaluate(SEND_TO_NOBODY, [url, {"form": {"current": PASSWORD, "new": "eleven quiet lamps"}}])
    for _ in range(200):
        written = server.log.read_text()
        if "a.handler.of.an.older.version" in written:
            break
        page.wait_for_timeout(50)
    assert "a.handler.of.an.older.version" in written
    (cookie,) = [one["value"] for one in page.context.cookies() if one["name"] == "habit_coach_session"]
    assert cookie not in written
    assert PASSWORD not in written
    assert "eleven quiet lamps" not in written
