"""The inbox, how one is told, and the weekly report, as somebody uses them; a worker runs beside the web server."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT, Server
from tests.browser.test_checking_in import eventually
from tests.notifications.receivers import Receiver, receiving


@pytest.fixture(scope="module")
def told(built, tmp_path_factory) -> Iterator[Server]:
    """A server that may call receivers on this machine, and its worker."""
    data = tmp_path_factory.mktemp("told")
    served = Server(data, outbound_networks='["127.0.0.0/8"]')
    served.run("migrate")
    served.start()
    with (data / "worker.log").open("w") as log:
        command = [sys.executable, "-m", "habit_coach", "worker"]
        worker = subprocess.Popen(command, cwd=ROOT, env=served.environment, stdout=log, stderr=log)
    yield served
    worker.terminate()
    worker.wait(30)
    served.stop()


@pytest.fixture
def somebody(visitor, told):
    """Makes somebody new; gives their browser and their REST client."""

    def made(email: str):
        person = visitor()
        person.server = told
        person.sign_up(email)
        return person, told.person(email)

    return made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


def mails(server: Server) -> list:
    folder = server.log.parent / "outbox"
    return (
        [message_from_bytes(path.read_bytes()) for path in sorted(folder.glob("[0-9]*.eml"))] if folder.exists() else []
    )


def bell(page):
    return page.locator(".bell-count")


def reminded(server: Server, client, name: str) -> str:
    """A habit whose reminder of last midnight is still to come, as after a time without a worker."""
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    new = {"name": name, "reminders": ["00:00"], "start_date": str(yesterday)}
    habit = client.post("/habits", json=new).json()["id"]
    with closing(sqlite3.connect(server.log.parent / "habit_coach.db", timeout=30)) as database, database:
        missed = f"{yesterday} 12:00:00.000000"
        database.execute("UPDATE habit SET next_reminder_at = ? WHERE id = ?", (missed, habit.replace("-", "")))
    return habit


def test_what_arrives_is_counted_on_every_open_page_without_a_reload(somebody):
    person, client = somebody("bell@example.com")
    page = person.open("/today")
    expect(page.get_by_role("link", name="Notifications").first).to_be_visible()
    client.post("/notifications", json={"title": "Call home"})
    expect(bell(page)).to_have_text("1 unread")
    client.post("/notifications", json={"title": "Call again"})
    expect(bell(page)).to_have_text("2 unread")
    inbox = person.open("/notifications")
    expect(inbox.locator(".inbox-row")).to_have_count(2)
    inbox.get_by_role("button", name="Mark all as read").click()
    expect(bell(page)).to_have_count(0)
    client.post("/notifications", json={"title": "A third time"})
    expect(inbox.locator(".inbox-row").first).to_contain_text("A third time")
    inbox.locator(".inbox-row summary").first.click()
    inbox.get_by_role("button", name="Dismiss").first.click()
    expect(inbox.locator(".inbox-row")).to_have_count(2)


def test_a_habit_is_done_skipped_and_put_off_from_the_inbox(somebody, told):
    person, client = somebody("answers@example.com")
    habits = [reminded(told, client, name) for name in ("Read", "Run", "Write")]
    page = person.open("/notifications")
    row = {name: page.locator(".inbox-row", has_text=name) for name in ("Read", "Run", "Write")}
    row["Read"].get_by_role("button", name="Done").click()
    expect(row["Read"]).to_have_count(0)
    row["Run"].locator("summary").click()
    row["Run"].get_by_role("button", name="Skip").click()
    expect(row["Run"]).to_have_count(0)
    row["Write"].locator("summary").click()
    row["Write"].get_by_role("button", name="Tonight").click()
    expect(page.get_by_text("All quiet")).to_be_visible()
    said = [client.get(f"/habits/{habit}/entries").json()["items"] for habit in habits]
    assert [entries[0]["state"] if entries else None for entries in said] == ["done", "skipped", None]


def test_a_reminder_leaves_the_open_inbox_when_its_habit_is_done_elsewhere(somebody, told):
    person, client = somebody("settles@example.com")
    habit = reminded(told, client, "Read")
    page = person.open("/notifications")
    expect(page.locator(".inbox-row")).to_have_count(1)
    expect(bell(page)).to_have_text("1 unread")
    client.post(f"/habits/{habit}/checkin", json={})
    expect(page.locator(".inbox-row")).to_have_count(0)
    expect(bell(page)).to_have_count(0)


def test_the_hour_at_which_one_checks_in_is_offered_and_taken(somebody, told):
    person, client = somebody("usual@example.com")
    today = datetime.now(UTC).date()
    start = str(today - timedelta(days=20))
    habit = client.post("/habits", json={"name": "Read", "start_date": start}).json()["id"]
    for days in range(1, 13):
        client.post(f"/habits/{habit}/checkin", json={"day": str(today - timedelta(days=days))})
    with closing(sqlite3.connect(told.log.parent / "habit_coach.db", timeout=30)) as database, database:
        at = "UPDATE entry SET created_at = day || ' 10:40:00.000000' WHERE habit_id = ?"
        database.execute(at, (habit.replace("-", ""),))
    offered = client.get(f"/habits/{habit}/reminder-suggestion").json()
    page = person.open(f"/habits/{habit}/edit")
    expect(page.get_by_text(f"You usually check in around {offered['usual']}.")).to_be_visible()
    page.get_by_role("button", name=f"Remind at {offered['time']}").click()
    expect(page.get_by_label("Time of a reminder")).to_have_value(offered["time"])
    expect(page.get_by_text("You usually check in around")).to_have_count(0)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/habits")
    assert client.get(f"/habits/{habit}").json()["reminders"] == [offered["time"]]


def test_how_one_is_told_is_kept(somebody):
    person, client = somebody("quiet@example.com")
    page = person.open("/notifications/settings")
    page.get_by_label("Quiet from").fill("22:00")
    page.get_by_label("until").fill("06:30")
    page.get_by_label("Tell me when a habit is about to slip").uncheck()
    page.get_by_label("It comes on").select_option(label="Sunday")
    page.get_by_label("at", exact=True).select_option("19")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Quiet from")).to_have_value("22:00")
    expect(page.get_by_label("Tell me when a habit is about to slip")).not_to_be_checked()
    chosen = client.get("/notifications/preferences").json()
    assert (chosen["quiet_from"], chosen["quiet_until"], chosen["nudges"]) == ("22:00", "06:30", False)
    assert client.get("/reports/settings").json() == {"wanted": True, "weekday": 6, "hour": 19}


def test_a_webhook_is_added_tried_chosen_for_replayed_and_removed(somebody, receiver):
    person, client = somebody("hook@example.com")
    page = person.open("/notifications/settings")
    page.get_by_label("Apprise or webhook URL").fill("http://169.254.169.254/latest")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("inside the server's own network")).to_be_visible()
    page.get_by_label("Apprise or webhook URL").fill(f"{receiver.url}/hook")
    page.get_by_label("Its name").fill("Kitchen")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("whsec_")).to_be_visible()
    page.get_by_role("button", name="Test Kitchen").click()
    receiver.wait_for(1)
    client.post("/notifications", json={"title": "Call home"})
    (channel,) = client.get("/channels").json()["items"]
    log = f"/channels/{channel['id']}/deliveries"
    eventually(lambda: [one["state"] for one in client.get(log).json()["items"]] == ["sent"])
    page.reload()
    page.get_by_text("What goes through it").click()
    expect(page.get_by_text("note: delivered")).to_be_visible()
    page.get_by_role("button", name="Send again").click()
    receiver.wait_for(3)
    assert json.loads(receiver.got[2][2]) == json.loads(receiver.got[1][2])
    page.get_by_text("Notes", exact=True).click()
    eventually(lambda: "note" not in client.get("/channels").json()["items"][0]["wants"])
    page.get_by_role("button", name="Remove Kitchen").click()
    expect(page.get_by_text("Kitchen", exact=True)).to_have_count(0)


def test_a_test_mail_is_written(somebody, told):
    person, _ = somebody("testmail@example.com")
    page = person.open("/notifications/settings")
    page.get_by_role("button", name="Send a test mail").click()
    expect(page.get_by_text("It should be there by now.")).to_be_visible()
    assert any(mail["To"] == "testmail@example.com" and mail["Subject"] == "It works" for mail in mails(told))


def test_a_browser_that_may_not_show_notifications_says_what_to_do(visitor_with_worker, told):
    visitor_with_worker.server = told
    visitor_with_worker.sign_up("refused@example.com")
    page = visitor_with_worker.open("/notifications/settings")
    page.get_by_role("button", name="Tell me in this browser").click()
    expect(page.get_by_text("Allow them in its settings, and try again.")).to_be_visible(timeout=30_000)


def test_a_browser_subscribes_and_is_pushed_to(somebody, receiver):
    """No push service can be reached from a test: the browser's own subscription is stood in for by one here."""
    person, client = somebody("pushed@example.com")
    person.context.add_init_script(STAND_IN.replace("ENDPOINT", f"{receiver.url}/push"))
    page = person.open("/notifications/settings")
    page.get_by_role("button", name="Tell me in this browser").click()
    expect(page.get_by_text("This browser will tell you.")).to_be_visible()
    (channel,) = client.get("/channels").json()["items"]
    assert channel["kind"] == "push"
    client.post("/notifications", json={"title": "Call home"})
    ((path, headers, _),) = receiver.wait_for(1)
    assert (path, headers["content-encoding"]) == ("/push", "aes128gcm")


