from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from icalendar import Calendar


@pytest.fixture(autouse=True)
def _on_a_tuesday():
    with time_machine.travel("2026-03-10T12:00:00+01:00", tick=False):
        yield


def address(person) -> str:
    return person.call("POST", "/calendar").json()["url"]


def events(client, url: str) -> list:
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_reminder_is_an_event_with_an_alarm_at_its_hour_in_the_persons_zone(ada, client):
    ada.habit(name="Read", icon="📚", reminders=["07:30"], schedule={"kind": "weekdays", "days": ["sun"]})
    found = events(client, address(ada))
    assert [one.decoded("dtstart") for one in found][:3] == [
        datetime(2026, 3, day, 7, 30, tzinfo=ZoneInfo("Europe/Berlin")) for day in (15, 22, 29)
    ]
    assert str(found[0]["summary"]) == "📚 Read"
    assert len(found[0].walk("VALARM")) == 1


def test_a_habit_without_reminder_is_a_whole_day_when_due_and_not_while_paused(ada, client):
    habit = ada.habit(schedule={"kind": "weekdays", "days": ["tue", "thu"]})
    ada.call("POST", f"/habits/{habit}/pauses", json={"first": "2026-03-11", "last": "2026-03-18"})
    days = [one.decoded("dtstart") for one in events(client, address(ada))]
    assert days[:3] == [date(2026, 3, 10), date(2026, 3, 19), date(2026, 3, 24)]


def test_a_new_address_ends_the_old_one_and_none_ends_all(ada, client):
    assert ada.call("GET", "/calendar").json()["url"] is None
    first = address(ada)
    assert ada.call("GET", "/calendar").json()["url"] == first
    second = address(ada)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    assert ada.call("DELETE", "/calendar").status_code == 204
    assert client.get(second).status_code == 404
    assert client.get(address(ada)).status_code == 200
    assert client.get(second).status_code == 404


def test_an_address_cannot_be_guessed_from_anothers(ada, grace, client):
    mine, theirs = address(ada), address(grace)
    forged = mine.rsplit("/", 1)[0] + "/" + theirs.rsplit("/", 1)[1][:21] + mine.rsplit("/", 1)[1][21:]
    assert client.get(forged).status_code == 404
    assert client.get("/calendar/nonsense.ics").status_code == 404


def test_quiet_hours_outlive_a_calendar_and_the_other_way_round(ada, client):
    ada.call("PATCH", "/notifications/preferences", json={"quiet_from": "22:00", "quiet_until": "07:00"})
    url = address(ada)
    ada.call("PATCH", "/notifications/preferences", json={"by_email": ["report"]})
    assert client.get(url).status_code == 200
    assert ada.call("GET", "/notifications/preferences").json()["quiet_from"] == "22:00"
