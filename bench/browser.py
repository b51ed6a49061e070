"""The pages in a real browser: python -m bench.browser [TIMES]

Twenty habits with a year each. A tap is confirmed when the row carries the server's word, not the browser's guess; its
payload is every frame of the websocket, both ways, from the tap to there. A cold Today has nothing in the cache and no
service worker; it is usable when its rows are there to be tapped, and has come when the line has been quiet for half a
second. What is fetched after that, for pages that may be opened next, is told beside it.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.figures import Figure, line
from bench.filled import account, database
from habit_coach import building
from tests.browser.conftest import DESK, Server, Visitor, launched
from tests.browser.line import fetched, said

EMAIL = "browser@example.com"
HABITS, DAYS, COLD = 20, 365, 5
AT_REST_MS = 3000
CONFIRMED = """row => new Promise(done => {
    const begun = performance.now();
    new MutationObserver((_, observer) => {
        if (row.dataset.outcome === 'kept') { observer.disconnect(); done(performance.now() - begun); }
    }).observe(row, {attributes: true});
    row.querySelector('[data-primary]').click();
})"""
USABLE = """new MutationObserver((_, observer) => {
    if (document.querySelector('.day-row [data-primary]')) { observer.disconnect(); window.usable = performance.now(); }
}).observe(document, {subtree: true, childList: true})"""


def figures(times: int = HABITS) -> list[Figure]:
    if not building.is_current():
        building.build()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        fill(Path(folder))
        server.start()
        browser = launched(playwright)
        try:
            return [*cold(browser, server), *taps(browser, server, times)]
        finally:
            browser.close()
            server.stop()


def fill(folder: Path) -> None:
    """The account, in the server's own database."""
    with database(folder):
        account(EMAIL, HABITS, DAYS)


def cold(browser: Browser, server: Server) -> list[Figure]:
    sizes, counts, waits, later = [], [], [], []
    context = browser.new_context(viewport=DESK, service_workers="block")
    Visitor(context, server).sign_in(EMAIL)
    cookies = context.cookies()
    for _ in range(COLD):
        fresh = browser.new_context(viewport=DESK, service_workers="block")
        fresh.add_cookies(cookies)  # type: ignore[arg-type]  # what one context gives, another takes
        page = fresh.new_page()
        page.add_init_script(USABLE)
        loaded = fetched(page)
        page.goto(f"{server.url}/today")
        page.wait_for_function("window.usable")
        page.wait_for_load_state("networkidle")
        waits.append(page.evaluate("window.usable"))
        sizes.append(sum(loaded) / 1000)
        counts.append(len(loaded))
        page.wait_for_timeout(AT_REST_MS)
        later.append(f"{len(loaded) - counts[-1]} more ({sum(loaded) / 1000 - sizes[-1]:.0f} kB) once it is at rest")
        fresh.close()
    wait = statistics.median(waits)
    beside = f"{counts[-1]} requests, usable after {wait:.0f} ms, worst {max(waits):.0f} ms"
    return [
        Figure("Cold Today, compressed", statistics.median(sizes), 450, "kB", at_most=True, beside=beside),
        Figure("Cold Today, requests", statistics.median(counts), 12, "requests", at_most=True, beside=later[-1]),
        Figure("Cold Today, usable", wait, 1500, "ms", at_most=True),
    ]


def taps(browser: Browser, server: Server, times: int) -> list[Figure]:
    page = Visitor(browser.new_context(viewport=DESK, service_workers="block"), server).sign_in(EMAIL)
    page.wait_for_selector(".day-row [data-primary]")
    page.wait_for_load_state("networkidle")
    frames = said(page)
    took, payloads = [], []
    for row in page.query_selector_all(".day-row[data-outcome='open']")[:times]:
        frames.clear()
        took.append(row.evaluate(CONFIRMED))
        page.wait_for_timeout(300)  # what follows the confirmation counts as well
        payloads.append(sum(len(frame.encode()) for frame in frames) / 1000)
    beside = f"{len(took)} taps, worst {max(took):.0f} ms"
    return [
        Figure("Tap to confirmed", statistics.median(took), 60, "ms", at_most=True, beside=beside),
        Figure("Payload of a tap", statistics.median(payloads), 2, "kB", at_most=True, beside="both ways"),
    ]


if __name__ == "__main__":
    for figure in figures(*map(int, sys.argv[1:])):
        print(line(figure))
