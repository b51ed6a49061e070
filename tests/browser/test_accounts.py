import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD
from tests.browser.test_recovery import link_in_newest_mail


def test_a_newcomer_signs_up_and_is_greeted_with_templates(visitor, server):
    page = visitor().sign_up("newcomer@example.com")
    expect(page.get_by_role("main")).to_contain_text("Read")
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["habit_coach_session"]["httpOnly"]
    assert page.evaluate("document.cookie") == ""
    me = server.person("newcomer@example.com").get("/auth/me").json()
    assert me["timezone"] == "Europe/Berlin"


def test_a_wrong_password_keeps_the_address_that_was_typed(visitor):
    visitor().sign_up("forgetful@example.com")
    page = visitor().open("/sign-in")
    page.get_by_label("E-mail").fill("forgetful@example.com")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("is not right")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value("forgetful@example.com")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")


def test_a_private_page_leads_a_stranger_to_the_door(visitor):
    page = visitor().open("/today")
    page.wait_for_url("**/sign-in*")


def test_somebody_stays_signed_in_after_a_reload_and_in_a_new_tab(visitor):
    somebody = visitor()
    page = somebody.sign_up("loyal@example.com")
    page.goto(page.url.replace("/welcome", "/today"))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "/today" in page.url
    assert "/today" in somebody.open("/today").url


def test_signing_out_in_one_tab_ends_the_other(visitor):
    somebody = visitor()
    somebody.sign_up("twotabs@example.com")
    first, second = somebody.open("/today"), somebody.open("/today")
    expect(second.get_by_role("heading", level=1)).to_be_visible()
    first.get_by_role("button", name="Sign out").first.click()
    second.wait_for_url("**/sign-in*")


def test_the_next_person_in_the_same_tab_is_never_sent_what_the_last_one_saw(visitor, server):
    somebody = visitor()
    page = somebody.sign_up("first@example.com")
    server.person("first@example.com").post("/habits", json={"name": "A private matter"})
    page.goto(f"{server.url}/today")
    expect(page.get_by_text("A private matter").first).to_be_visible()
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url(f"{server.url}/")
    visitor().sign_up("second@example.com")

    received = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(str(frame))))
    page.goto(f"{server.url}/sign-in")
    page.get_by_label("E-mail").fill("second@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/today")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"{server.url}/habits")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert received
    assert "A private matter" not in "".join(received)


def test_no_secret_is_in_a_websocket_frame_or_in_local_storage(visitor, server):
    somebody = visitor()
    page = somebody.sign_up("careful@example.com")
    frames = []
    page.on(
        "websocket",
        lambda socket: (
            socket.on("framereceived", lambda frame: frames.append(str(frame))),
            socket.on("framesent", lambda frame: frames.append(str(frame))),
        ),
    )
    page.goto(f"{server.url}/settings")
    expect(page.get_by_label("E-mail address")).to_have_value("careful@example.com")
    (cookie,) = [one["value"] for one in page.context.cookies() if one["name"] == "habit_coach_session"]
    said = "".join(frames)
    assert "careful@example.com" in said
    assert cookie not in said
    assert PASSWORD not in said
    assert "$2b$" not in said
    assert "careful" not in page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")


SIGN_IN_OVER_REST = """async (body) => (await fetch("/api/v1/auth/login", {method: "POST", body: JSON.stringify(body),
    headers: {"Content-Type": "application/json"}})).status"""


def let_a_minute_pass_for_refresh_tokens(server):
    """As though every refresh token that was used had been used a minute earlier."""
    with sqlite3.connect(Path(server.environment["HABIT_COACH_DATA"]) / "habit_coach.db", timeout=10) as database:
        database.execute("UPDATE refresh_token SET used_at = datetime(used_at, '-1 minute') WHERE used_at IS NOT NULL")


def test_a_refresh_token_used_twice_signs_the_open_page_out_and_a_retry_at_once_does_not(visitor, server):
    somebody = visitor()
    somebody.sign_up("replayed@example.com")
    page = somebody.open("/today")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate(SIGN_IN_OVER_REST, {"email": "replayed@example.com", "password": PASSWORD}) == 200
    (stolen,) = [one["value"] for one in page.context.cookies() if one["name"] == "habit_coach_refresh"]

    def refresh(_number: int = 0) -> int:
        cookies = {"habit_coach_refresh": stolen}
        return httpx.post(f"{server.url}/api/v1/auth/refresh", cookies=cookies).status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(refresh, range(4))) == [200] * 4
    page.get_by_role("link", name="Habits", exact=True).first.click()
    page.wait_for_url("**/habits")
    let_a_minute_pass_for_refresh_tokens(server)
    assert refresh() == 401
    page.wait_for_url("**/sign-in*")
    assert somebody.open("/settings").wait_for_url("**/sign-in*") is None


def test_somebody_moves_to_another_address_and_signs_in_with_it(visitor, server):
    somebody = visitor()
    somebody.sign_up("old@example.com")
    page = somebody.open("/settings")
    you = page.locator("section.card", has=page.get_by_role("heading", name="You", exact=True))
    you.get_by_role("button", name="Change the address").click()
    you.get_by_label("New address").fill("new@example.com")
    you.get_by_label("Your password, to be sure").fill("not this one")
    you.get_by_role("button", name="Send the mail").click()
    expect(you.get_by_text("This is not your password.")).to_be_visible()
    you.get_by_label("Your password, to be sure").fill(PASSWORD)
    you.get_by_role("button", name="Send the mail").click()
    expect(you.get_by_text("A mail is on its way to new@example.com")).to_be_visible()
    elsewhere = visitor().open("/")
    elsewhere.goto(link_in_newest_mail(server))
    elsewhere.get_by_role("button", name="Yes, it is mine").click()
    expect(elsewhere.get_by_text("The address is yours.")).to_be_visible()
    expect(you.get_by_label("E-mail address")).to_have_value("new@example.com")
    expect(you.get_by_text("Confirmed as yours")).to_be_visible()
    visitor().sign_in("new@example.com")
