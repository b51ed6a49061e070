"""Sending twice does once; asking again for what has not changed costs nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from habit_coach import clock, db
from habit_coach.accounts import housekeeping

HABIT = {"name": "Read"}


def create(person, key: str, **habit):
    return person.call("POST", "/habits", json=HABIT | habit, headers={"Idempotency-Key": key})


def names(person) -> list[str]:
    return [habit["name"] for habit in person.call("GET", "/habits").json()["items"]]


def test_the_same_request_with_the_same_key_is_carried_out_once(ada):
    first, second = create(ada, "one"), create(ada, "one")
    assert (second.status_code, second.json()) == (201, first.json())
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert names(ada) == ["Read"]


def test_another_key_another_person_or_no_key_is_another_request(ada, grace):
    create(ada, "one"), create(ada, "two"), create(grace, "one")
    ada.habit()
    assert names(ada) == ["Read"] * 3
    assert names(grace) == ["Read"]


def test_a_key_that_comes_back_with_another_body_is_refused(ada):
    create(ada, "one")
    assert create(ada, "one", name="Run").status_code == 422
    assert names(ada) == ["Read"]


def test_a_request_that_was_refused_may_be_mended_and_sent_again(ada):
    assert create(ada, "one", name="").status_code == 422
    assert create(ada, "one").status_code == 201


def test_of_many_at_once_one_is_carried_out(ada):
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: create(ada, "one").status_code, range(8)))
    assert set(statuses) <= {201, 409}
    assert names(ada) == ["Read"]


def test_a_key_is_forgotten_after_a_day(ada):
    create(ada, "one")
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1), tick=False):
        with db.session(writes=True) as session:
            housekeeping.forget_old(session)
        ada.sign_in()
        create(ada, "one")
        assert names(ada) == ["Read", "Read"]


@pytest.mark.parametrize("path", ["/habits", "/habits/{habit}", "/habits/{habit}/entries", "/habits/{habit}/stats"])
def test_what_has_not_changed_is_not_sent_again(ada, path):
    habit = ada.habit()
    path = path.format(habit=habit)
    first = ada.call("GET", path)
    tag = first.headers["etag"]
    again = ada.call("GET", path, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    ada.check_in(habit)
    ada.call("PATCH", f"/habits/{habit}", json={"name": "Read more"})
    assert ada.call("GET", path, headers={"If-None-Match": tag}).status_code == 200


def test_no_shared_cache_keeps_what_is_private(ada):
    headers = ada.call("GET", "/habits").headers
    assert headers["cache-control"] == "private, no-cache"
    assert "Authorization" in headers["vary"]


def test_pauses_come_newest_first_and_page_by_page(ada):
    for day in ("2026-01-01", "2026-02-01", "2026-03-01"):
        ada.call("POST", "/pauses", json={"first": day, "last": day})
    first = ada.call("GET", "/pauses?limit=2").json()
    second = ada.call("GET", f"/pauses?limit=2&cursor={first['next_cursor']}").json()
    assert [pause["first"] for pause in first["items"] + second["items"]] == ["2026-03-01", "2026-02-01", "2026-01-01"]
    assert second["next_cursor"] is None
