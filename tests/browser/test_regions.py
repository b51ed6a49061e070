"""Dates, numbers and the week, as the region of a browser, or one that was chosen, has them."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_checking_in import eventually


@pytest.mark.parametrize(
    ("locale", "steps", "week_start"),
    [("en-US", "12,000", 6), ("de-DE", "12.000", 0), ("fa-IR", "12,000", 5)],
)
def test_a_newcomer_reads_numbers_and_begins_weeks_as_at_home(visitor, server, locale, steps, week_start):
    somebody, email = visitor(locale=locale), f"{locale}@example.com"
    somebody.sign_up(email)
    client = server.person(email)
    assert client.get("/auth/me").json()["week_start"] == week_start
    client.post("/habits", json={"name": "Walk", "kind": "numeric", "target": 12000, "unit": "steps"})
    page = somebody.open("/today")
    expect(page.get_by_text(f"of {steps} steps")).to_be_visible()
    for _ in range(2):
        page.get_by_role("button", name="More Walk").click()
    expect(page.locator(".stepper-value")).to_have_text(steps.replace("12", "1"))


def test_a_number_is_typed_as_it_is_read(visitor, server):
    somebody = visitor(locale="de-DE")
    somebody.sign_up("komma@example.com")
    client = server.person("komma@example.com")
    walk = client.post("/habits", json={"name": "Walk", "kind": "numeric", "target": 12000, "unit": "m"}).json()["id"]
    page = somebody.open("/today")
    page.get_by_role("button", name="Walk: 0").click()
    page.get_by_label("Number").fill("8.000,5")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Walk: 8.000,5")).to_be_visible()
    assert client.get(f"/habits/{walk}/entries").json()["items"][0]["value"] == 8000.5
    page.get_by_role("button", name="Walk: 8.000,5").click()
    expect(page.get_by_label("Number")).to_have_value("8000,5")


def test_another_region_is_chosen_in_the_settings(visitor, server):
    somebody = visitor(locale="en-GB")
    somebody.sign_up("mover@example.com")
    page = somebody.open("/settings")
    card = page.locator(".card", has=page.get_by_role("heading", name="Dates and numbers"))
    expect(card.get_by_text("12,345.6 and 19:30")).to_be_visible()
    card.get_by_label("Written as in").select_option("United States")
    card.get_by_role("button", name="Save").click()
    expect(card.get_by_text("12,345.6 and 7:30")).to_be_visible()
    card.get_by_label("Written as in").select_option("Germany")
    card.get_by_role("button", name="Save").click()
    expect(card.get_by_text("12.345,6 and 19:30")).to_be_visible()
    eventually(lambda: server.person("mover@example.com").get("/auth/me").json()["region"] == "DE")
