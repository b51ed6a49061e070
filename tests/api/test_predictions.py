from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from habit_coach import db
from habit_coach.predictions import registry

NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)
TODAY = NOON.date()


@pytest.fixture
def noon(database):
    registry.reload()
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller
    registry.reload()


@pytest.fixture
def person(noon, ada):
    with db.session(writes=True) as session:
        registry.install_starter(session)
    registry.reload()
    return ada


def lived(person, marks: str, **described) -> str:
    """A habit with a mark a day, ending yesterday."""
    start = TODAY - timedelta(days=len(marks))
    habit = person.habit(start_date=start.isoformat(), **described)
    items = [
        {"habit_id": habit, "day": (start + timedelta(days=place)).isoformat()}
        for place, mark in enumerate(marks)
        if mark == "x"
    ]
    if items:
        assert person.call("POST", "/entries", json={"items": items}).status_code == 200
    return habit


def predicted(person, habit: str) -> dict:
    answer = person.call("GET", f"/predictions/habits/{habit}/prediction")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_kept_habit_is_likely_and_a_dropped_one_is_at_risk_and_both_say_why(person):
    kept = predicted(person, lived(person, "x" * 60))
    dropped = predicted(person, lived(person, "x" * 20 + "." * 12, name="Run"))
    assert kept["probability"] > 0.8
    assert kept["risk"] == "low"
    assert dropped["probability"] < 0.35
    assert dropped["risk"] == "high"
    assert kept["source"] == "model"
    assert len(kept["model_version"]) == 12
    assert kept["for_day"] == TODAY.isoformat()
    assert kept["as_of"] == (TODAY - timedelta(days=1)).isoformat()
    assert any("7 of the last 7" in one["text"] and one["effect"] > 0 for one in kept["reasons"])
    assert any(one["effect"] < 0 for one in dropped["reasons"])
    assert kept["days_until_break"] > dropped["days_until_break"]
    assert kept["week"]["goal_chance"] > dropped["week"]["goal_chance"]
    assert dropped["week"]["lapse_chance"] > kept["week"]["lapse_chance"]
    assert kept["week"]["at_least"] == sorted(kept["week"]["at_least"], reverse=True)


def test_once_today_is_done_the_next_due_day_is_predicted(person):
    habit = lived(person, "xx.xxx.xxx")
    person.check_in(habit)
    assert predicted(person, habit)["for_day"] == (TODAY + timedelta(days=1)).isoformat()


def test_a_new_habit_is_still_being_learned(person):
    answer = predicted(person, person.habit())
    assert answer["status"] == "learning"
    assert "Still learning" in answer["message"]
    assert answer["source"] == "rule"
    assert 0.3 < answer["probability"] < 0.7
    assert answer["reasons"] == []


def test_a_paused_habit_says_until_when(person):
    habit = lived(person, "x" * 30)
    pause = {"first": TODAY.isoformat(), "last": "2026-04-05"}
    assert person.call("POST", f"/habits/{habit}/pauses", json=pause).status_code == 201
    answer = predicted(person, habit)
    assert (answer["status"], answer["message"]) == ("paused", "Paused until 5 April.")
    assert answer["probability"] is None


def test_a_habit_that_is_not_due_for_long_and_an_archived_one_say_so(person):
    rare = person.habit(schedule={"kind": "every", "n": 200, "unit": "day"}, start_date="2026-03-01")
    assert predicted(person, rare)["message"] == "Nothing is due until 17 September."
    old = lived(person, "x" * 30)
    assert person.call("PATCH", f"/habits/{old}", json={"archived": True}).status_code == 200
    answer = predicted(person, old)
    assert answer["status"] == "nothing_due"
    assert "archived" in answer["message"]


def test_of_a_quota_the_chance_is_that_the_period_will_be_met(person):
    thrice = {"kind": "per_period", "times": 3, "period": "week"}
    habit = lived(person, "x.x.x.." * 8, schedule=thrice)
    at_first = predicted(person, habit)
    assert (at_first["quota_left"], at_first["days_left"]) == (3, 7)
    assert at_first["probability"] > 0.4
    assert not any("missed" in one["text"] or "due days" in one["text"] for one in at_first["reasons"])
    for day in (TODAY - timedelta(days=7), TODAY):
        person.check_in(habit, day=day.isoformat())
    assert predicted(person, habit)["quota_left"] == 2


