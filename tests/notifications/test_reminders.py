from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from habit_coach import db
from habit_coach.accounts.models import User
from habit_coach.notifications import inbox, outbox, reminders
from tests.conftest import Person
from tests.notifications.conftest import arrive


@pytest.fixture(autouse=True)
def now():
    """A Tuesday, early in the morning in Berlin."""
    with time_machine.travel("2026-03-10T06:00:00+01:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def worker(now):
    """Looks again and again, as the worker does, while time passes; gives what arrived."""

    def passes(person, **time):
        ends = timedelta(**time)
        while ends > timedelta():
            step = min(ends, timedelta(minutes=5))
            now.shift(step)
            ends -= step
            look()
        person.sign_in()
        return titles(person)

    return passes


def look():
    with db.session(writes=True) as session:
        reminders.plan_due(session)
    arrive()


def titles(person, **filters) -> list[str]:
    return [one["title"] for one in person.call("GET", "/notifications", params=filters).json()["items"]]


def send_mails() -> int:
    with db.session(writes=True) as session:
        claims = outbox.claim(session, "email", 50)
    for one in claims:
        outbox.deliver("email", one)
    return len(claims)


def test_a_reminder_arrives_at_its_time_once(ada, worker):
    ada.habit(name="Read", icon="📚", reminders=["07:30"])
    assert worker(ada, minutes=89) == []
    assert worker(ada, minutes=1) == ["📚 Read"]
    assert worker(ada, hours=20) == ["📚 Read"]


def test_several_reminders_a_day_each_arrive(ada, worker):
    ada.habit(reminders=["07:30", "12:00", "21:15"])
    assert len(worker(ada, hours=17)) == 3


def test_what_is_done_or_skipped_is_not_asked_for_again(ada, worker):
    done, skipped = ada.habit(reminders=["07:30"]), ada.habit(reminders=["07:30"])
    ada.check_in(done)
    ada.check_in(skipped, state="skipped")
    assert worker(ada, hours=3) == []


def test_a_person_may_want_the_reminder_even_when_it_is_done(ada, worker):
    ada.check_in(ada.habit(reminders=["07:30"], remind_only_if_open=False))
    assert len(worker(ada, hours=3)) == 1


def test_days_that_are_not_due_or_paused_stay_quiet(ada, worker):
    ada.habit(reminders=["07:30"], schedule={"kind": "weekdays", "days": ["sun"]})
    ada.habit(reminders=["07:30"])
    ada.call("POST", "/pauses", json={"first": "2026-03-10", "last": "2026-03-10"})
    assert worker(ada, hours=18) == []
    assert len(worker(ada, hours=24)) == 1


def test_an_archived_or_deleted_habit_stays_quiet(ada, worker):
    archived, deleted = ada.habit(reminders=["07:30"]), ada.habit(reminders=["07:30"])
    ada.call("PATCH", f"/habits/{archived}", json={"archived": True})
    ada.call("DELETE", f"/habits/{deleted}")
    assert worker(ada, hours=3) == []


def test_a_changed_time_counts_at_once(ada, worker):
    habit = ada.habit(reminders=["07:30"])
    ada.call("PATCH", f"/habits/{habit}", json={"reminders": ["06:10"]})
    assert len(worker(ada, minutes=10)) == 1


def test_in_another_zone_it_comes_at_the_same_hour_there(ada, worker):
    ada.habit(reminders=["07:30"])
    ada.call("PATCH", "/auth/me", json={"timezone": "America/New_York"})
    assert worker(ada, hours=6) == []  # 12:00 in Berlin is 07:00 in New York
    assert len(worker(ada, minutes=31)) == 1


def test_ten_hours_of_downtime_bring_one_reminder_a_habit_and_no_burst(ada, worker, now):
    ada.habit(name="Read", reminders=["07:30", "08:00", "09:00", "15:00"])
    ada.habit(name="Run", reminders=["07:00"])
    now.shift(timedelta(hours=10))
    assert sorted(worker(ada, minutes=1)) == ["Read", "Run"]
    assert len(worker(ada, hours=3)) == 2


def test_after_days_of_downtime_only_the_last_day_is_caught_up(ada, worker, now):
    ada.habit(name="Daily", reminders=["07:30"])
    ada.habit(name="Tuesdays", reminders=["07:30"], schedule={"kind": "weekdays", "days": ["tue"]})
    now.shift(timedelta(days=3))
    assert worker(ada, minutes=1) == ["Daily"]


def test_two_workers_plan_a_reminder_once(ada, now):
    from concurrent.futures import ThreadPoolExecutor

    for _ in range(10):
        ada.habit(reminders=["07:30"])
    now.shift(timedelta(hours=2))

    def plan(_) -> int:
        with db.session(writes=True) as session:
            return reminders.plan_due(session, limit=3)

    with ThreadPoolExecutor(4) as many:
        while sum(many.map(plan, range(4))):
            pass
    arrive()
    ada.sign_in()
    assert len(titles(ada)) == 10


def test_done_straight_from_the_notification_checks_in(ada, worker):
    habit = ada.habit(reminders=["07:30"])
    worker(ada, hours=2)
    (reminder,) = ada.call("GET", "/notifications").json()["items"]
    assert ada.call("POST", f"/notifications/{reminder['id']}/done").json()["state"] == "dismissed"
    entries = ada.call("GET", f"/habits/{habit}/entries").json()["items"]
    assert [(one["day"], one["state"], one["source"]) for one in entries] == [("2026-03-10", "done", "notification")]


def test_skip_straight_from_the_notification_skips(ada, worker):
    habit = ada.habit(reminders=["07:30"])
    worker(ada, hours=2)
    (reminder,) = ada.call("GET", "/notifications").json()["items"]
    ada.call("POST", f"/notifications/{reminder['id']}/skip")
    assert ada.call("GET", f"/habits/{habit}/entries").json()["items"][0]["state"] == "skipped"


@pytest.mark.parametrize(("length", "at"), [("10min", "08:10"), ("1h", "09:00"), ("tonight", "20:00")])
def test_a_snoozed_reminder_comes_again(ada, worker, now, length, at):
    ada.habit(reminders=["07:30"])
    now.shift(timedelta(hours=2))
    worker(ada, minutes=0)
    look()
    ada.sign_in()
    (reminder,) = ada.call("GET", "/notifications").json()["items"]
    answer = ada.call("POST", f"/notifications/{reminder['id']}/snooze", json={"for": length})
    assert answer.json()["due_at"] == f"2026-03-10T{int(at[:2]) - 1:02}:{at[3:]}:00Z"
    assert titles(ada) == []
    now.shift(timedelta(hours=13))
    look()
    ada.sign_in()
    assert len(titles(ada)) == 1


def test_tonight_in_the_evening_is_in_an_hour(ada, now):
    now.move_to("2026-03-10T21:30:00+01:00")
    ada.sign_in()
    note = ada.call("POST", "/notifications", json={"title": "Call home"}).json()["id"]
    answer = ada.call("POST", f"/notifications/{note}/snooze", json={"for": "tonight"})
    assert answer.json()["due_at"] == "2026-03-10T21:30:00Z"


def test_in_quiet_hours_the_inbox_has_it_and_the_mail_waits(ada, worker, now, mail_server):
    ada.call("PATCH", "/notifications/preferences", json={"quiet_from": "22:00", "quiet_until": "07:00"})
    ada.habit(reminders=["06:30"])
    assert len(worker(ada, minutes=30)) == 1
    assert send_mails() == 0
    now.shift(timedelta(minutes=30))
    assert send_mails() == 1


def test_a_mail_that_waited_is_not_sent_when_the_habit_was_done_meanwhile(ada, worker, now, mail_server):
    ada.call("PATCH", "/notifications/preferences", json={"quiet_from": "22:00", "quiet_until": "07:00"})
    habit = ada.habit(reminders=["06:30"])
    worker(ada, minutes=30)
    ada.check_in(habit)
    now.shift(timedelta(minutes=30))
    send_mails()
    assert mail_server.mails == []


def test_a_mail_about_a_reminder_carries_links_that_answer_it(ada, client, worker, mail_server):
    habit = ada.habit(name="Read", reminders=["07:30"])
    worker(ada, minutes=90)
    send_mails()
    (mail,) = mail_server.mails
    text = mail.get_payload(0).get_payload(decode=True).decode()
    done = next(line.removeprefix("Done: ") for line in text.splitlines() if line.startswith("Done: "))
    assert "Mark it as done?" in client.get(done).text
    assert ada.call("GET", f"/habits/{habit}/entries").json()["items"] == []  # a scanner only looks
    assert "Read: done." in client.post(done).text
    assert ada.call("GET", f"/habits/{habit}/entries").json()["items"][0]["state"] == "done"
    assert client.post(done + "x").status_code == 404


def test_one_click_ends_mails_of_that_kind_and_leaves_the_inbox(ada, client, worker, now, mail_server):
    ada.habit(reminders=["07:30"])
    worker(ada, minutes=90)
    send_mails()
    (mail,) = mail_server.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = mail["List-Unsubscribe"].strip("<>").replace("\r\n ", "").replace("\n ", "")
    assert client.post(url, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert len(worker(ada, hours=24)) == 2
    assert send_mails() == 0


def test_nobody_answers_anothers_notification(ada, grace, worker):
    ada.habit(reminders=["07:30"])
    worker(ada, minutes=90)
    (reminder,) = ada.call("GET", "/notifications").json()["items"]
    grace.sign_in()
    for what, body in [("done", {}), ("skip", {}), ("dismiss", {}), ("retry", {}), ("snooze", {"for": "1h"})]:
        assert grace.call("POST", f"/notifications/{reminder['id']}/{what}", json=body).status_code == 404


def test_a_person_can_be_told_something_later(ada, worker, now):
    ada.call("POST", "/notifications", json={"title": "Call home", "due_at": "2026-03-10T09:00:00+01:00"})
    assert worker(ada, hours=2) == []
    assert worker(ada, hours=1) == ["Call home"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"quiet_from": "22:00"}, "beginning and an end"),
        ({"quiet_from": "25:00", "quiet_until": "07:00"}, "like 22:00"),
        ({"by_email": ["spam"]}, "reminder"),
    ],
)
def test_preferences_that_cannot_be_are_refused_with_a_sentence(ada, change, said):
    answer = ada.call("PATCH", "/notifications/preferences", json=change)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


