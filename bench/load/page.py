"""An open page without a browser: it says over the websocket what the browser's own code says."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from simple_websocket import AioClient, ConnectionClosed

ROOT = "reflex___state____state"
FEED = f"{ROOT}.habit_coach___ui___live____feed"
TODAY = f"{ROOT}.habit_coach___ui___today___state____today"
BELL = f"{ROOT}.habit_coach___ui___bell____bell"
FIELD = "_rx_state_"
ROW = f"rows{FIELD}"


class Page:
    """Today, kept open. `shown` hears of each arrival of its rows; `vars` holds what the server has sent, by state.

    Like the browser it loads its rows anew when told that something changed, and answers the server's pings.
    """

    def __init__(self, url: str, cookie: str, shown: Callable[["Page"], None] = lambda page: None) -> None:
        self.address = f"{url.replace('http', 'ws', 1)}/_event/?token={uuid4()}&EIO=4&transport=websocket"
        self.headers = {"Cookie": cookie, "Origin": url}
        self.shown = shown
        self.vars: dict[str, dict[str, Any]] = {}
        self.said: list[str] = []
        self.told = 0
        self.is_open = False
        self.ended: str | None = None
        self.arrived = asyncio.Event()

    async def open(self) -> None:
        """Connect, and load the page as a visit does."""
        # We speak first: what the server said along with the handshake comes to light with its next word.
        self.socket = await AioClient.connect(self.address, headers=self.headers)
        boot = {"name": f"{ROOT}.hydrate_and_load", "payload": {}, "router_data": WHERE}
        await self.socket.send(f"40/_event,{json.dumps({'event': boot})}")
        self.is_open = True
        self.reading = asyncio.create_task(self._read())
        await self.until(lambda: self.get(TODAY, "loaded") and self.get(ROOT, "is_hydrated"))

    async def close(self) -> None:
        self.reading.cancel()
        if self.is_open:
            await self.socket.close()

    async def send(self, name: str, **payload: Any) -> None:
        """One event, such as a tap's."""
        event = {"name": name, "payload": payload, "router_data": WHERE}
        await self.socket.send(f"42/_event,{json.dumps(['event', event])}")

    async def until(self, well: Callable[[], Any], seconds: float = 30) -> None:
        """Wait until `well` holds, looking again at each arrival. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not well():
                self.arrived.clear()
                await self.arrived.wait()

    def get(self, state: str, name: str) -> Any:
        return self.vars.get(state, {}).get(name + FIELD)

    def rows(self) -> list[dict[str, Any]]:
        """The habits that the page shows."""
        groups = [*(self.get(TODAY, "groups") or []), *(self.get(TODAY, "others") or [])]
        known = self.vars.get(TODAY, {})
        return [known[ROW + habit_id] for group in groups for habit_id in group["ids"]]

    async def _read(self) -> None:
        try:
            while True:
                await self._take(str(await self.socket.receive()))
        except ConnectionClosed as closed:
            self.is_open, self.ended = False, str(closed)
            self.arrived.set()

    async def _take(self, message: str) -> None:
        if message == "2":
            await self.socket.send("3")
            return
        if not message.startswith("42"):
            return
        update = json.loads(message[message.index(",") + 1 :])[1]
        delta = update.get("delta") or {}
        for state, values in delta.items():
            self.vars.setdefault(state, {}).update(values)
        self.said += [json.dumps(event) for event in update.get("events") or ()]
        del self.said[:-20]
        if any(name.startswith(ROW) for name in delta.get(TODAY, {})):
            self.shown(self)
        if delta.get(FEED, {}).get("version" + FIELD):
            self.told += 1
            await self.send(f"{TODAY}.load")
            await self.send(f"{BELL}.load")
        self.arrived.set()


WHERE = {"pathname": "/today", "asPath": "/today"}
