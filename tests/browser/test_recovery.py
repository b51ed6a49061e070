"""A forgotten password, in a real browser, with the mail as it was sent."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD

NEW = "eleven quiet lamps"


def link_in_newest_mail(server) -> str:
    folder = Path(server.environment["HABIT_COACH_DATA"]) / "outbox"
    newest = max(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return re.search(r"https?://\S+#\S+", newest.read_text().replace("=\n", ""))[0]


def test_whoever_forgot_their_password_chooses_a_new_one_and_the_old_one_is_gone(visitor, server):
    visitor().sign_up("absentminded@example.com")
    somebody = visitor()
    page = somebody.open("/sign-in")
    page.get_by_role("link", name="Forgot your password?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Forgot your password?")
    page.wait_for_load_state("networkidle")
    page.get_by_label("E-mail").fill("absentminded@example.com")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("status").filter(has_text="a mail is on its way")).to_be_visible()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    link = link_in_newest_mail(server)
    page.goto(link)
    page.get_by_label("Password", exact=True).fill("password12")
    page.get_by_role("button", name="Save the new password").click()
    expect(page.get_by_role("alert")).to_contain_text("first that are tried")
    page.get_by_label("Password", exact=True).fill(NEW)
    page.get_by_role("button", name="Save the new password").click()
    page.wait_for_url("**/today**")
    secret = link.split("#")[1]
    assert secret not in page.url
    assert not any(secret in url.split("#")[0] for url in requests)
    page.context.clear_cookies()
    page.goto(f"{server.url}/sign-in")
    page.get_by_label("E-mail").fill("absentminded@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("not right")