def test_a_full_quota_asks_again_in_the_next_period(person, noon):
    habit = lived(person, "x.x.x..", schedule={"kind": "per_period", "times": 1, "period": "week"})
    person.check_in(habit)
    answer = predicted(person, habit)
    assert answer["for_day"] == (TODAY + timedelta(days=7)).isoformat()
    assert answer["quota_left"] == 1


def test_a_limit_that_is_never_logged_is_kept(person):
    limit = {"kind": "numeric", "unit": "cups", "target": 2, "direction": "at_most"}
    answer = predicted(person, lived(person, "." * 30, **limit))
    assert answer["probability"] > 0.8
    assert not any("logged" in one["text"] for one in answer["reasons"])


def test_all_and_some_habits_can_be_asked_for_at_once(person):
    first, second = lived(person, "x" * 10), lived(person, "x." * 5, name="Run")
    everything = person.call("GET", "/predictions/").json()["items"]
    assert [one["habit_id"] for one in everything] == [first, second]
    some = person.call("POST", "/predictions/batch", json={"habit_ids": [second, first]}).json()["items"]
    assert [one["habit_id"] for one in some] == [second, first]


def test_nobody_sees_the_predictions_of_somebody_elses_habit(person, grace):
    habit = lived(person, "x" * 10)
    assert grace.call("GET", f"/predictions/habits/{habit}/prediction").status_code == 404
    assert grace.call("POST", "/predictions/batch", json={"habit_ids": [habit]}).status_code == 404
    assert grace.call("GET", "/predictions").json()["items"] == []


def test_without_a_model_the_rule_answers(noon, ada):
    answer = predicted(ada, lived(ada, "x" * 30))
    assert (answer["source"], answer["model_version"]) == ("rule", None)
    assert answer["probability"] > 0.8
    assert any("7 of the last 7" in one["text"] for one in answer["reasons"])


@pytest.mark.parametrize("marks", ["x." * 12 + ".", "xx." * 6 + "x....", "x.x..x." * 3])
def test_the_rule_too_warns_of_a_day_that_is_more_likely_missed_than_kept(noon, ada, marks):
    answer = predicted(ada, lived(ada, marks))
    assert answer["source"] == "rule"
    assert 0.4 < answer["probability"] < 0.5
    assert answer["risk"] != "low"


def test_what_is_said_of_a_day_does_not_depend_on_what_comes_after(person, noon):
    habit = lived(person, "xx.x" * 8)
    before = predicted(person, habit)
    noon.shift(timedelta(days=1))
    person.sign_in()
    person.check_in(habit, day=date(2026, 3, 16).isoformat())
    after = predicted(person, habit)
    assert before["for_day"] == "2026-03-16"
    assert after["for_day"] == "2026-03-17"
    assert after["as_of"] == "2026-03-16"


def test_a_budget_is_predicted_by_its_weeks(person):
    limit = {"kind": "numeric", "unit": "sweets", "target": 5, "direction": "at_most"}
    habit = lived(person, "." * 70, schedule={"kind": "per_period", "times": 1, "period": "week"}, **limit)
    answer = predicted(person, habit)
    assert answer["for_day"] == "2026-03-22"
    assert answer["probability"] > 0.7
    assert any("of the last 7 weeks" in one["text"] for one in answer["reasons"])
    person.check_in(habit, value=9)
    assert predicted(person, habit)["for_day"] == "2026-03-29"


def test_of_a_quota_the_reason_is_how_often_it_was_met(person):
    thrice = {"kind": "per_period", "times": 3, "period": "week"}
    answer = predicted(person, lived(person, "xx....." * 3 + "x.x.x.." * 5, schedule=thrice))
    assert "You met it in 5 of the last 8 weeks." in [one["text"] for one in answer["reasons"]]
