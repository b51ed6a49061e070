"""A deploy while people have pages open: everyone moves to the new build, and nobody gets stuck on the way."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from habit_coach import building
from tests.browser.conftest import Server, Visitor
from tests.conftest import ROOT

PARTS = ("habit_coach", "alembic", "alembic.ini", "rxconfig.py", "pyproject.toml")
ACTIVE = "navigator.serviceWorker.ready.then((worker) => worker.active.state === 'activated')"
COMES_BACK = "document.dispatchEvent(new Event('visibilitychange'))"
SHELLS = "caches.keys()"
BUILD = "document.documentElement.dataset.build"
NEW = "shell-1111222233334444"


class Home:
    """A copy of the app in a folder of its own, with a server that runs from there."""

    def __init__(self, folder: Path, data: Path) -> None:
        for part in PARTS:
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
            copy(ROOT / part, folder / part)
        shutil.copytree(ROOT / ".web" / "build", folder / ".web" / "build")
        shutil.copy2(building.STAMP, folder / building.STAMP.relative_to(ROOT))
        self.pages = folder / ".web" / "build" / "client"
        self.server = Server(data, home=folder)

    def deploy(self) -> None:
        """Another build takes the place of this one: its worker, its pages, and the names of its scripts are new."""
        self.server.stop()
        scripts = {one.name: one.stem + "-new.js" for one in (self.pages / "assets").glob("*.js")}
        renamed = re.compile("|".join(map(re.escape, sorted(scripts, key=len, reverse=True))))
        for path in list(self.pages.rglob("*")):
            if path.suffix in (".gz", ".br"):
                path.unlink()
            elif path.suffix in (".html", ".js"):
                text = renamed.sub(lambda found: scripts[found[0]], path.read_text("utf-8"))
                text = re.sub(r'"shell-[0-9a-f]{16}"', f'"{NEW}"', text)
                text = text.replace('<html lang="en"', '<html lang="en" data-build="new"', 1)
                path.with_name(scripts.get(path.name, path.name)).write_text(text, "utf-8")
                if path.name in scripts:
                    path.unlink()
        self.server.start()


@pytest.fixture
def home(built, tmp_path) -> Iterator[Home]:
    (folder := tmp_path / "app").mkdir()
    (data := tmp_path / "data").mkdir()
    made = Home(folder, data)
    made.server.run("migrate")
    made.server.start()
    try:
        yield made
    finally:
        made.server.stop()


@pytest.fixture
def page(home, own_browser) -> Page:
    """Somebody at Today, with one habit, whose browser keeps the shell of the first build."""
    somebody = Visitor(own_browser.new_context(locale="en-GB"), home.server)
    somebody.sign_up("early@example.com").close()
    home.server.person("early@example.com").post("/habits", json={"name": "Read"}).raise_for_status()
    page = somebody.open("/today")
    expect(page.get_by_role("button", name="Check in Read")).to_be_visible()
    page.wait_for_function(ACTIVE)
    page.reload()  # from here on the worker is in between
    expect(page.get_by_role("button", name="Check in Read")).to_be_visible()
    return page


def moved(page: Page) -> None:
    page.wait_for_function(f"{BUILD} === 'new'")
    expect(page.get_by_role("button", name="Check in Read")).to_be_visible()
    page.wait_for_function(f"{SHELLS}.then((names) => names.join() === '{NEW}')")


def test_an_open_page_and_its_worker_move_to_the_new_build(home, page):
    assert NEW not in page.evaluate(SHELLS)
    home.deploy()
    page.evaluate(COMES_BACK)
    moved(page)
    page.get_by_role("button", name="Check in Read").click()
    expect(page.get_by_role("button", name="Undo Read")).to_be_visible()


def test_the_new_shell_opens_without_a_line(home, page):
    home.deploy()
    page.evaluate(COMES_BACK)
    moved(page)
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    assert page.evaluate(BUILD) == "new"


def test_whoever_is_typing_is_not_interrupted(home, page):
    page.get_by_role("listitem").get_by_label("More for Read").click()
    page.get_by_role("button", name="Edit this day").click()
    page.get_by_label("Note").fill("In the middle of a sentence")
    home.deploy()
    page.evaluate(COMES_BACK)
    page.wait_for_function(f"{SHELLS}.then((names) => names.includes('{NEW}'))")
    page.wait_for_function("navigator.serviceWorker.ready.then((worker) => !worker.installing && !worker.waiting)")
    expect(page.get_by_label("Note")).to_have_value("In the middle of a sentence")
    assert page.evaluate(BUILD) is None
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Note")).to_be_hidden()
    page.evaluate(COMES_BACK)
    page.wait_for_function(f"{BUILD} === 'new'")
    expect(page.get_by_text("In the middle of a sentence").first).to_be_visible()


def test_a_way_to_a_page_whose_script_is_gone_still_leads_there(home, page):
    home.deploy()
    page.get_by_role("link", name="Read", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Read")
    assert page.evaluate(BUILD) == "new"
