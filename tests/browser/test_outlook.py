"""What is about to slip: the badge on Today, and what the habit's page says of the next day."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from habit_coach import clock
from tests.browser.conftest import DESK, PHONE

DAY = timedelta(days=1)


def fading(visitor, server, email, viewport=DESK):
    """Somebody whose habit went well for twenty days, and not at all in those since."""
    somebody = visitor(viewport)
    somebody.sign_up(email)
    client = server.person(email)
    today = clock.now().date()
    first = today - 45 * DAY
    habit = client.post("/habits", json={"name": "Stretch", "start_date": first.isoformat()}).json()["id"]
    days = [{"habit_id": habit, "day": (first + number * DAY).isoformat()} for number in range(20)]
    client.post("/entries", json={"items": days}).raise_for_status()
    return somebody, habit


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_badge_tells_its_reason_on_tap(visitor, server, viewport):
    somebody, habit = fading(visitor, server, f"badge{viewport['width']}@example.com", viewport)
    page = somebody.open("/today")
    badge = page.get_by_text(re.compile("(Likely to|Could) slip"))
    reason = page.get_by_role("paragraph").filter(has_text=re.compile(r"\d+% likely to be kept"))
    expect(badge).to_be_visible()
    expect(reason).to_be_hidden()
    badge.click()
    expect(reason).to_be_visible()
    expect(reason).to_contain_text("You kept it on 0 of the last")
    box = reason.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= viewport["width"]
    page.keyboard.press("Escape")
    expect(reason).to_be_hidden()
    badge.click()
    page.get_by_role("link", name="What speaks for and against it").click()
    page.wait_for_url(f"**/habits/{habit}")
    expect(page.get_by_role("heading", name="What is next")).to_be_visible()


def test_a_habit_that_is_done_no_longer_warns(visitor, server):
    somebody, _ = fading(visitor, server, "warned@example.com")
    page = somebody.open("/today")
    badge = page.get_by_text(re.compile("(Likely to|Could) slip"))
    expect(badge).to_be_visible()
    page.get_by_role("button", name="Check in Stretch").click()
    expect(badge).to_have_count(0)


def test_the_page_of_a_habit_says_what_is_next_why_and_how_reliable_that_was(visitor, server):
    email = "foretold@example.com"
    somebody, habit = fading(visitor, server, email)
    page = somebody.open(f"/habits/{habit}")
    card = page.locator(".card", has=page.get_by_role("heading", name="What is next"))
    expect(card.get_by_text(re.compile(r"\d+% likely to be kept"))).to_be_visible()
    expect(card.get_by_role("heading", name="Speaks against it")).to_be_visible()
    expect(card.get_by_text("You kept it on 0 of the last").first).to_be_visible()
    expect(card.get_by_text("How reliable this is here shows once")).to_be_visible()
    server.live_through("predictions", email)
    page.reload()
    expect(card.get_by_text("So far: on the last 30 days it said")).to_be_visible()
    expect(card.get_by_text("80% were kept")).to_be_visible()
    expect(card.get_by_text("came true on 24 of them")).to_be_visible()
