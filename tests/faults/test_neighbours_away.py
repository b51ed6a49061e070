"""PostgreSQL and Redis go away and come back while people check in."""

import asyncio

import httpx

from bench.load.page import TODAY, Page
from tests.faults.load import WATER, Load
from tests.faults.test_two_web_workers import shows, sign_up


def heartbeat(system) -> float:
    """When a Huey worker was last heard of, as Unix time."""
    (line,) = [
        one for one in httpx.get(f"{system.url}/metrics").text.splitlines() if 'job_success{job="worker"}' in one
    ]
    return float(line.split()[-1])


def test_postgresql_restarted_under_load_refuses_clearly_and_loses_nothing(system):
    load = Load(system, "restart@example.com")
    load.wait_for(30)
    system.postgres.stop()
    health = httpx.get(f"{system.url}/health")
    assert (health.status_code, health.headers["content-type"]) == (503, "application/problem+json")
    system.postgres.start()
    load.wait_for_more()
    load.end()
    assert load.refused
    load.require_nothing_lost()


def test_a_tap_while_postgresql_is_away_is_answered_with_a_sentence(system):
    async def story() -> None:
        cookie = sign_up(system, "away@example.com")
        habit = system.person("away@example.com").post("/habits", json=WATER).json()["id"]
        page = Page(system.url, cookie)
        await page.open()
        system.postgres.stop()
        await page.send(f"{TODAY}.add", habit_id=habit, amount=1.0)
        await page.until(lambda: any("The database is not available" in said for said in page.said))
        system.postgres.start()
        await page.send(f"{TODAY}.add", habit_id=habit, amount=1.0)
        await page.until(lambda: shows(page, "Water", 1))
        await page.close()

    asyncio.run(story())


def test_scripts_do_not_notice_that_redis_is_away(system):
    load = Load(system, "redis@example.com")
    load.wait_for(10)
    system.redis.stop()
    load.wait_for(30)
    assert httpx.get(f"{system.url}/health").json()["status"] == "degraded"
    system.redis.start()
    load.wait_for(10)
    load.end()
    assert load.refused == []
    assert load.answered == load.kept() == load.sent


def test_pages_catch_up_once_redis_is_back_without_anything_that_it_kept(system):
    async def story() -> None:
        cookie = sign_up(system, "flushed@example.com")
        script = system.person("flushed@example.com")
        habit = script.post("/habits", json=WATER).json()["id"]
        pages = [Page(system.url, cookie) for _ in range(6)]
        for page in pages:
            await page.open()
        system.redis.stop()
        await pages[0].send(f"{TODAY}.add", habit_id=habit, amount=1.0)
        await pages[0].until(lambda: any("Try again in a few seconds" in said for said in pages[0].said))
        script.post(f"/habits/{habit}/checkin", json={"increment": 1})
        system.redis.start()
        for page in pages:
            await page.until(lambda page=page: shows(page, "Water", 1))
        await pages[0].send(f"{TODAY}.add", habit_id=habit, amount=1.0)
        for page in pages:
            await page.until(lambda page=page: shows(page, "Water", 2))
            await page.close()

    asyncio.run(story())


def test_the_workers_outlive_both(system):
    before = heartbeat(system)
    system.postgres.stop()
    system.redis.stop()
    system.redis.start()
    system.postgres.start()
    for _ in range(300):
        if heartbeat(system) > before:
            break
    assert [worker.poll() for worker in system.workers] == [None, None]
