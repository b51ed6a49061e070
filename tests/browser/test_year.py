from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_checking_in import eventually


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_from_a_habit_made_in_the_form_to_its_year(visitor, server, viewport):
    email = f"year{viewport['width']}@example.com"
    page = visitor(viewport).sign_up(email)
    page.goto(f"{server.url}/habits/new")
    page.get_by_label("Name").fill("Stretch")
    page.get_by_role("button", name="Add habit").click()
    expect(page.get_by_text("Stretch").first).to_be_visible()
    client = server.person(email)
    habit = client.get("/habits").json()["items"][0]["id"]
    today = date.fromisoformat(client.get(f"/habits/{habit}/stats").json()["as_of"])
    for back in range(3):
        client.post(f"/habits/{habit}/checkin", json={"day": str(today - timedelta(days=back))})
    page.goto(f"{server.url}/habits/{habit}")
    expect(page.get_by_role("main")).to_contain_text("3 days kept")
    expect(page.get_by_text("3 days", exact=True).first).to_be_visible()


def test_the_year_follows_a_check_in_made_elsewhere(visitor, server):
    page = visitor().sign_up("follows@example.com")
    client = server.person("follows@example.com")
    habit = client.post("/habits", json={"name": "Stretch"}).json()["id"]
    page.goto(f"{server.url}/habits/{habit}")
    expect(page.get_by_role("button", name="Check in Stretch")).to_be_visible()
    client.post(f"/habits/{habit}/checkin", json={})
    expect(page.get_by_role("button", name="Undo Stretch")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("1 day kept")


def test_a_strangers_habit_page_shows_nothing_of_it(visitor, server):
    visitor().sign_up("owner@example.com")
    habit = server.person("owner@example.com").post("/habits", json={"name": "Only mine"}).json()["id"]
    page = visitor().sign_up("peeping@example.com")
    page.goto(f"{server.url}/habits/{habit}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    eventually(lambda: "Only mine" not in page.content() and "/sign-in" not in page.url)


def test_a_change_in_the_form_shows_in_the_list_of_another_tab(visitor, server):
    somebody = visitor()
    page = somebody.sign_up("renames@example.com")
    habit = server.person("renames@example.com").post("/habits", json={"name": "Stretch"}).json()["id"]
    other = somebody.open("/habits")
    expect(other.get_by_text("Stretch").first).to_be_visible()
    page.goto(f"{server.url}/habits/{habit}/edit")
    expect(page.get_by_label("Name")).to_have_value("Stretch")
    page.get_by_label("Name").fill("Stretch well")
    page.get_by_role("button", name="Save").click()
    expect(other.get_by_text("Stretch well").first).to_be_visible()


def test_the_zone_that_is_chosen_in_settings_decides_what_today_is(visitor, server):
    page = visitor().sign_up("moves@example.com")
    page.goto(f"{server.url}/settings")
    zone = page.get_by_label("Time zone")
    expect(zone).to_have_value("Europe/Berlin")
    zone.fill("Pacific/Kiritimati")
    page.get_by_role("button", name="Save").nth(1).click()
    eventually(lambda: server.person("moves@example.com").get("/auth/me").json()["timezone"] == "Pacific/Kiritimati")
