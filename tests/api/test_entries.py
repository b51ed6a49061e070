from datetime import date, timedelta

import pytest
import time_machine

NOON = "2026-03-10T12:00:00+01:00"
TODAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def _on_a_tuesday():
    with time_machine.travel(NOON, tick=False):
        yield


def test_a_check_in_without_words_says_that_today_is_done(ada):
    answer = ada.check_in(ada.habit())
    assert answer["entry"]["day"] == "2026-03-10"
    assert answer["entry"]["state"] == "done"
    assert answer["stats"]["current_streak"] == 1


def test_the_same_check_in_twice_leaves_one_entry(ada):
    habit = ada.habit()
    assert ada.check_in(habit) == ada.check_in(habit)
    assert len(ada.call("GET", f"/habits/{habit}/entries").json()["items"]) == 1


def test_an_increment_adds_and_a_value_sets(ada):
    habit = ada.habit(kind="numeric", target=8, unit="glasses")
    ada.check_in(habit, value=3)
    assert ada.check_in(habit, increment=2)["entry"]["value"] == 5
    assert ada.check_in(habit, value=1)["entry"]["value"] == 1


def test_an_increment_never_goes_below_zero(ada):
    habit = ada.habit(kind="numeric", target=8)
    ada.check_in(habit, increment=2)
    assert ada.check_in(habit, increment=-5)["entry"]["value"] == 0


def test_a_number_below_its_target_is_shown_as_partial_and_breaks_nothing_today(ada):
    habit = ada.habit(kind="numeric", target=8)
    ada.check_in(habit, day="2026-03-09", value=8)
    answer = ada.check_in(habit, value=5)
    assert answer["entry"]["state"] == "partial"
    assert answer["stats"]["current_streak"] == 1


def test_a_number_beyond_its_limit_is_shown_as_missed(ada):
    habit = ada.habit(kind="numeric", target=2, direction="at_most")
    assert ada.check_in(habit, value=2)["entry"]["state"] == "done"
    assert ada.check_in(habit, value=3)["entry"]["state"] == "missed"


def test_the_future_is_refused_with_a_sentence(ada):
    habit = ada.habit()
    answer = ada.call("POST", f"/habits/{habit}/checkin", json={"day": "2026-03-11"})
    assert answer.status_code == 422
    assert "still to come" in answer.json()["detail"]


def test_today_is_the_users_own_day(ada, grace):
    with time_machine.travel(
        "2026-03-11T02:30:00+00:00", tick=False
    ):  # 03:30 in Berlin, 22:30 the day before in New York
        ada.sign_in(), grace.sign_in()
        assert ada.check_in(ada.habit())["entry"]["day"] == "2026-03-11"
        assert grace.check_in(grace.habit())["entry"]["day"] == "2026-03-10"


def test_with_day_start_three_it_is_still_yesterday_at_two(ada):
    ada.call("PATCH", "/auth/me", json={"day_start": 3})
    habit = ada.habit()
    with time_machine.travel("2026-03-11T02:00:00+01:00", tick=False):
        ada.sign_in()
        assert ada.check_in(habit)["entry"]["day"] == "2026-03-10"


def test_an_earlier_check_in_moves_the_start(ada):
    habit = ada.habit()
    ada.check_in(habit, day="2026-03-01")
    assert ada.call("GET", f"/habits/{habit}").json()["start_date"] == "2026-03-01"


def test_a_note_alone_changes_only_the_note(ada):
    habit = ada.habit(kind="numeric", target=8)
    ada.check_in(habit, value=3)
    entry = ada.check_in(habit, note="čaj 🍵")["entry"]
    assert (entry["value"], entry["note"]) == (3, "čaj 🍵")


def test_a_skipped_day_neither_breaks_nor_extends(ada):
    habit = ada.habit()
    ada.check_in(habit, day="2026-03-08")
    ada.check_in(habit, day="2026-03-09", state="skipped")
    assert ada.check_in(habit)["stats"]["current_streak"] == 2


def test_taking_an_entry_back_takes_its_streak_back(ada):
    habit = ada.habit()
    ada.check_in(habit)
    assert ada.call("DELETE", f"/habits/{habit}/entries/2026-03-10").status_code == 204
    assert ada.call("GET", f"/habits/{habit}/stats").json()["current_streak"] == 0
    assert ada.call("GET", f"/habits/{habit}/entries").json()["items"] == []


def test_entries_come_newest_first_and_page_by_page(ada):
    habit = ada.habit()
    days = [str(TODAY - timedelta(days=back)) for back in range(5)]
    for day in days:
        ada.check_in(habit, day=day)
    first = ada.call("GET", f"/habits/{habit}/entries?limit=3").json()
    second = ada.call("GET", f"/habits/{habit}/entries?limit=3&cursor={first['next_cursor']}").json()
    assert [entry["day"] for entry in first["items"] + second["items"]] == days
    assert second["next_cursor"] is None


def test_a_cursor_that_is_not_ours_is_refused(ada):
    habit = ada.habit()
    assert ada.call("GET", f"/habits/{habit}/entries?cursor=%00nonsense").status_code == 422


def test_bulk_is_all_or_nothing(ada, grace):
    mine, theirs = ada.habit(), grace.habit()
    refused = ada.call("POST", "/entries", json={"items": [{"habit_id": mine}, {"habit_id": theirs}]})
    assert refused.status_code == 404
    assert ada.call("GET", f"/habits/{mine}/entries").json()["items"] == []
    kept = ada.call("POST", "/entries", json={"items": [{"habit_id": mine}, {"habit_id": mine, "day": "2026-03-09"}]})
    assert kept.status_code == 200
    assert ada.call("GET", f"/habits/{mine}/stats").json()["current_streak"] == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": 1}, "yes-or-no"),
        ({"value": 1, "increment": 1}, "not both"),
        ({"day": "1969-12-31"}, "1970"),
        ({"state": "maybe"}, "done"),
        ({"note": "x" * 2001}, "2000"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_a_check_in_that_cannot_be_is_refused_with_a_sentence(ada, change, said):
    answer = ada.call("POST", f"/habits/{ada.habit()}/checkin", json=change)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


def test_an_archived_habit_takes_no_check_in(ada):
    habit = ada.habit()
    ada.call("PATCH", f"/habits/{habit}", json={"archived": True})
    assert ada.call("POST", f"/habits/{habit}/checkin", json={}).status_code == 409


def test_days_that_passed_are_caught_up_when_somebody_looks(ada):
    habit = ada.habit()
    ada.check_in(habit)
    with time_machine.travel("2026-03-14T12:00:00+01:00", tick=False):
        ada.sign_in()
        stats = ada.call("GET", f"/habits/{habit}/stats").json()
    assert stats["as_of"] == "2026-03-14"
    assert (stats["current_streak"], stats["best_streak"]) == (0, 1)
    assert stats["rate_7d"] == pytest.approx(1 / 4)


def test_no_due_days_give_no_rate(ada):
    habit = ada.habit(schedule={"kind": "weekdays", "days": ["sun"]})
    assert ada.call("GET", f"/habits/{habit}/stats").json()["rate_30d"] is None
