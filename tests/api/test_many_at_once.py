"""More requests at once than the database has connections: each waits its turn, and the event loop goes on."""

import asyncio

import httpx
import pytest

from habit_coach.api.app import build_api

MANY = 40


def at_once(method: str, path: str, **options) -> set[int]:
    """The statuses of the answers to as many of the same request."""

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(build_api())
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
            return await asyncio.gather(*(client.request(method, path, **options) for _ in range(MANY)))

    return {answer.status_code for answer in asyncio.run(ask())}


@pytest.mark.usefixtures("database")
def test_many_may_ask_how_it_is():
    assert at_once("GET", "/health") == {200}


@pytest.mark.parametrize("path", ["/predictions", "/reports/weekly"])
def test_many_may_ask_for_what_takes_its_time(ada, path):
    ada.habit()
    assert at_once("GET", f"/api/v1{path}", headers=ada.headers) == {200}


def test_many_may_mistype_their_password(ada):
    change = {"current": "a wrong password", "new": "eight purple bottles"}
    assert 503 not in at_once("POST", "/api/v1/auth/password", headers=ada.headers, json=change)
