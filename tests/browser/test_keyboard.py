"""The main road by keyboard alone: no click, and the focus is always where the eye expects it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD
from tests.browser.test_checking_in import eventually

EMAIL = "byhand@example.com"
FOCUSED = """() => {
  const one = document.activeElement;
  const said = (one.labels?.[0] ?? one).cloneNode(true);
  for (const silent of said.querySelectorAll("[aria-hidden=true]")) silent.remove();
  return (one.getAttribute("aria-label") ?? said.textContent ?? "").trim();
}"""
VISIBLE = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
}"""
LONGEST_WAY = 120


def focused(page: Page) -> str:
    return page.evaluate(FOCUSED)


def go_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press Tab until what begins with `name`, a pattern, has the focus, and shows it."""
    for _ in range(LONGEST_WAY):
        page.keyboard.press(key)
        if re.match(name, focused(page)):
            assert page.evaluate(VISIBLE), f"{name} does not show that it has the focus"
            return
    raise AssertionError(f"{name} was not reached by {key}")


def press(page: Page, name: str) -> None:
    go_to(page, name)
    page.keyboard.press("Enter")


def fill(page: Page, name: str, text: str) -> None:
    go_to(page, name)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def heading(page: Page):
    return page.get_by_role("heading", level=1)


@pytest.fixture
def newcomer(visitor) -> Page:
    """Signed up by keyboard, with a habit of each kind chosen from the templates."""
    page = visitor().open("/")
    press(page, "Start your first habit")
    page.wait_for_url("**/sign-up")
    fill(page, "E-mail", EMAIL)
    fill(page, "Password", PASSWORD)
    press(page, "Create account")
    page.wait_for_url("**/welcome")
    return page


def test_from_the_landing_page_to_signing_out_without_a_mouse(newcomer, server):
    page = newcomer
    for template in ("Drink water", "Stretch", "Coffee"):
        go_to(page, template)
        page.keyboard.press("Space")
        expect(page.locator(":focus")).to_have_attribute("aria-pressed", "true")
    press(page, "Go to today")
    page.wait_for_url("**/today")
    client = server.person(EMAIL)
    habits = {one["name"]: one["id"] for one in client.get("/habits").json()["items"]}
    assert len(habits) == 3

    expect(page.get_by_role("button", name="More Coffee")).to_be_visible()
    page.keyboard.press("j")
    assert focused(page) == "More Drink water"
    page.keyboard.press("j")
    assert focused(page) == "Check in Stretch"
    page.keyboard.press("Space")
    expect(page.locator(":focus")).to_have_attribute("aria-pressed", "true")
    stretch = f"/habits/{habits['Stretch']}/stats"
    eventually(lambda: client.get(stretch).json()["total"] == 1)
    assert focused(page) == "Undo Stretch"  # the answer has come, and has moved nothing

    page.keyboard.press("j")
    assert focused(page) == "More Coffee"
    page.keyboard.press("+")
    coffee = f"/habits/{habits['Coffee']}/entries"
    eventually(lambda: [one["value"] for one in client.get(coffee).json()["items"]] == [1])
    assert focused(page) == "More Coffee"
    page.keyboard.press("e")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_label("Number")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    eventually(lambda: client.get(coffee).json()["items"][0]["value"] == 2)
    assert focused(page) == "More Coffee"

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()
    assert focused(page) == "More Coffee"

    go_to(page, "Stretch", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Stretch")
    go_to(page, "Show the days of")
    page.keyboard.press("Tab")
    today = focused(page)
    page.keyboard.press("ArrowUp")
    yesterday = focused(page)
    assert yesterday != today
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    go_to(page, "Nothing", "Shift+Tab")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    press(page, "Save")
    expect(page.get_by_role("dialog")).to_be_hidden()
    eventually(lambda: client.get(stretch).json()["total"] == 2)
    assert focused(page).startswith(yesterday.split(":")[0])

    press_from_the_top(page, "Settings")
    expect(heading(page)).to_have_text("Settings")
    fill(page, "Name", "Ada")
    press(page, "Save")
    eventually(lambda: client.get("/auth/me").json()["name"] == "Ada")
    press_from_the_top(page, "Sign out$")
    page.wait_for_url(server.url + "/")


def press_from_the_top(page: Page, name: str) -> None:
    """From the beginning of the page, where a screen reader begins too."""
    page.evaluate("document.activeElement.blur()")
    press(page, name)


def test_a_new_page_begins_at_its_top_for_the_eye_and_the_keyboard(visitor, server):
    somebody = visitor()
    page = somebody.sign_up("top@example.com")
    page.goto(f"{server.url}/today")
    expect(heading(page)).to_contain_text("Good")
    for place in ("Habits", "Insights", "Report", "Settings", "Today"):
        page.get_by_role("navigation", name="Main").get_by_role("link", name=place).press("Enter")
        page.wait_for_url(f"**/{place.lower()}")
        expect(heading(page)).to_be_visible()
        expect(page.locator("#main")).to_be_focused()  # so that Tab goes on into the new page
        assert page.evaluate("scrollY") == 0
        expect(page).to_have_title(re.compile(place, re.IGNORECASE))


def test_without_motion_nothing_moves(visitor, server):
    somebody = visitor(reduced_motion="reduce")
    somebody.sign_up("calm@example.com")
    server.person("calm@example.com").post("/habits", json={"name": "Read"}).raise_for_status()
    page = somebody.open("/today")
    page.get_by_role("button", name="Check in Read").click()
    expect(page.get_by_role("button", name="Undo Read")).to_be_visible()
    moving = """() => [...document.querySelectorAll("main *")].filter((one) => {
      const { transitionDuration, animationDuration } = getComputedStyle(one);
      return [transitionDuration, animationDuration].join().split(",").some((said) => parseFloat(said) > 0.01);
    }).map((one) => one.className)"""
    assert page.evaluate(moving) == []
