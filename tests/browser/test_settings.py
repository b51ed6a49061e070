"""The cards of the settings, each as somebody uses it."""

import re
from datetime import UTC, datetime

import httpx
import pyotp
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD
from tests.browser.test_recovery import link_in_newest_mail


@pytest.fixture
def settings(visitor, server):
    """Makes somebody new, at their settings."""

    def opened(email, *habits):
        somebody = visitor()
        somebody.sign_up(email)
        client = server.person(email)
        for name in habits:
            client.post("/habits", json={"name": name}).raise_for_status()
        page = somebody.open("/settings")
        expect(page.get_by_role("heading", name="Delete your account")).to_be_visible()
        return page, client

    return opened


def card(page, title):
    return page.locator("section.card", has=page.get_by_role("heading", name=title, exact=True))


def test_a_token_is_shown_once_lets_a_script_in_and_is_revoked(settings, server):
    page, _ = settings("tokens@example.com")
    tokens = card(page, "Tokens for scripts and apps")
    tokens.get_by_role("button", name="Make a token").click()
    expect(tokens.get_by_text("Give the token a name")).to_be_visible()
    expect(tokens.get_by_text("Choose at least one scope.")).to_be_visible()
    tokens.get_by_label("Name of the token").fill("Kitchen script")
    tokens.get_by_label("Read your habits").check()
    tokens.get_by_role("button", name="Make a token").click()
    shown = tokens.get_by_label("Your new token")
    expect(shown).to_have_value(re.compile("^habitcoach_"))
    secret = shown.input_value()
    script = {"Authorization": f"Bearer {secret}"}
    habits = f"{server.url}/api/v1/habits"
    assert httpx.get(habits, headers=script).status_code == 200
    assert httpx.post(habits, headers=script, json={"name": "Read"}).status_code == 403
    tokens.get_by_role("button", name="Copy").click()
    expect(tokens.get_by_text("Copied")).to_be_visible()
    tokens.get_by_role("button", name="Done").click()
    expect(shown).to_have_count(0)
    page.reload()
    expect(tokens.get_by_text("Kitchen script")).to_be_visible()
    expect(shown).to_have_count(0)
    tokens.get_by_role("button", name="Revoke Kitchen script").click()
    assert httpx.get(habits, headers=script).status_code == 200
    tokens.get_by_role("button", name="Revoke Kitchen script, yes").click()
    expect(tokens.get_by_text("Kitchen script")).to_have_count(0)
    assert httpx.get(habits, headers=script).status_code == 401


def test_a_secret_is_gone_when_the_person_comes_back_to_the_page(settings):
    page, _ = settings("back@example.com")
    tokens = card(page, "Tokens for scripts and apps")
    tokens.get_by_label("Name of the token").fill("Forgotten")
    tokens.get_by_label("Check in").check()
    tokens.get_by_role("button", name="Make a token").click()
    expect(tokens.get_by_label("Your new token")).to_be_visible()
    page.get_by_role("link", name="Habits", exact=True).first.click()
    page.wait_for_url("**/habits")
    page.get_by_role("link", name="Settings").first.click()
    expect(tokens.get_by_text("Forgotten")).to_be_visible()
    expect(tokens.get_by_label("Your new token")).to_have_count(0)


def test_a_link_checks_its_habit_in_until_it_is_revoked(settings):
    page, _ = settings("links@example.com", "Stretch", "Drink water")
    links = card(page, "Check-in links")
    links.get_by_label("Habit", exact=True).select_option(label="Drink water")
    links.get_by_label("Where it is used").fill("Tag on the kettle")
    links.get_by_role("button", name="Make a link").click()
    url = links.get_by_label("Your new link").input_value()
    assert httpx.get(url).json()["habit"] == "Drink water"
    links.get_by_role("button", name="Done").click()
    expect(links.get_by_text("Drink water · Tag on the kettle")).to_be_visible()
    links.get_by_role("button", name="Revoke").click()
    links.get_by_role("button", name="Cancel").click()
    links.get_by_role("button", name="Revoke").click()
    links.get_by_role("button", name="yes").click()
    expect(links.get_by_text("Tag on the kettle")).to_have_count(0)
    assert httpx.get(url).status_code == 404