STAND_IN = """
Object.defineProperty(navigator, "serviceWorker", { value: {
  register: async () => ({
    update: async () => {},
    pushManager: { subscribe: async ({ applicationServerKey }) => ({
      endpoint: "ENDPOINT",
      keys: { p256dh: applicationServerKey, auth: "c2l4dGVlbiBieXRlcyEhIQ" },
    }) },
  }),
  ready: Promise.resolve(),
  addEventListener: () => {},
} });
"""


def test_the_weekly_report_tells_of_a_week_leads_to_the_one_before_and_to_the_mailbox(somebody, told):
    person, client = somebody("report@example.com")
    today = datetime.now(UTC).date()
    monday = today - timedelta(days=today.weekday())
    start = monday - timedelta(days=21)
    read = client.post("/habits", json={"name": "Read", "start_date": str(start)}).json()["id"]
    for day in range(0, 21, 3):
        client.post(f"/habits/{read}/checkin", json={"day": str(start + timedelta(days=day))})
    page = person.open("/report")
    expect(page.get_by_text("Habit by habit")).to_be_visible()
    expect(page.get_by_text("May slip in the week to come")).to_be_visible()
    expect(page.locator(".report-advice")).to_have_count(1)
    page.get_by_role("link", name="The week before").click()
    page.wait_for_url(f"**/report?week={monday - timedelta(days=14)}")
    expect(page.get_by_text("May slip in the week to come")).to_have_count(0)
    page.get_by_role("link", name="The week after").click()
    page.get_by_role("button", name="Send by e-mail").click()
    expect(page.get_by_text("It is on its way to your mailbox.")).to_be_visible()
    eventually(lambda: any(mail["To"] == "report@example.com" for mail in mails(told)))


