import uuid

import pytest
import time_machine

SCHEDULES = [
    {"kind": "daily"},
    {"kind": "weekdays", "days": ["mon", "fri"]},
    {"kind": "per_period", "times": 3, "period": "week"},
    {"kind": "every", "n": 2, "unit": "day"},
    {"kind": "monthly", "days": [1, "last"]},
    {"kind": "monthly", "nth": -1, "weekday": "sun"},
]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_kind_of_schedule_comes_back_as_it_was_sent(ada, schedule):
    habit = ada.habit(schedule=schedule)
    assert ada.call("GET", f"/habits/{habit}").json()["schedule"] == schedule


def test_a_habit_keeps_everything_that_was_said_of_it(ada):
    described = {
        "name": "Читать 📚, every day",
        "kind": "numeric",
        "unit": "pages",
        "target": 20,
        "direction": "at_least",
        "schedule": {"kind": "daily"},
        "description": "before bed",
        "icon": "📚",
        "color": "#12a594",
        "group": "Evening",
        "tags": ["mind"],
        "reminders": ["07:30", "21:00"],
        "remind_only_if_open": False,
        "start_date": "2026-01-01",
    }
    habit = ada.call("GET", f"/habits/{ada.habit(**described)}").json()
    assert {name: habit[name] for name in described} == described


