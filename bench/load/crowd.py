"""People at browsers and people with scripts, and what they noticed."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx

from bench.load import Request
from bench.load.page import TODAY, Page
from tests.browser.conftest import PASSWORD

HABITS = 5
AT_ONCE = 8
GIVE_UP_SECONDS = 15.0


@dataclass
class Record:
    """Moments (seconds since the beginning) and how long each took (seconds); `errors` says what went wrong."""

    rest: list[tuple[float, float]] = field(default_factory=list)
    live: list[tuple[float, float]] = field(default_factory=list)
    memory: list[tuple[float, float, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    spent: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    began: float = field(default_factory=time.perf_counter)

    def now(self) -> float:
        return time.perf_counter() - self.began


class Person:
    """An account with some habits, a token for scripts and a cookie for pages."""

    def __init__(self, url: str, email: str, record: Record) -> None:
        self.url, self.email, self.record = url, email, record
        self.pages: list[Page] = []
        self.waiting: dict[Page, float] = {}

    async def arrive(self, client: httpx.AsyncClient) -> None:
        ada = {"email": self.email, "password": PASSWORD}
        signed_up = await client.post("/sign-up", data=ada, headers={"Origin": self.url})
        self.cookie = "; ".join(f"{name}={value}" for name, value in signed_up.cookies.items() if value)
        client.cookies.clear()
        signed_in = await client.post("/api/v1/auth/login", json=ada)
        client.cookies.clear()
        self.headers = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
        new = {"kind": "numeric", "unit": "l", "target": 2, "schedule": {"kind": "daily"}}
        self.habits = []
        for number in range(HABITS):
            made = await client.post("/api/v1/habits", json=new | {"name": f"Habit {number}"}, headers=self.headers)
            self.habits.append(made.json()["id"])

    async def open_pages(self, count: int) -> None:
        for _ in range(count):
            page = Page(self.url, self.cookie, self._saw)
            await page.open()
            self.pages.append(page)

    async def leave(self) -> None:
        for page in self.pages:
            await page.close()

    def expect(self) -> None:
        """A check-in is on its way to every page."""
        self.waiting = dict.fromkeys(self.pages, time.perf_counter())

    def _saw(self, page: Page) -> None:
        if (since := self.waiting.pop(page, None)) is not None:
            self.record.live.append((self.record.now(), time.perf_counter() - since))


async def gather(people: list[Person], work: Callable[[Person], Awaitable[None]]) -> None:
    """Do `work` for everybody, a few at once."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(person: Person) -> None:
        async with places:
            await work(person)

    await asyncio.gather(*map(one, people))


async def every(seconds: float, until: float, work: Callable[[], Awaitable[None]]) -> None:
    """Begin `work` at each multiple of `seconds`, whether or not the one before has ended."""
    begun, tasks = time.perf_counter(), set()
    for number in range(int(until / seconds)):
        await asyncio.sleep(max(0.0, begun + number * seconds - time.perf_counter()))
        task = asyncio.create_task(work())  # type: ignore[arg-type]
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)


class Lines:
    """Kept connections, taken in turn; opened when all are busy."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, request: Request) -> str:
        """The head of the answer. Raises OSError or EOFError when the line is cut."""
        while self.free and self.free[-1][0].at_eof():
            self.free.pop()[1].close()  # unused for so long that the server hung up
        line = self.free.pop() if self.free else await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = line
        writer.write(request.raw(f"127.0.0.1:{self.port}"))
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length or 0))
        self.free.append(line)
        return head.decode()


async def script(lines: Lines, people: list[Person], record: Record, chance: random.Random) -> None:
    """One check-in over REST by one of the people."""
    person, began = chance.choice(people), time.perf_counter()
    path = f"/api/v1/habits/{chance.choice(person.habits)}/checkin"
    try:
        head = await lines.ask(Request("POST", path, b'{"increment": 0.25}', person.headers["Authorization"]))
    except (OSError, EOFError) as error:
        record.errors.append(f"REST: {error!r}")
        return
    record.rest.append((record.now(), time.perf_counter() - began))
    if " 200 " not in head.partition("\r\n")[0]:
        record.errors.append(f"REST: {head[:60]}")


async def tap(people: list[Person], record: Record, chance: random.Random) -> None:
    """One of the people taps on one of their pages; all of their pages show it."""
    person = chance.choice([one for one in people if not one.waiting] or people)
    if late := [page for page in person.pages if not page.is_open]:
        record.errors.append(f"A page lost its line: {late[0].ended}")
        return
    person.expect()
    page = chance.choice(person.pages)
    await page.send(f"{TODAY}.add", habit_id=chance.choice(person.habits), amount=0.25)
    deadline = time.perf_counter() + GIVE_UP_SECONDS
    while person.waiting and time.perf_counter() < deadline:
        await asyncio.sleep(0.1)
    if person.waiting:
        record.errors.append(f"{len(person.waiting)} pages never showed a check-in.")
        person.waiting = {}