def test_a_report_that_was_sent_is_in_the_archive(somebody, told):
    person, client = somebody("archive@example.com")
    today = datetime.now(UTC).date()
    client.post("/habits", json={"name": "Read", "start_date": str(today - timedelta(days=30))})
    hour = client.get("/reports/settings").json()["hour"]
    client.patch("/reports/settings", json={"hour": (hour + 1) % 24})
    with closing(sqlite3.connect(told.log.parent / "habit_coach.db", timeout=30)) as database, database:
        me = client.get("/auth/me").json()["id"].replace("-", "")
        came = f"{datetime.now(UTC) - timedelta(minutes=5):%Y-%m-%d %H:%M:%S.%f}"
        database.execute("UPDATE report_settings SET next_at = ? WHERE user_id = ?", (came, me))
    subprocess.run([sys.executable, "-c", SEND_REPORTS], cwd=ROOT, env=told.environment, check=True)
    (week,) = client.get("/reports/weekly/archive").json()["items"]
    page = person.open("/report")
    page.locator("section.card", has_text="Sent so far").get_by_role("link").click()
    page.wait_for_url(f"**/report?week={week}")
    expect(page.get_by_text("Habit by habit")).to_be_visible()


SEND_REPORTS = "from habit_coach import tasks; tasks.send_reports_that_are_due()"
