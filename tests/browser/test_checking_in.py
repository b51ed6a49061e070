import time
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from habit_coach import clock
from tests.browser.conftest import DESK, PHONE, Server, Visitor
from tests.browser.line import said

LARGEST_TAP = 2_000


def with_habit(visitor, server, email, viewport=DESK, **described):
    """Somebody with one habit, at Today; gives the visitor, the page, their REST client and the habit's id."""
    somebody = visitor(viewport)
    somebody.sign_up(email)
    client = server.person(email)
    habit = client.post("/habits", json={"name": "Read", "icon": "📚"} | described).json()["id"]
    page = somebody.open("/today")
    expect(page.get_by_text("Read", exact=True).first).to_be_visible()
    return somebody, page, client, habit


def eventually(happened: Callable[[], bool]) -> None:
    """Wait for what a tap that shows at once still has to do on the server."""
    for _ in range(100):
        if happened():
            return
        time.sleep(0.1)
    raise AssertionError("It has not happened within ten seconds.")


def done(page):
    return page.get_by_role("button", name="Undo Read")


def open_(page):
    return page.get_by_role("button", name="Check in Read")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_from_sign_up_to_the_first_check_in_through_a_template(visitor, server, viewport):
    email = f"template{viewport['width']}@example.com"
    page = visitor(viewport).sign_up(email)
    page.get_by_role("button", name="Read").first.click()
    page.get_by_role("link", name="Today").first.click()
    page.wait_for_url("**/today")
    habit = server.person(email).get("/habits").json()["items"][0]
    expect(page.get_by_text(habit["name"], exact=True).first).to_be_visible()


def test_a_tap_checks_in_and_another_takes_it_back(visitor, server):
    _, page, client, habit = with_habit(visitor, server, "tap@example.com")
    open_(page).click()
    expect(done(page)).to_have_attribute("aria-pressed", "true")
    eventually(lambda: client.get(f"/habits/{habit}/stats").json()["current_streak"] == 1)
    page.reload()
    done(page).click()
    eventually(lambda: client.get(f"/habits/{habit}/entries").json()["items"] == [])
    page.reload()
    expect(open_(page)).to_be_visible()


def test_the_undo_of_the_toast_puts_back_what_was_there(visitor, server):
    _, page, client, habit = with_habit(visitor, server, "undotap@example.com")
    open_(page).click()
    page.get_by_role("button", name="Undo", exact=True).click()
    eventually(lambda: client.get(f"/habits/{habit}/entries").json()["items"] == [])
    expect(open_(page)).to_be_visible()


def test_a_check_in_over_rest_shows_in_every_open_page_without_a_reload(visitor, server):
    somebody, page, client, habit = with_habit(visitor, server, "livetap@example.com")
    other = visitor(PHONE).sign_in("livetap@example.com")
    tab = somebody.open("/today")
    for one in (page, other, tab):
        expect(open_(one)).to_be_visible()
    client.post(f"/habits/{habit}/checkin", json={})
    for one in (page, other, tab):
        expect(done(one)).to_be_visible()
    client.delete(f"/habits/{habit}/entries/{client.get(f'/habits/{habit}/stats').json()['as_of']}")
    for one in (page, other, tab):
        expect(open_(one)).to_be_visible()


def test_a_tap_shows_in_the_other_browser_of_the_same_person_and_in_nobody_elses(visitor, server):
    _, page, _, _ = with_habit(visitor, server, "mine@example.com")
    other = visitor().sign_in("mine@example.com")
    _, strangers, _, _ = with_habit(visitor, server, "stranger@example.com")
    open_(page).click()
    expect(done(other)).to_be_visible()
    expect(open_(strangers)).to_be_visible()


def test_a_tap_among_twenty_habits_sends_one_row_and_not_all_of_them(visitor, server):
    somebody, page, client, _ = with_habit(visitor, server, "light@example.com")
    for number in range(19):
        client.post("/habits", json={"name": f"Habit {number}"}).raise_for_status()
    tab = somebody.open("/today")
    for one in (page, tab):
        expect(one.locator(".day-row")).to_have_count(20)
        one.wait_for_load_state("networkidle")
    lines = {page: said(page), tab: said(tab)}
    open_(page).click()
    for one, line in lines.items():
        expect(one.locator(".day-row[data-outcome='kept']")).to_have_count(1)
        expect(one.get_by_role("img", name="1 of 20 done")).to_be_visible()
        eventually(lambda one=one, line=line: one.wait_for_timeout(50) or "bell.load" in "".join(line))
        assert sum(len(frame.encode()) for frame in line) < LARGEST_TAP, line


def test_a_change_from_the_command_line_reaches_the_open_page(visitor, server):
    _, page, _, _ = with_habit(visitor, server, "import@example.com")
    server.run("import", "tests/fixtures/loop_habits_csv_v2.3.1.zip", "--user", "import@example.com")
    expect(page.get_by_role("main").get_by_role("listitem")).not_to_have_count(1)


