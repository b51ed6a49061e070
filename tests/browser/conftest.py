"""The app as people meet it: the real server on a port of its own, and a real browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from habit_coach import building
from tests.conftest import ROOT

PASSWORD = "seven green bottles"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
expect.set_options(timeout=10_000)


class Server:
    """`python -m habit_coach serve` with a data folder of its own, run from `home`."""

    def __init__(self, data: Path, home: Path = ROOT, **settings: str) -> None:
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HABIT_COACH_", "REDIS", "DATABASE"))
        } | {
            "PORT": str(self.port),
            "HABIT_COACH_DATA": str(data),
            "HABIT_COACH_BCRYPT_COST": "4",
            "HABIT_COACH_RATE_LIMITS": "off",
        }
        self.environment |= {f"HABIT_COACH_{name.upper()}": value for name, value in settings.items()}
        self.log = data / "server.log"
        self.clients: list[httpx.Client] = []

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """One of the app's own commands, on this server's data."""
        whole = [sys.executable, "-m", "habit_coach", *command]
        done = subprocess.run(whole, cwd=self.home, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def live_through(self, what: str, email: str) -> None:
        """A part of `tests.browser.past`, beside the server."""
        whole = [sys.executable, "-m", "tests.browser.past", what, email]
        done = subprocess.run(whole, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        with self.log.open("a") as log:
            command = [sys.executable, "-m", "habit_coach", "serve"]
            self.process = subprocess.Popen(command, cwd=self.home, env=self.environment, stdout=log, stderr=log)
        for _ in range(300):
            try:
                if httpx.get(f"{self.url}/health").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def stop(self) -> None:
        for client in self.clients:
            client.close()
        self.process.terminate()
        self.process.wait(15)

    def person(self, email: str) -> httpx.Client:
        """A REST client of somebody who has an account already."""
        client = httpx.Client(base_url=f"{self.url}/api/v1")
        self.clients.append(client)
        answer = client.post("/auth/login", json={"email": email, "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return client


@pytest.fixture(scope="session")
def built() -> None:
    """The pages, built once for all browser tests, and only if they changed."""
    if not building.is_current():
        building.build()


@contextmanager
def running(data: Path, **settings: str) -> Iterator[Server]:
    """A server on this data folder, until the end of the block."""
    served = Server(data, **settings)
    served.run("migrate")
    served.start()
    try:
        yield served
    finally:
        served.stop()


@pytest.fixture(scope="session")
def server(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("server")) as served:
        yield served


def launched(playwright: Playwright) -> Browser:
    """The system's Chromium where there is one, as `scripts/browser` looks for it, else Playwright's own."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    system = next(filter(None, map(shutil.which, names)), None)
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    return playwright.chromium.launch(executable_path=system, args=quiet)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One for all tests that let no service worker run."""
    with launched(playwright) as opened:
        yield opened


@pytest.fixture
def own_browser(playwright: Playwright) -> Iterator[Browser]:
    """One for a test with a service worker: Chromium may keep it when its context closes, and then hang at the next."""
    with launched(playwright) as opened:
        yield opened


class Visitor:
    """Somebody at a browser: their own cookies, as many tabs as they like."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.context = context
        self.server = server

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.goto(self.server.url + path)
        return page

    def sign_up(self, email: str) -> Page:
        """A new account; gives the page that greets it."""
        page = self.open("/sign-up")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Create account").click()
        page.wait_for_url("**/welcome")
        return page

    def sign_in(self, email: str) -> Page:
        page = self.open("/sign-in")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/today")
        return page


@pytest.fixture
def visitor(browser: Browser, server: Server) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors; each has a browser profile of their own."""
    contexts = []

    def made(viewport: dict[str, int] = DESK, **options) -> Visitor:
        options.setdefault("locale", "en-GB")
        new = browser.new_context(viewport=viewport, timezone_id="Europe/Berlin", service_workers="block", **options)
        contexts.append(new)
        return Visitor(new, server)

    yield made
    for context in contexts:
        context.close()


@pytest.fixture
def visitor_with_worker(own_browser: Browser, server: Server) -> Visitor:
    """Somebody whose browser lets the app's service worker run."""
    return Visitor(own_browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Europe/Berlin"), server)
