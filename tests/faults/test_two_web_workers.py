"""Two web workers and two Huey workers on PostgreSQL and Redis are one app: what one of them knows, the others know."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from prometheus_client.mmap_dict import MmapedDict

from bench.load.page import BELL, TODAY, Page
from tests.browser.conftest import PASSWORD
from tests.faults.conftest import System, web_workers
from tests.faults.load import WATER

MOST_PAGES = 40


def sign_up(system: System, email: str) -> str:
    """A new account; gives its browser's cookies."""
    form = {"email": email, "password": PASSWORD}
    answer = httpx.post(f"{system.url}/sign-up", data=form, headers={"Origin": system.url})
    return "; ".join(f"{name}={value}" for name, value in answer.cookies.items() if value)


def pages_by_worker(system: System) -> Counter[str]:
    """How many pages each web worker has open, by what it counts for the metrics."""
    folder = Path(system.environment["HABIT_COACH_DATA"]) / "counters"
    found: Counter[str] = Counter()
    for path in folder.glob("gauge_livesum_*.db"):
        for key, value, *_ in MmapedDict.read_all_values_from_file(path):
            found[path.name] += int(value) if "open_websockets" in key else 0
    return +found


@asynccontextmanager
async def pages_on_both(system: System, cookie: str):
    """So many pages of one browser that each web worker has one."""
    pages: list[Page] = []
    try:
        while len(pages_by_worker(system)) < 2:
            assert len(pages) < MOST_PAGES
            pages.append(Page(system.url, cookie))
            await pages[-1].open()
        yield pages
    finally:
        for page in pages:
            await page.close()


def shows(page: Page, name: str, number: float) -> bool:
    return any(row["name"] == name and row["value"] == number for row in page.rows())


def test_a_check_in_at_one_shows_on_the_pages_of_both(system):
    async def story() -> None:
        cookie = sign_up(system, "live@example.com")
        script = system.person("live@example.com")
        habit = script.post("/habits", json=WATER).json()["id"]
        async with pages_on_both(system, cookie) as pages:
            script.post(f"/habits/{habit}/checkin", json={"increment": 1})
            for page in pages:
                await page.until(lambda page=page: shows(page, "Water", 1))
            await pages[0].send(f"{TODAY}.add", habit_id=habit, amount=1.0)
            for page in pages:
                await page.until(lambda page=page: shows(page, "Water", 2))

    asyncio.run(story())


def test_what_a_huey_worker_does_shows_on_the_pages_of_both(system):
    async def story() -> None:
        cookie = sign_up(system, "told@example.com")
        script = system.person("told@example.com")
        async with pages_on_both(system, cookie) as pages:
            note = {"title": "Drink something", "due_at": "2026-01-01T08:00:00Z"}
            assert script.post("/notifications", json=note).status_code == 201
            for page in pages:
                await page.until(lambda page=page: page.get(BELL, "unread") == 1)

    asyncio.run(story())


def test_a_browser_that_is_signed_out_at_one_is_signed_out_at_both(system):
    async def story() -> None:
        cookie = sign_up(system, "leaving@example.com")
        script = system.person("leaving@example.com")
        async with pages_on_both(system, cookie) as pages:
            logins = script.get("/auth/sessions").json()["items"]
            (browser,) = [login["id"] for login in logins if not login["current"]]
            assert script.delete(f"/auth/sessions/{browser}").status_code == 204
            for page in pages:
                await page.until(lambda page=page: any("/sign-in" in said for said in page.said))

    asyncio.run(story())


def test_a_token_that_ended_at_one_ends_at_both(system):
    sign_up(system, "script@example.com")
    script = system.person("script@example.com")
    token = {"Authorization": script.headers["Authorization"]}
    assert script.post("/auth/logout").status_code == 204
    answers = [httpx.get(f"{system.url}/api/v1/auth/me", headers=token).status_code for _ in range(12)]
    assert answers == [401] * 12


def test_a_rate_limit_holds_over_both(system):
    wrong = {"email": "nobody@example.com", "password": "not the password"}
    tries = [httpx.post(f"{system.url}/api/v1/auth/login", json=wrong).status_code for _ in range(12)]
    assert tries == [401] * 5 + [429] * 7


def test_the_metrics_count_what_both_answered(system):
    def refused() -> float:
        counted = httpx.get(f"{system.url}/metrics").text
        line = 'habit_coach_requests_total{method="GET",route="/api/v1/auth/me",status="401"} '
        return sum(float(found.removeprefix(line)) for found in counted.splitlines() if found.startswith(line))

    assert len(web_workers(system)) == 2
    before = refused()
    for _ in range(12):
        httpx.get(f"{system.url}/api/v1/auth/me")
    assert refused() == before + 12
