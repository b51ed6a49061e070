"""The pages on a slow line: python -m bench.slow_line [TIMES]

A real server and a real browser, with 200 ms on every packet each way. Prints the median and the worst of: from a tap
to what it shows, and from a tap on the navigation to the next page's frame.
"""

import socket
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import Server, Visitor, launched
from tests.browser.slow_line import AT_REST, TAP, TO_HABITS, UNTIL_SHOWN, slow_line


def main(times: int = 5) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    taps, pages = [], []
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        server = Server(Path(data), allowed_origins=f'["{address}"]')
        server.run("migrate")
        server.start()
        browser = launched(playwright)
        try:
            page = Visitor(browser.new_context(service_workers="block"), server).sign_up("bench@example.com")
            client = server.person("bench@example.com")
            habit = client.post("/habits", json={"name": "Read"}).json()["id"]
            with slow_line(port, server.port):
                for _ in range(times):
                    page.goto(f"{address}/today")
                    page.wait_for_selector(TAP[0])
                    page.wait_for_function(AT_REST)
                    page.wait_for_load_state("networkidle")
                    taps.append(page.evaluate(UNTIL_SHOWN, TAP))
                    pages.append(page.evaluate(UNTIL_SHOWN, TO_HABITS))
                    page.wait_for_timeout(1000)
                    for entry in client.get(f"/habits/{habit}/entries").json()["items"]:
                        client.delete(f"/habits/{habit}/entries/{entry['day']}")
                page.close()
        finally:
            browser.close()
            server.stop()
    for name, found in (("tap", taps), ("next page", pages)):
        print(f"{name}: median {statistics.median(found):.0f} ms, worst {max(found):.0f} ms, of {times}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
