"""Every page, full of data, held to axe's rules in both themes, and to its width on a phone and when magnified."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from reflex_base.registry import RegistrationContext

import habit_coach.habit_coach  # noqa: F401 - registers every page
from habit_coach.ui.pages.admin.page import SECTIONS
from tests.browser.conftest import DESK, PASSWORD, PHONE, Server

WHO = "everything@example.com"
ROUTES = sorted(page["route"].strip("/") or "index" for _, page in RegistrationContext.ensure_context().decorated_pages)
FOR_STRANGERS = (
    "404",
    "forgot-password",
    "index",
    "reset-password",
    "second-step",
    "sign-in",
    "sign-up",
    "verify-email",
)
MAGNIFIED = {"width": DESK["width"] // 2, "height": DESK["height"] // 2}
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const wide = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > room + 1);
  return wide.length ? wide.slice(-5).map((one) => `${one.tagName} ${one.className}`) : ["something unseen"];
}"""


@pytest.fixture(scope="module")
def paths(server: Server) -> list[str]:
    """The addresses of all pages, for an account that has something of everything."""
    server.run("create-admin", WHO, "--password", PASSWORD)
    server.run("import", "tests/fixtures/loop_habits_csv_v2.3.1.zip", "--user", WHO)
    client = server.person(WHO)
    read = {"name": "Read", "icon": "📚", "group": "Mornings", "kind": "numeric", "target": 20, "unit": "pages"}
    habit = client.post("/habits", json=read | {"reminders": ["07:30"]}).json()["id"]
    client.post(f"/habits/{habit}/checkin", json={"value": 7, "note": "Tired, but done."}).raise_for_status()
    client.post(f"/habits/{habit}/pauses", json={"first": "2026-01-01", "last": "2026-01-03"}).raise_for_status()
    client.post("/notifications", json={"title": "A word", "body": "Somebody wrote."}).raise_for_status()
    return [
        *("/" + route.removeprefix("index").replace("[id]", habit) for route in ROUTES if route not in FOR_STRANGERS),
        *(f"/admin?section={section.key}" for section in SECTIONS),
    ]


def settled(page: Page, url: str) -> None:
    """Open the address and wait for what belongs there."""
    page.goto(url)
    expect(page.locator("h1").first).to_be_attached()
    expect(page.locator(".skeleton")).to_have_count(0)


def violations(page: Page, **rules: dict) -> list[str]:
    options = {"runOnly": STANDARDS, "resultTypes": ["violations"], "rules": rules}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def walks(visitor, paths: list[str], **options) -> list[tuple[Page, str]]:
    """Each page with the tab to open it in: that of the account, or that of somebody who has none."""
    mine, strangers = visitor(**options).sign_in(WHO), visitor(**options).open("/")
    open_to_all = ["/" + route.removeprefix("index") for route in FOR_STRANGERS]
    return [*((mine, path) for path in paths), *((strangers, path) for path in open_to_all)]


@pytest.fixture(params=["light", "dark"])
def theme(request) -> str:
    return request.param


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def look(request, theme) -> dict:
    """One of the four ways in which every page is seen."""
    return {"viewport": request.param, "color_scheme": theme, "reduced_motion": "reduce"}


def test_axe_finds_nothing_on_any_page(visitor, server, paths, look):
    found = {}
    for page, path in walks(visitor, paths, **look):
        settled(page, server.url + path)
        if faults := violations(page):
            found[path] = faults
    assert found == {}


def menu(page: Page) -> None:
    page.locator("main details.menu > summary").first.click()


def day_in_the_menu(page: Page) -> None:
    menu(page)
    page.get_by_role("button", name="Edit this day").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def pause_everything(page: Page) -> None:
    page.get_by_label("More", exact=True).click()
    page.get_by_role("button", name="Pause everything").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def order(page: Page) -> None:
    page.get_by_label("More", exact=True).click()
    page.get_by_role("button", name="Change the order").click()
    expect(page.get_by_role("button", name="Done")).to_be_visible()


