import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PASSWORD, PHONE


def somebody(visitor, server, email, *habits, viewport=DESK):
    """Somebody with these habits, at the page of them; gives the page and their REST client."""
    visiting = visitor(viewport)
    visiting.sign_up(email)
    client = server.person(email)
    for described in habits:
        client.post("/habits", json=described).raise_for_status()
    page = visiting.open("/habits")
    expect(page.get_by_role("heading", level=1)).to_have_text("Habits")
    return page, client


def row(page, name):
    return page.locator(".habit-row", has=page.get_by_text(name, exact=True))


def do(page, name, action):
    row(page, name).locator("summary").click()
    row(page, name).get_by_role("button", name=action).click()


def names(page):
    return page.locator(".habit-row .habit-name")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_counted_habit_is_made_and_changed_in_the_form(visitor, server, viewport):
    page, client = somebody(visitor, server, f"form{viewport['width']}@example.com", viewport=viewport)
    page.get_by_role("link", name="Make my own").click()
    page.get_by_label("Name", exact=True).fill("Read")
    page.get_by_text("Counted", exact=True).click()
    page.get_by_label("Unit").fill("pages")
    page.get_by_text("Certain weekdays").click()
    page.get_by_role("button", name="Add habit").click()
    expect(page.get_by_text("A habit that is counted needs a target.")).to_be_visible()
    expect(page.get_by_label("Unit")).to_have_value("pages")
    page.get_by_label("Target").fill("20")
    page.get_by_role("button", name="Add a time").click()
    page.get_by_role("button", name="Add habit").click()
    expect(row(page, "Read").get_by_text("20 pages, Mon, Tue, Wed, Thu and Fri")).to_be_visible()
    made = client.get("/habits").json()["items"][0]
    assert (made["kind"], made["target"], made["reminders"]) == ("numeric", 20, ["08:00"])

    do(page, "Read", "Edit")
    page.get_by_text("Some times a week or month").click()
    page.get_by_label("How many times").fill("4")
    expect(page.get_by_text("4 times a week, on any days you like.")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(row(page, "Read").get_by_text("20 pages, 4 times a week")).to_be_visible()


def test_the_arrows_put_habits_and_groups_in_order(visitor, server):
    page, _ = somebody(
        visitor,
        server,
        "order@example.com",
        {"name": "Stretch", "group": "Morning"},
        {"name": "Walk", "group": "Morning"},
        {"name": "Read", "group": "Evening"},
    )
    page.get_by_label("More").click()
    page.get_by_role("button", name="Change the order").click()
    page.get_by_role("button", name="Move Walk up").click()
    expect(names(page)).to_have_text(["Walk", "Stretch", "Read"])
    expect(page.get_by_role("button", name="Move Walk up")).to_be_focused()
    page.get_by_role("button", name="Move Evening up").click()
    expect(names(page)).to_have_text(["Read", "Walk", "Stretch"])
    row(page, "Stretch").drag_to(row(page, "Read"))
    expect(names(page)).to_have_text(["Stretch", "Read", "Walk"])
    page.reload()
    expect(names(page)).to_have_text(["Stretch", "Read", "Walk"])


def test_a_deleted_habit_comes_back_by_undo_and_an_archived_one_from_the_archive(visitor, server):
    page, _ = somebody(visitor, server, "undo@example.com", {"name": "Read"}, {"name": "Walk"})
    do(page, "Read", "Delete")
    expect(names(page)).to_have_text(["Walk"])
    page.get_by_role("button", name="Undo").click()
    expect(names(page)).to_have_text(["Read", "Walk"])
    do(page, "Walk", "Archive")
    page.locator("summary", has_text="Archive").click()
    page.get_by_role("button", name="Take up again").click()
    expect(page.get_by_role("button", name="Take up again")).to_have_count(0)
    expect(names(page)).to_have_text(["Read", "Walk"])


def test_a_pause_shows_at_its_habit_until_it_is_ended(visitor, server):
    page, _ = somebody(visitor, server, "pause@example.com", {"name": "Read"})
    do(page, "Read", "Pause")
    page.get_by_label("Last day").fill("2020-01-01")
    page.get_by_role("button", name="Pause", exact=True).last.click()
    expect(page.get_by_text("A pause ends on the day it starts or later.")).to_be_visible()
    page.get_by_label("Last day").fill("")
    page.get_by_role("button", name="Pause", exact=True).last.click()
    expect(row(page, "Read").get_by_text("Paused", exact=True)).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect(row(page, "Read").get_by_text("Paused", exact=True)).to_have_count(0)


def test_a_habit_made_elsewhere_shows_in_the_list_and_the_search_finds_it(visitor, server):
    page, client = somebody(visitor, server, "live@example.com", *({"name": f"Habit {n}"} for n in range(8)))
    client.post("/habits", json={"name": "Swim", "tags": ["health"]})
    expect(row(page, "Swim")).to_be_visible()
    page.get_by_placeholder("Search").fill("HEAL")
    expect(page.locator(".habit-row:visible")).to_have_count(1)
    page.get_by_placeholder("Search").fill("nothing like it")
    expect(page.get_by_text("No habit has this")).to_be_visible()


def test_the_settings_keep_what_is_saved_and_bring_a_history_along(visitor, server):
    visiting = visitor(DESK)
    visiting.sign_up("settings@example.com")
    page = visiting.open("/settings")
    page.get_by_label("Time zone").fill("Asia/Tokyo")
    page.get_by_label("The day begins at").select_option("3")
    expect(page.get_by_text("What you check in at 02:30 still counts for the day before.")).to_be_visible()
    page.get_by_role("button", name="Save").nth(1).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    page.get_by_text("Dark", exact=True).click()
    expect(page.locator("html")).to_have_class(re.compile("dark"))
    page.locator("input[type=file]").set_input_files("tests/fixtures/loop_habits_csv_v2.3.1.zip")
    expect(page.get_by_text("Loop Habit Tracker: 3 new habits and 7 days.")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("link", name="See your habits").click()
    expect(row(page, "bool habit")).to_be_visible()


def test_another_device_is_signed_out_and_the_password_changed_from_the_settings(visitor, server):
    here, there = visitor(DESK), visitor(PHONE)
    here.sign_up("devices@example.com")
    phone = there.sign_in("devices@example.com")
    page = here.open("/settings")
    page.get_by_role("button", name="Sign out everywhere else").click()
    phone.wait_for_url("**/sign-in**")
    page.get_by_label("Password now").fill("not this one")
    page.get_by_label("New password").fill("eight green bottles")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("This is not your password.")).to_be_visible()
    page.get_by_label("Password now").fill(PASSWORD)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()


def test_everything_can_be_taken_along_as_a_file(visitor, server):
    page, _ = somebody(visitor, server, "export@example.com", {"name": "Read"})
    page.get_by_role("link", name="Settings").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download: Everything about your habits").click()
    assert '"Read"' in download.value.path().read_text("utf-8")


def test_the_form_of_a_habit_that_is_gone_leads_back_to_the_list(visitor, server):
    page, _ = somebody(visitor, server, "gone@example.com")
    page.goto(f"{server.url}/habits/not-a-habit/edit")
    page.wait_for_url("**/habits")
    expect(page.get_by_text("It may have been deleted.")).to_be_visible()
