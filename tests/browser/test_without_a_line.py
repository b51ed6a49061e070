import re
import socket

import httpx
from playwright.sync_api import expect

from tests.browser.conftest import Server, Visitor
from tests.browser.slow_line import slow_line
from tests.browser.test_checking_in import eventually

WORKER = "navigator.serviceWorker.ready.then((worker) => worker.active.state)"
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found.push([request.url, await (await cache.match(request)).text()]);
  }
  return found;
}"""


def test_the_app_can_be_installed(server):
    manifest = httpx.get(f"{server.url}/manifest.json").json()
    for icon in manifest["icons"]:
        answer = httpx.get(server.url + icon["src"])
        assert answer.headers["content-type"].startswith(icon["type"]), icon
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    assert httpx.get(server.url + manifest["start_url"]).status_code == 200
    assert 'rel="manifest"' in httpx.get(f"{server.url}/today").text


def test_each_build_has_a_worker_of_its_own(server):
    assert re.search(r'"shell-[0-9a-f]{16}"', httpx.get(f"{server.url}/service-worker.js").text)


def test_without_a_line_the_shell_opens_and_says_so(visitor_with_worker, server):
    page = visitor_with_worker.sign_up("tunnel@example.com")
    server.person("tunnel@example.com").post("/habits", json={"name": "Zebrafinches"})
    page.goto(f"{server.url}/today")
    expect(page.get_by_text("Zebrafinches")).to_be_visible()
    page.wait_for_function(WORKER)
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    expect(page.get_by_text("You are offline.")).to_be_visible(timeout=20_000)
    page.goto(f"{server.url}/habits/new")
    expect(page).to_have_url(f"{server.url}/today")


def test_nothing_of_anybodys_is_kept(visitor_with_worker, server):
    page = visitor_with_worker.sign_up("offline@example.com")
    server.person("offline@example.com").post("/habits", json={"name": "Zebrafinches"})
    for path in ("/today", "/habits", "/settings", "/docs", "/health", "/today"):
        page.goto(server.url + path)
    page.wait_for_function(WORKER)
    expect(page.get_by_text("Zebrafinches")).to_be_visible()
    kept = page.evaluate(KEPT)
    assert any(url.endswith("/today") for url, _ in kept)
    assert any("/assets/" in url for url, _ in kept)
    for url, text in kept:
        assert not re.search("/(api|docs|health|openapi|_event)", url)
        assert "Zebrafinches" not in text
        assert "offline@example.com" not in text


def test_taps_without_a_line_are_kept_and_sent_when_it_is_back(built, browser, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    server = Server(tmp_path, allowed_origins=f'["{address}"]')
    server.run("migrate")
    server.start()
    try:
        with browser.new_context(service_workers="block", locale="en-GB") as context:
            page = Visitor(context, server).sign_up("underground@example.com")
            client = server.person("underground@example.com")
            read = client.post("/habits", json={"name": "Read"}).json()["id"]
            kilometres = {"name": "Walk", "kind": "numeric", "target": 5, "unit": "km"}
            walk = client.post("/habits", json=kilometres).json()["id"]
            with slow_line(port, server.port, delay=0):
                page.goto(f"{address}/today")
                expect(page.get_by_role("button", name="Check in Read")).to_be_visible()
                page.wait_for_load_state("networkidle")
            expect(page.get_by_text("You are offline.")).to_be_visible(timeout=30_000)
            page.get_by_role("button", name="Check in Read").click()
            for _ in range(3):
                page.get_by_role("button", name="More Walk").click()
            expect(page.get_by_role("button", name="Undo Read")).to_be_visible()
            expect(page.locator(".stepper-value")).to_have_text("3")
            assert client.get(f"/habits/{read}/entries").json()["items"] == []
            with slow_line(port, server.port, delay=0):
                eventually(
                    lambda: [one["value"] for one in client.get(f"/habits/{walk}/entries").json()["items"]] == [3]
                )
                eventually(lambda: len(client.get(f"/habits/{read}/entries").json()["items"]) == 1)
                expect(page.get_by_text("You are offline.")).to_have_count(0)
                expect(page.get_by_role("button", name="Undo Read")).to_be_visible()
                expect(page.locator(".stepper-value")).to_have_text("3")
    finally:
        server.stop()