def a_day_of_the_year(page: Page) -> None:
    page.locator(".heatmap .cell:not([disabled])").last.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def everything_unfolded(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details:not(.menu)').forEach((one) => (one.open = true))")


def a_form_that_was_refused(page: Page) -> None:
    page.get_by_role("button", name="Add habit").click()
    expect(page.locator(".field-error").first).to_be_visible()


def shortcuts(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def two_factor_and_deletion(page: Page) -> None:
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_alt_text("QR code")).to_be_visible()
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_label("Your password, to be sure")).to_be_visible()


def where_they_are_signed_in(page: Page) -> None:
    menu(page)
    page.get_by_role("button", name="Where they are signed in").first.click()
    expect(page.get_by_role("dialog").get_by_role("listitem").first).to_be_visible()


OPENED = [
    ("/today", menu),
    ("/today", day_in_the_menu),
    ("/today", shortcuts),
    ("/today", everything_unfolded),
    ("/habits", menu),
    ("/habits", pause_everything),
    ("/habits", order),
    ("/habits/new", everything_unfolded),
    ("/habits/new", a_form_that_was_refused),
    ("/habits/[id]", a_day_of_the_year),
    ("/settings", two_factor_and_deletion),
    ("/admin?section=people", where_they_are_signed_in),
]


def test_axe_finds_nothing_in_what_opens(visitor, server, paths, look):
    page = visitor(**look).sign_in(WHO)
    habit = next(path for path in paths if path.startswith("/habits/") and path.count("/") == 2 and "new" not in path)
    found = {}
    for path, opened in OPENED:
        settled(page, server.url + path.replace("/habits/[id]", habit))
        opened(page)
        # What lies half under an open menu is reached by closing it; sizes are held to their own test below.
        if faults := violations(page, **{"target-size": {"enabled": False}}):
            found[f"{path} {opened.__name__}"] = faults
        assert not page.evaluate(TOO_WIDE), f"{path} {opened.__name__} is too wide"
    assert found == {}, found


TOO_SMALL = """() => [...document.querySelectorAll("a, button, summary, input, select, textarea, label")]
.filter((one) => {
  const exempt = ".skip-link, .visually-hidden, :disabled, label[for], [tabindex='-1']";
  if (one.matches(exempt) || !one.checkVisibility()) return false;
  const { width, height } = one.getBoundingClientRect();
  if (!width || !height || getComputedStyle(one).display === "inline") return false;
  const around = getComputedStyle(one, "::after");
  const more = around.content !== "none" && around.position === "absolute" ? 2 * -parseFloat(around.top) : 0;
  return height + more < 24 || width + more < 24;
}).filter((one) => !one.closest("label") || one.matches("label")).map((one) => one.outerHTML.slice(0, 120))"""


def test_what_is_tapped_is_large_enough_for_a_finger(visitor, server, paths):
    """WCAG 2.2, 2.5.8: 24 by 24 pixels; text links in a sentence and the days of the year are exempt."""
    found = {}
    for page, path in walks(visitor, paths, viewport=PHONE):
        settled(page, server.url + path)
        if small := [html for html in page.evaluate(TOO_SMALL) if 'class="cell"' not in html]:
            found[path] = small
    assert found == {}, found


@pytest.mark.parametrize("viewport", [PHONE, MAGNIFIED], ids=["phone", "200 %"])
def test_no_page_is_wider_than_its_window(visitor, server, paths, viewport):
    found = {}
    for page, path in walks(visitor, paths, viewport=viewport):
        settled(page, server.url + path)
        if wide := page.evaluate(TOO_WIDE):
            found[path] = wide
    assert found == {}


def test_the_skip_link_leads_past_the_navigation(visitor, server, paths):
    page = visitor().sign_in(WHO)
    settled(page, server.url + "/today")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_the_focus_stays_where_it_was_when_the_page_changes_by_itself(visitor, server, paths):
    page = visitor().sign_in(WHO)
    settled(page, server.url + "/today")
    page.keyboard.press("j")
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    server.person(WHO).post("/habits", json={"name": "Newcomer"}).raise_for_status()
    expect(page.get_by_text("Newcomer", exact=True).first).to_be_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == name
