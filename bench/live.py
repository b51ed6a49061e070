"""How soon one door sees what the other did: python -m bench.live [TIMES]

A real server, a real browser with Today open, and a REST client. Prints the median and the worst of: from the answer
of a REST check-in to the changed page, from a tap to the changed page, and from a tap to the REST client reading it.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from habit_coach import building
from tests.browser.conftest import DESK, Server, Visitor, launched

CHANGED = """name => new Promise(done => {
    const seen = () => document.querySelector(`[aria-label="${name}"]`);
    if (seen()) return done(performance.now());
    new MutationObserver((_, observer) => { if (seen()) { observer.disconnect(); done(performance.now()); } })
        .observe(document.body, {subtree: true, childList: true, attributes: true});
})"""


def milliseconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def tell(what: str, times: list[float]) -> None:
    print(f"{what:45} median {statistics.median(times):6.0f} ms   worst {max(times):6.0f} ms")


def measure(page: Page, client, habit: str, times: int) -> None:
    checkin, today = f"/habits/{habit}/checkin", client.get(f"/habits/{habit}/stats").json()["as_of"]
    entry = f"/habits/{habit}/entries/{today}"
    shown, tapped, read = [], [], []
    for _ in range(times):
        client.post(checkin, json={})
        shown.append(milliseconds(lambda: page.evaluate(CHANGED, "Undo Read")))
        client.delete(entry)
        page.evaluate(CHANGED, "Check in Read")

        began = time.perf_counter()
        page.get_by_role("button", name="Check in Read").click()
        page.evaluate(CHANGED, "Undo Read")
        tapped.append((time.perf_counter() - began) * 1000)
        while not client.get(f"/habits/{habit}/entries").json()["items"]:
            pass
        read.append((time.perf_counter() - began) * 1000)
        client.delete(entry)
        page.evaluate(CHANGED, "Check in Read")
    tell("REST check-in answered to changed page", shown)
    tell("tap (Playwright's click included) to page", tapped)
    tell("tap to a REST client that reads it", read)


def main() -> None:
    if not building.is_current():
        building.build()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder), rate_limits="off")
        server.run("migrate")
        server.start()
        browser = launched(playwright)
        try:
            page = Visitor(browser.new_context(viewport=DESK), server).sign_up("live@example.com")
            client = server.person("live@example.com")
            habit = client.post("/habits", json={"name": "Read"}).json()["id"]
            page.goto(f"{server.url}/today")
            page.evaluate(CHANGED, "Check in Read")
            measure(page, client, habit, int(sys.argv[1]) if len(sys.argv) > 1 else 20)
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
