"""A server that starts anew under forms in which somebody is in the middle of something."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, Visitor, running

MARK = "document.querySelectorAll('form').forEach((form) => { form.dataset.old = '' })"


@pytest.fixture
def server(built, tmp_path):
    """One that a test may stop."""
    with running(tmp_path) as served:
        yield served


@pytest.fixture
def somebody(browser, server):
    with browser.new_context(viewport=DESK, service_workers="block", locale="en-GB") as context:
        person = Visitor(context, server)
        person.sign_up("interrupted@example.com").close()
        yield person


def restarted(server, page, form):
    """The server starts anew, and the page has made its forms anew."""
    page.evaluate(MARK)
    server.stop()
    server.start()
    expect(page.locator(f"#{form}:not([data-old])")).to_be_visible(timeout=30_000)


def test_a_habit_that_is_being_described_survives_a_restart_of_the_server(server, somebody):
    page = somebody.open("/habits/new")
    page.get_by_label("Name", exact=True).fill("Read before bed")
    page.get_by_title("Teal").click()
    page.locator("summary", has_text="Icon").click()
    page.get_by_role("button", name="📚").click()
    page.get_by_text("Counted", exact=True).click()
    page.get_by_label("Target").fill("20")
    page.get_by_label("Unit").fill("pages")
    page.get_by_text("Some times a week or month").click()
    page.get_by_label("How many times").fill("4")
    reminders = page.get_by_label("Time of a reminder")
    for number, at in enumerate(("06:45", "21:30")):
        page.get_by_role("button", name="Add a time").click()
        reminders.nth(number).fill(at)
    page.get_by_label("Description").fill("To sleep better")
    restarted(server, page, "habit-form")
    expect(page.get_by_label("Description")).to_have_value("To sleep better")
    expect(page.get_by_text("4 times a week, on any days you like.")).to_be_visible()
    expect(reminders).to_have_count(2)
    page.get_by_role("button", name="Add habit").click()
    page.wait_for_url("**/habits")
    (made,) = server.person("interrupted@example.com").get("/habits").json()["items"]
    assert (made["name"], made["icon"], made["color"]) == ("Read before bed", "📚", "#12a594")
    assert (made["kind"], made["target"], made["unit"]) == ("numeric", 20, "pages")
    assert made["schedule"] == {"kind": "per_period", "times": 4, "period": "week"}
    assert (made["reminders"], made["description"]) == (["06:45", "21:30"], "To sleep better")


def test_settings_that_are_not_saved_yet_survive_a_restart_of_the_server(server, somebody):
    page = somebody.open("/settings")
    page.get_by_label("Name", exact=True).fill("Ada")
    page.get_by_label("The day begins at").select_option("3")
    restarted(server, page, "name-form")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ada")
    expect(page.get_by_label("The day begins at")).to_have_value("3")


def test_a_form_that_was_left_opens_empty(server, somebody):
    page = somebody.open("/habits/new")
    page.get_by_label("Name", exact=True).fill("Given up")
    page.get_by_role("link", name="Habits").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Habits")
    page.get_by_role("link", name="Make my own").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("")