def test_an_open_page_survives_a_restart_of_the_server(built, browser, tmp_path):
    server = Server(tmp_path)
    server.run("migrate")
    server.start()
    try:
        with browser.new_context(viewport=DESK) as context:
            page = Visitor(context, server).sign_up("patient@example.com")
            client = server.person("patient@example.com")
            habit = client.post("/habits", json={"name": "Read"}).json()["id"]
            page.goto(f"{server.url}/today")
            expect(open_(page)).to_be_visible()
            server.stop()
            server.start()
            open_(page).click()
            expect(done(page)).to_be_visible()
            client = server.person("patient@example.com")
            eventually(lambda: client.get(f"/habits/{habit}/entries").json()["items"] != [])
            page.reload()
            expect(done(page)).to_be_visible()
    finally:
        server.stop()


def test_the_keyboard_alone_checks_in(visitor, server):
    _, page, _, _ = with_habit(visitor, server, "keys@example.com")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    expect(done(page)).to_be_visible()


def test_a_number_counts_up_with_its_stepper_and_adds_up_on_the_server(visitor, server):
    _, page, client, habit = with_habit(
        visitor, server, "count@example.com", name="Read", kind="numeric", target=3, unit="pages"
    )
    for _ in range(3):
        page.get_by_role("button", name="More Read").click()
    eventually(lambda: [entry["value"] for entry in client.get(f"/habits/{habit}/entries").json()["items"]] == [3])
    page.reload()
    expect(page.get_by_role("button", name="Read: 3 of 3 pages")).to_be_visible()


def with_a_yesterday(visitor, server, email):
    """Somebody who has not said what became of yesterday."""
    yesterday = (clock.now().astimezone(ZoneInfo("Europe/Berlin")) - timedelta(days=1)).date().isoformat()
    return (*with_habit(visitor, server, email, start_date=yesterday), yesterday)


def test_yesterday_is_caught_up_with(visitor, server):
    _, page, client, habit, yesterday = with_a_yesterday(visitor, server, "latecomer@example.com")
    expect(page.get_by_text("Yesterday is still open: Read.")).to_be_visible()
    page.get_by_role("link", name="Catch up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Yesterday")
    expect(page.get_by_role("link", name="Catch up")).to_have_count(0)
    open_(page).click()
    eventually(lambda: [one["day"] for one in client.get(f"/habits/{habit}/entries").json()["items"]] == [yesterday])
    page.get_by_role("link", name="Back to today").click()
    expect(page.get_by_role("link", name="Catch up")).to_have_count(0)
    expect(open_(page)).to_be_visible()


def test_yesterday_is_let_go_and_that_can_be_undone(visitor, server):
    _, page, client, habit, _ = with_a_yesterday(visitor, server, "letgo@example.com")
    page.get_by_role("button", name="All missed").click()
    expect(page.get_by_text("Yesterday is still open")).to_have_count(0)
    assert [one["state"] for one in client.get(f"/habits/{habit}/entries").json()["items"]] == ["missed"]
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("Yesterday is still open: Read.")).to_be_visible()
    assert client.get(f"/habits/{habit}/entries").json()["items"] == []


def test_a_newcomer_is_given_one_tip_at_a_time(visitor, server):
    _, page, _, _ = with_habit(visitor, server, "curious@example.com")
    tip = page.get_by_role("region", name="A tip")
    expect(tip).to_contain_text("Tap the circle to check in")
    tip.get_by_role("button", name="Got it").click()
    expect(tip).to_have_count(0)
    page.reload()
    expect(open_(page)).to_be_visible()
    expect(tip).to_have_count(0)


def test_a_round_streak_is_celebrated_in_a_word(visitor, server):
    today = clock.now().astimezone(ZoneInfo("Europe/Berlin")).date()
    begun = today - timedelta(days=6)
    _, page, client, habit = with_habit(visitor, server, "weeklong@example.com", start_date=begun.isoformat())
    days = [{"habit_id": habit, "day": (begun + timedelta(days=number)).isoformat()} for number in range(6)]
    client.post("/entries", json={"items": days}).raise_for_status()
    open_(page).click()
    expect(page.get_by_text("Read: 7 days. Well kept.")).to_be_visible()


def test_a_habit_that_a_second_tap_takes_off_the_list_comes_back_with_its_history(visitor, server):
    somebody, _, client, habit = with_habit(visitor, server, "twotaps@example.com")
    client.post(f"/habits/{habit}/checkin", json={}).raise_for_status()
    page = somebody.open("/welcome")
    choice = page.get_by_role("button", name="Read")
    expect(choice).to_have_attribute("aria-pressed", "true")
    choice.click()
    expect(choice).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(choice).to_have_attribute("aria-pressed", "true")
    assert client.get(f"/habits/{habit}/stats").json()["total"] == 1
