import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, running

ROOT = "root@example.com"


@pytest.fixture(scope="module")
def server(built, tmp_path_factory):
    """A server of their own: who is the last admin depends on everybody else."""
    with running(tmp_path_factory.mktemp("admins")) as served:
        yield served


@pytest.fixture(scope="module")
def root(server):
    server.run("create-admin", ROOT, "--password", PASSWORD)
    return ROOT


@pytest.fixture
def admin(visitor, root):
    """The browser of an admin, at the admin page."""
    page = visitor().sign_in(root)
    page.get_by_role("link", name="Admin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Admin")
    return page


def section(page, name):
    page.get_by_role("navigation", name="Sections").get_by_role("link", name=name).click()
    expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "page")


def do(page, email, action):
    row = page.get_by_role("listitem").filter(has_text=email)
    row.locator("summary").click()
    row.get_by_role("button", name=action).click()
    return row


def test_to_everybody_else_the_page_is_an_address_like_any_other(visitor, server):
    plain = visitor()
    home = plain.sign_up("nosy@example.com")
    expect(home.get_by_role("link", name="Today").first).to_be_visible()
    assert home.get_by_role("link", name="Admin").count() == 0
    for somebody in (plain, visitor()):
        page = somebody.open("/admin?section=people")
        expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing at this address")
        assert page.title() == "Nothing here · Habit Coach"
        assert "@example.com" not in page.content()


def test_somebody_is_found_kept_out_and_let_in_again(admin, visitor, server):
    kept_out = visitor().sign_up("rowdy@example.com")
    kept_out.goto(f"{server.url}/today")
    section(admin, "People")
    admin.get_by_role("searchbox").fill("rowdy")
    expect(admin.get_by_text("nosy@example.com")).to_have_count(0)
    row = do(admin, "rowdy@example.com", "Deactivate")
    expect(row.get_by_text("deactivated", exact=True)).to_be_visible()
    kept_out.wait_for_url("**/sign-in*")
    admin.get_by_role("button", name="Undo").click()
    expect(row.get_by_text("deactivated", exact=True)).to_have_count(0)
    visitor().sign_in("rowdy@example.com")


def test_a_new_admin_finds_the_page_and_the_last_one_cannot_leave(admin, visitor, server):
    other = visitor().sign_up("deputy@example.com")
    section(admin, "People")
    do(admin, "deputy@example.com", "Make an admin")
    other.goto(f"{server.url}/admin")
    expect(other.get_by_role("heading", level=1)).to_have_text("Admin")
    do(admin, "deputy@example.com", "Make a plain user")
    expect(other.get_by_role("heading", level=1)).to_have_text("There is nothing at this address")
    do(admin, ROOT, "Make a plain user")
    expect(admin.get_by_text("Somebody must be able to open the admin page")).to_be_visible()


def test_somebody_is_signed_out_of_a_device(admin, visitor, server):
    lost = visitor().sign_up("lostphone@example.com")
    section(admin, "People")
    do(admin, "lostphone@example.com", "Where they are signed in")
    dialog = admin.get_by_role("dialog")
    expect(dialog.get_by_text("Chrome on Linux").first).to_be_visible()
    dialog.get_by_role("button", name="Sign out everywhere").click()
    expect(dialog.get_by_text("They are not signed in anywhere.")).to_be_visible()
    lost.wait_for_url("**/sign-in*")


def test_health_tells_of_a_worker_that_is_not_there_and_what_to_do(admin):
    expect(admin.get_by_text("The worker is silent")).to_be_visible()
    expect(admin.get_by_text("python -m habit_coach worker")).to_be_visible()


def test_what_was_done_is_in_the_audit_log(admin):
    section(admin, "Audit log")
    expect(admin.get_by_role("listitem").filter(has_text="Signed in").filter(has_text=ROOT).first).to_be_visible()


def test_tasks_and_outbox_say_that_there_is_nothing_yet(admin):
    section(admin, "Tasks")
    expect(admin.get_by_role("heading", name="Heartbeats")).to_be_visible()
    section(admin, "Outbox")
    expect(admin.get_by_text(re.compile("Nothing was given up"))).to_be_visible()


def models(admin, server):
    """The models section of a server with a champion and a candidate."""
    server.live_through("champion_and_candidate", ROOT)
    section(admin, "Models")
    return admin.locator(".card", has=admin.get_by_role("heading", name="Registry"))


def served(admin):
    return admin.get_by_role("definition").first


def test_candidates_are_compared_promoted_and_rolled_back(admin, server):
    registry = models(admin, server)
    table = registry.get_by_role("table")
    for loss in ("0.1412", "0.1523", "0.1609"):
        expect(table.get_by_role("cell", name=loss)).to_be_visible()
    first = served(admin).inner_text()
    registry.get_by_role("button", name="Promote").click()
    expect(served(admin)).not_to_have_text(first)
    expect(registry.get_by_text("champion", exact=True)).to_have_count(1)
    registry.get_by_role("button", name="Roll back").click()
    expect(served(admin)).to_have_text(first)
    registry.get_by_role("button", name="Use the rule").click()
    expect(served(admin)).to_have_text("The rule")


def test_what_was_said_is_plotted_against_what_happened(admin, server):
    server.person(ROOT).post("/habits", json={"name": "Read"}).raise_for_status()
    server.live_through("predictions", ROOT)
    section(admin, "Models")
    plot = admin.get_by_role("img", name="Chance that was said against the share that was kept")
    expect(plot).to_be_visible()
    assert plot.locator("circle").count() >= 3
    expect(admin.get_by_role("row").filter(has_text="80%").first).to_be_visible()


def test_a_training_is_asked_for_and_shows_how_far_it_is_until_it_has_ended(admin, server):
    section(admin, "Models")
    training = admin.locator(".card", has=admin.get_by_role("heading", name="Training"))
    training.get_by_role("button", name="Train now").click()
    expect(training.get_by_text("Waiting for the worker … 0%")).to_be_visible()
    expect(training.get_by_role("button", name="Train now")).to_be_disabled()
    server.live_through("training_at_40", ROOT)
    expect(training.get_by_text("Learning … 40%")).to_be_visible()
    server.live_through("training", ROOT)
    expect(training.get_by_text(re.compile("Today at .*: "))).to_be_visible()
    expect(training.get_by_role("button", name="Train now")).to_be_enabled()