def test_quiet_hours_can_be_ended(ada):
    ada.call("PATCH", "/notifications/preferences", json={"quiet_from": "22:00", "quiet_until": "07:00"})
    ended = ada.call("PATCH", "/notifications/preferences", json={"quiet_from": None, "quiet_until": None})
    assert ended.json()["quiet_from"] is None


def test_a_time_is_offered_half_an_hour_before_the_person_usually_checks_in(ada, now):
    habit = ada.habit(start_date="2026-02-01")
    assert ada.call("GET", f"/habits/{habit}/reminder-suggestion").json()["time"] is None
    for day in range(11):
        now.move_to(f"2026-03-{10 + day}T19:4{day % 5}:00+01:00")
        ada.sign_in()
        ada.check_in(habit)
    offered = ada.call("GET", f"/habits/{habit}/reminder-suggestion").json()
    assert offered == {"time": "19:10", "usual": "19:42", "check_ins": 11}
    ada.call("PATCH", f"/habits/{habit}", json={"reminders": ["19:00"]})
    assert ada.call("GET", f"/habits/{habit}/reminder-suggestion").json()["time"] is None


def test_days_filled_in_later_say_nothing_about_the_hour(ada, now):
    habit = ada.habit(start_date="2026-02-01")
    for day in range(1, 21):
        ada.check_in(habit, day=f"2026-02-{day:02}")
    assert ada.call("GET", f"/habits/{habit}/reminder-suggestion").json()["time"] is None