def test_an_account_is_deleted_only_with_the_password_and_kept_when_the_person_says_so(settings):
    page, _ = settings("leaving@example.com")
    leaving = card(page, "Delete your account")
    leaving.get_by_role("button", name="Delete my account").click()
    leaving.get_by_label("Your password, to be sure").fill("not this one")
    leaving.get_by_role("button", name="Delete it in seven days").click()
    expect(leaving.get_by_text("This is not your password.")).to_be_visible()
    leaving.get_by_label("Your password, to be sure").fill(PASSWORD)
    leaving.get_by_role("button", name="Delete it in seven days").click()
    expect(leaving.get_by_text("Your account will be deleted")).to_be_visible()
    page.reload()
    leaving.get_by_role("button", name="Keep my account").click()
    expect(leaving.get_by_role("button", name="Delete my account")).to_be_visible()


def test_the_address_is_confirmed_by_the_mail_that_the_settings_send(settings, server):
    page, _ = settings("unconfirmed@example.com")
    you = card(page, "You")
    you.get_by_role("button", name="Send me the mail").click()
    expect(you.get_by_text("A mail is on its way.")).to_be_visible()
    expect(you.get_by_role("button", name="Send it again")).to_be_visible()
    link = link_in_newest_mail(server)
    other = page.context.new_page()
    other.goto(link)
    other.get_by_role("button", name="Yes, it is mine").click()
    expect(you.get_by_text("Confirmed as yours")).to_be_visible()


def test_a_second_factor_is_set_up_asked_for_given_new_codes_and_switched_off(settings, visitor):
    page, _ = settings("factor@example.com")
    factor = card(page, "Two-factor sign-in")
    factor.get_by_role("button", name="Set it up").click()
    expect(factor.get_by_alt_text("QR code")).to_be_visible()
    secret = factor.locator("code").inner_text().replace(" ", "")
    factor.get_by_label("The six digits").fill("000000")
    factor.get_by_role("button", name="Switch it on").click()
    expect(factor.get_by_text("This code is not right")).to_be_visible()
    factor.get_by_label("The six digits").fill(pyotp.TOTP(secret).at(datetime.now(UTC)))
    factor.get_by_role("button", name="Switch it on").click()
    expect(factor.locator("#recovery-codes li")).to_have_count(10)
    codes = factor.locator("#recovery-codes li").all_inner_texts()
    factor.get_by_role("button", name="Done").click()
    expect(factor.get_by_text("10 recovery codes")).to_be_visible()
    assert secret not in page.content()
    assert codes[0] not in page.content()

    other = visitor().open("/sign-in")
    other.get_by_label("E-mail").fill("factor@example.com")
    other.get_by_label("Password", exact=True).fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.get_by_label("Code").fill(codes[0])
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url("**/today")

    factor.get_by_role("button", name="New recovery codes").click()
    factor.get_by_label("Your password").fill("not this one")
    factor.get_by_label("A code of your app").fill(codes[1])
    factor.get_by_role("button", name="Make new codes").click()
    expect(factor.get_by_text("This is not your password.")).to_be_visible()
    factor.get_by_label("Your password").fill(PASSWORD)
    factor.get_by_role("button", name="Make new codes").click()
    expect(factor.locator("#recovery-codes li")).to_have_count(10)
    renewed = factor.locator("#recovery-codes li").all_inner_texts()
    assert not set(codes) & set(renewed)
    factor.get_by_role("button", name="Done").click()
    expect(factor.get_by_text("10 recovery codes")).to_be_visible()
    assert renewed[0] not in page.content()

    factor.get_by_role("button", name="Switch it off").click()
    factor.get_by_label("Your password").fill(PASSWORD)
    factor.get_by_label("A code of your app").fill(codes[2])
    factor.get_by_role("button", name="Switch it off").click()
    expect(factor.get_by_text("This code is not right")).to_be_visible()
    factor.get_by_label("A code of your app").fill(renewed[0])
    factor.get_by_role("button", name="Switch it off").click()
    expect(factor.get_by_role("button", name="Set it up")).to_be_visible()


def test_the_settings_lead_to_how_one_is_told(settings):
    page, _ = settings("told@example.com")
    page.get_by_role("link", name="Choose how you are told").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How you are told")