@pytest.mark.parametrize(
    ("described", "said"),
    [
        ({"name": "  "}, "name"),
        ({"kind": "numeric"}, "target"),
        ({"kind": "binary", "target": 3}, "numeric"),
        ({"schedule": {"kind": "weekdays", "days": []}}, "weekday"),
        ({"schedule": {"kind": "weekly"}}, "daily, weekdays"),
        ({"reminders": ["7:30"]}, "07:30"),
        ({"color": "red"}, "color"),
        ({"kind": "numeric", "target": -1}, "target"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_a_habit_that_cannot_be_is_refused_with_a_sentence(ada, described, said):
    answer = ada.call("POST", "/habits", json={"name": "Read"} | described)
    assert answer.status_code == 422
    assert said in str(answer.json())


def test_a_strangers_habit_does_not_exist(ada, grace):
    habit = ada.habit()
    for method, path in [
        ("GET", f"/habits/{habit}"),
        ("PUT", f"/habits/{habit}"),
        ("PATCH", f"/habits/{habit}"),
        ("DELETE", f"/habits/{habit}"),
        ("POST", f"/habits/{habit}/checkin"),
        ("GET", f"/habits/{habit}/entries"),
        ("GET", f"/habits/{habit}/stats"),
        ("GET", f"/habits/{habit}/pauses"),
        ("DELETE", f"/habits/{habit}/entries/2026-01-01"),
    ]:
        body = {"name": "mine now"} if method in ("PUT", "PATCH") else {}
        assert grace.call(method, path, json=body).status_code == 404, (method, path)
    assert ada.call("GET", f"/habits/{habit}").json()["name"] == "Read"


def test_a_changed_schedule_counts_from_today_and_the_past_keeps_its_own(ada):
    with time_machine.travel("2026-03-06T12:00:00+00:00", tick=False):  # a Friday
        ada.sign_in()
        habit = ada.habit(start_date="2026-03-02")
        for day in ("02", "03", "04", "05"):
            ada.check_in(habit, day=f"2026-03-{day}")
        ada.call("PATCH", f"/habits/{habit}", json={"schedule": {"kind": "weekdays", "days": ["mon"]}})
    with time_machine.travel("2026-03-09T12:00:00+00:00", tick=False):  # the Monday after
        ada.sign_in()
        stats = ada.check_in(habit)["stats"]
    assert stats["current_streak"] == 5


def test_a_habit_keeps_its_kind(ada):
    habit = ada.habit()
    answer = ada.call("PUT", f"/habits/{habit}", json={"name": "Read", "kind": "numeric", "target": 3})
    assert answer.status_code == 422
    assert "keeps its kind" in answer.json()["detail"]


def test_deleting_takes_a_habit_away_and_archiving_only_puts_it_aside(ada):
    archived, deleted, kept = ada.habit(name="A"), ada.habit(name="B"), ada.habit(name="C")
    ada.call("PATCH", f"/habits/{archived}", json={"archived": True})
    assert ada.call("DELETE", f"/habits/{deleted}").status_code == 204
    assert [habit["id"] for habit in ada.call("GET", "/habits").json()["items"]] == [kept]
    assert [habit["id"] for habit in ada.call("GET", "/habits?archived=true").json()["items"]] == [archived]
    assert ada.call("GET", f"/habits/{deleted}").status_code == 404


def test_erasing_a_habit_takes_its_entries_too(ada):
    habit = ada.habit()
    ada.check_in(habit)
    assert ada.call("DELETE", f"/habits/{habit}?hard=true").status_code == 204
    assert ada.call("GET", f"/habits/{habit}").status_code == 404


def test_habits_keep_the_order_that_they_are_put_in(ada, grace):
    a, b, c = (ada.habit(name=name) for name in "ABC")
    order = ada.call("POST", "/habits/reorder", json={"order": [c, a]}).json()["items"]
    assert [habit["id"] for habit in order] == [c, a, b]
    assert ada.call("POST", "/habits/reorder", json={"order": [grace.habit()]}).status_code == 404


def test_the_list_comes_page_by_page(ada):
    ids = [ada.habit(name=str(number)) for number in range(5)]
    first = ada.call("GET", "/habits?limit=3").json()
    second = ada.call("GET", f"/habits?limit=3&cursor={first['next_cursor']}").json()
    assert [habit["id"] for habit in first["items"] + second["items"]] == ids
    assert second["next_cursor"] is None


def test_a_vacation_breaks_no_streak_of_any_habit(ada):
    with time_machine.travel("2026-03-01T12:00:00+00:00", tick=False):
        ada.sign_in()
        habit = ada.habit()
        ada.check_in(habit)
        assert ada.call("POST", "/pauses", json={"first": "2026-03-02", "last": "2026-03-09"}).status_code == 201
    with time_machine.travel("2026-03-10T12:00:00+00:00", tick=False):
        ada.sign_in()
        assert ada.check_in(habit)["stats"]["current_streak"] == 2
        (pause,) = ada.call("GET", "/pauses").json()["items"]
        assert ada.call("DELETE", f"/pauses/{pause['id']}").status_code == 204
        assert ada.call("GET", f"/habits/{habit}/stats").json()["current_streak"] == 1


def test_a_pause_of_one_habit_leaves_the_others(ada):
    paused, other = ada.habit(), ada.habit()
    ada.call("POST", f"/habits/{paused}/pauses", json={"first": "2026-03-02"})
    assert len(ada.call("GET", f"/habits/{paused}/pauses").json()["items"]) == 1
    assert ada.call("GET", f"/habits/{other}/pauses").json()["items"] == []
    assert ada.call("DELETE", f"/pauses/{uuid.uuid4()}").status_code == 404


def test_a_pause_that_ends_before_it_starts_is_refused(ada):
    assert ada.call("POST", "/pauses", json={"first": "2026-03-02", "last": "2026-03-01"}).status_code == 422


def test_another_first_day_of_the_week_judges_weekly_habits_anew(ada):
    with time_machine.travel("2026-03-09T12:00:00+00:00", tick=False):  # a Monday
        ada.sign_in()
        habit = ada.habit(schedule={"kind": "per_period", "times": 2, "period": "week"}, start_date="2026-03-01")
        ada.check_in(habit, day="2026-03-07")
        ada.check_in(habit, day="2026-03-08")
        assert ada.call("GET", f"/habits/{habit}/stats").json()["current_streak"] == 1
        ada.call("PATCH", "/auth/me", json={"week_start": 6})
        assert ada.call("GET", f"/habits/{habit}/stats").json()["current_streak"] == 0


def test_a_list_shows_each_habit_as_it_is_shown_alone(ada):
    for schedule in SCHEDULES:
        ada.habit(schedule=schedule, name="Читать 📚", tags=["mind"], reminders=["07:30"])
    ada.habit(kind="numeric", target=2.5, unit="l", direction="at_most", group="Evening")
    items = ada.call("GET", "/habits").json()["items"]
    assert len(items) == len(SCHEDULES) + 1
    assert items == [ada.call("GET", f"/habits/{habit['id']}").json() for habit in items]