def test_a_deactivated_account_hears_nothing(ada, worker, mail_server):
    ada.habit(reminders=["07:30"])
    with db.session(writes=True) as session:
        user = session.exec(_users()).one()
        user.deactivated_at = user.created_at
        session.add(user)
    with time_machine.travel("2026-03-10T08:00:00+01:00", tick=False):
        look()
        assert send_mails() == 0
    with db.session() as session:
        assert inbox.listed(session, user) == []


def _users():
    from sqlmodel import select

    return select(User)


@pytest.mark.parametrize(
    ("zone", "midnight", "walls", "shown"),
    [
        ("Europe/Berlin", "2026-03-28T00:00:00+01:00", ["02:30", "07:30"], "28 02:30, 28 07:30, 29 03:00, 29 07:30"),
        ("Europe/Berlin", "2026-10-24T00:00:00+02:00", ["02:30", "07:30"], "24 02:30, 24 07:30, 25 02:30, 25 07:30"),
        ("America/New_York", "2026-03-07T00:00:00-05:00", ["02:30"], "07 02:30, 08 03:00"),
        ("America/New_York", "2026-10-31T00:00:00-04:00", ["01:30"], "31 01:30, 01 01:30"),
        ("Australia/Lord_Howe", "2026-10-03T00:00:00+10:30", ["02:15"], "03 02:15, 04 02:30"),
        ("Australia/Lord_Howe", "2026-04-04T00:00:00+11:00", ["01:45"], "04 01:45, 05 01:45"),
        ("Pacific/Apia", "2011-12-29T00:00:00-10:00", ["07:30"], "29 07:30, 31 07:30"),
    ],
)
def test_through_a_change_of_the_clocks_the_worker_sends_each_once_at_its_hour_or_the_next_that_exists(
    client, now, zone, midnight, walls, shown
):
    now.move_to(midnight)
    here = Person(client, "here@example.com", zone)
    here.habit(reminders=walls, start_date=midnight[:10])
    for _ in range(2 * 24 * 2 + 1):  # two days, the longest of them of 25 hours, each half hour
        look()
        now.shift(timedelta(minutes=30))
    here.sign_in()
    due = [datetime.fromisoformat(one["due_at"]) for one in here.call("GET", "/notifications").json()["items"]]
    assert ", ".join(f"{at.astimezone(ZoneInfo(zone)):%d %H:%M}" for at in reversed(due)) == shown
