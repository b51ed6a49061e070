"""With 200 ms on every packet each way no answer comes within 400 ms: what shows sooner does not wait for one."""

import socket

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Server, Visitor
from tests.browser.line import fetched
from tests.browser.slow_line import AT_REST, TAP, TO_HABITS, UNTIL_SHOWN, slow_line

ROUND_TRIP_MS = 400
LARGEST_TODAY = 450_000
MOST_FILES = 11


@pytest.fixture
def far_away(built, tmp_path):
    """A server, and its address at the far end of a slow line."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    server = Server(tmp_path, allowed_origins=f'["{address}"]')
    server.run("migrate")
    server.start()
    try:
        with slow_line(port, server.port):
            yield server, address
    finally:
        server.stop()


def test_a_tap_and_a_page_show_before_any_answer_can_have_come(far_away, browser):
    server, address = far_away
    with browser.new_context(service_workers="block") as context:
        page = Visitor(context, server).sign_up("faraway@example.com")
        server.person("faraway@example.com").post("/habits", json={"name": "Read"}).raise_for_status()
        page.goto(f"{address}/today")
        expect(page.get_by_role("button", name="Check in Read")).to_be_visible()
        page.wait_for_function(AT_REST)
        page.wait_for_load_state("networkidle")
        assert page.evaluate(UNTIL_SHOWN, TAP) < ROUND_TRIP_MS
        expect(page.get_by_role("button", name="Undo Read")).to_be_visible()
        assert page.evaluate(UNTIL_SHOWN, TO_HABITS) < ROUND_TRIP_MS
        expect(page.get_by_role("heading", level=1)).to_have_text("Habits")


def test_a_cold_today_is_small_and_in_few_files(visitor, server):
    page = visitor().sign_up("cold@example.com")
    server.person("cold@example.com").post("/habits", json={"name": "Read"}).raise_for_status()
    with page.context.browser.new_context(
        service_workers="block", storage_state=page.context.storage_state()
    ) as context:
        cold = context.new_page()
        sizes = fetched(cold)
        cold.goto(f"{server.url}/today")
        expect(cold.get_by_role("button", name="Check in Read")).to_be_visible()
        cold.wait_for_load_state("networkidle")
        assert 5 < len(sizes) <= MOST_FILES
        assert sum(sizes) < LARGEST_TODAY
