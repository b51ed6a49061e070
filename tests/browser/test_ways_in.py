"""The other ways in, as somebody goes them: the instance's OpenID Connect issuer, and a code besides the password."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.accounts.issuer import CLIENT, SECRET, Issuer
from tests.browser.conftest import PASSWORD, Server, running


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    made = Issuer()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def server(built: None, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    chosen = {
        "oidc_issuer": issuer.url,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "oidc_name": "Example College",
    }
    with running(tmp_path_factory.mktemp("with-issuer"), **chosen) as served:
        yield served


@pytest.fixture
def who_is_it(issuer: Issuer) -> Callable[..., None]:
    """Who signs in at the issuer next."""

    def chosen(email: str, **claims: object) -> None:
        issuer.claims = {"sub": email, "email": email, "email_verified": True, "name": "Katherine"} | claims

    return chosen


def through_the_issuer(page: Page) -> None:
    page.get_by_role("link", name="Sign in with Example College").click()
    page.get_by_role("link", name="Yes, it is me").click()


def test_whoever_signs_in_with_the_issuer_gets_to_the_page_they_wanted(visitor, who_is_it):
    who_is_it("katherine@example.com")
    page = visitor().open("/settings")
    page.wait_for_url("**/sign-in**")
    through_the_issuer(page)
    page.wait_for_url("**/settings")
    expect(page.get_by_label("E-mail address")).to_have_value("katherine@example.com")
    expect(page.get_by_text("Confirmed as yours")).to_be_visible()
    assert page.evaluate("document.cookie") == ""


def test_an_address_that_the_issuer_has_not_verified_opens_nothing(visitor, who_is_it):
    who_is_it("unsure@example.com", email_verified=False)
    page = visitor().open("/sign-in")
    through_the_issuer(page)
    page.wait_for_url("**/sign-in")
    expect(page.get_by_role("alert")).to_be_visible()
    page.goto(page.url.replace("/sign-in", "/today"))
    page.wait_for_url("**/sign-in**")


def test_whoever_has_no_password_here_changes_their_address_right_after_signing_in(visitor, who_is_it):
    who_is_it("mary@example.com")
    page = visitor().open("/sign-in?next=/settings")
    through_the_issuer(page)
    page.wait_for_url("**/settings")
    page.get_by_role("button", name="Change the address").click()
    expect(page.get_by_role("link", name="Sign in again with Example College")).to_be_visible()
    page.get_by_label("New address").fill("mary@elsewhere.example")
    page.get_by_role("button", name="Send the mail").click()
    expect(page.get_by_text("A mail is on its way to mary@elsewhere.example")).to_be_visible()


def test_whoever_has_no_password_here_switches_their_second_factor_off_right_after_signing_in(visitor, who_is_it):
    who_is_it("dorothy@example.com")
    page = visitor().open("/sign-in?next=/settings")
    through_the_issuer(page)
    page.wait_for_url("**/settings")
    factor = page.locator("section.card", has=page.get_by_role("heading", name="Two-factor sign-in"))
    factor.get_by_role("button", name="Set it up").click()
    app, now = pyotp.TOTP(factor.locator("code").inner_text().replace(" ", "")), datetime.now(UTC)
    factor.get_by_label("The six digits").fill(app.at(now))
    factor.get_by_role("button", name="Switch it on").click()
    factor.get_by_role("button", name="Done").click()
    factor.get_by_role("button", name="Switch it off").click()
    expect(factor.get_by_role("link", name="Sign in again with Example College")).to_be_visible()
    factor.get_by_label("A code of your app").fill(app.at(now + timedelta(seconds=30)))
    factor.get_by_role("button", name="Switch it off").click()
    expect(factor.get_by_role("button", name="Set it up")).to_be_visible()


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def give_code(page: Page, code: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in").click()


def test_with_a_second_factor_a_code_of_the_app_or_a_recovery_code_lets_in_once(visitor):
    somebody = visitor()
    somebody.sign_up("twofold@example.com")
    page = somebody.open("/settings")
    factor = page.locator("section.card", has=page.get_by_role("heading", name="Two-factor sign-in"))
    factor.get_by_role("button", name="Set it up").click()
    picture = factor.get_by_alt_text("QR code")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    app = pyotp.TOTP(factor.locator("code").inner_text().replace(" ", ""))
    now = datetime.now(UTC)
    factor.get_by_label("The six digits").fill(app.at(now))
    factor.get_by_role("button", name="Switch it on").click()
    recovery_code = factor.locator("#recovery-codes li").first.inner_text()

    phone = visitor().open("/sign-in?next=/habits")
    sign_in(phone, "twofold@example.com")
    give_code(phone, app.at(now))
    expect(phone.get_by_role("alert")).to_contain_text("was used before")
    give_code(phone, app.at(now + timedelta(seconds=30)))
    phone.wait_for_url("**/habits")

    for at, arrives in (("/sign-in", r"/today$"), ("/sign-in", r"/second-step")):
        other = visitor().open(at)
        sign_in(other, "twofold@example.com")
        other.wait_for_url("**/second-step**")
        give_code(other, recovery_code)
        expect(other).to_have_url(re.compile(arrives))
    expect(other.get_by_role("alert")).to_contain_text("not right")


def test_the_password_alone_opens_no_page(visitor):
    somebody = visitor()
    somebody.sign_up("halfway@example.com")
    page = somebody.open("/settings")
    factor = page.locator("section.card", has=page.get_by_role("heading", name="Two-factor sign-in"))
    factor.get_by_role("button", name="Set it up").click()
    app = pyotp.TOTP(factor.locator("code").inner_text().replace(" ", ""))
    factor.get_by_label("The six digits").fill(app.at(datetime.now(UTC)))
    factor.get_by_role("button", name="Switch it on").click()
    expect(factor.locator("#recovery-codes li").first).to_be_visible()
    other = visitor()
    door = other.open("/sign-in")
    sign_in(door, "halfway@example.com")
    door.wait_for_url("**/second-step**")
    other.open("/today").wait_for_url("**/sign-in**")
