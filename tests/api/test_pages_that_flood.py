"""One page cannot keep the server to itself by sending without end."""

import asyncio
import time

import pytest

from habit_coach.api.requests import A_SECOND, AT_ONCE, Pace, Watched


def test_some_hundred_messages_come_through_at_once_and_the_rest_in_turn():
    pace = Pace(now=0)
    assert [pace.wait(now=0) for _ in range(AT_ONCE)] == [0] * AT_ONCE
    assert pace.wait(now=0) == pytest.approx(1 / A_SECOND)
    assert pace.wait(now=0) == pytest.approx(2 / A_SECOND)


def test_whoever_pauses_may_send_again_but_never_saves_up_more():
    pace = Pace(now=0)
    for _ in range(AT_ONCE):
        pace.wait(now=0)
    assert [pace.wait(now=1) for _ in range(A_SECOND)] == [0] * A_SECOND
    assert pace.wait(now=1) > 0
    assert [pace.wait(now=10_000) for _ in range(AT_ONCE)] == [0] * AT_ONCE
    assert pace.wait(now=10_000) > 0


def test_a_page_that_sends_without_end_is_read_at_its_pace():
    async def endless() -> dict:
        return {"type": "websocket.receive", "text": "again"}

    read = 0

    async def app(_scope, receive, _send) -> None:
        nonlocal read
        while True:
            await receive()
            read += 1

    async def flood() -> float:
        began = time.perf_counter()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(Watched(app)({"type": "websocket"}, endless, endless), 0.5)
        return time.perf_counter() - began

    took = asyncio.run(flood())
    assert 0 < read <= AT_ONCE + took * A_SECOND
