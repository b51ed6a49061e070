from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from habit_coach import db, runs

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel("2026-03-10T12:00:00+00:00", tick=False) as traveller:
        yield traveller


def silent() -> list[str]:
    with db.session() as session:
        runs.beat(session, runs.WORKER, timedelta(days=1))
        found = runs.silent(session)
        session.rollback()
    return found


def newest() -> runs.JobRun:
    with db.session() as session:
        return runs.latest(session)[0]


def test_of_many_at_once_one_has_the_run():
    done = []
    with ThreadPoolExecutor(8) as many:
        ours = list(many.map(lambda _: runs.run("report", HOUR, lambda: done.append(1) or {}), range(8)))
    assert (sum(ours), len(done)) == (1, 1)


def test_the_next_period_has_a_run_of_its_own(now):
    assert runs.run("report", HOUR, dict)
    now.shift(timedelta(minutes=59))
    assert not runs.run("report", HOUR, dict)
    now.shift(timedelta(minutes=1))
    assert runs.run("report", HOUR, dict)


def test_a_run_whose_worker_was_killed_is_taken_up_again(now):
    def dies() -> runs.Counts:
        raise SystemExit

    with pytest.raises(SystemExit):
        runs.run("report", HOUR, dies)
    assert not runs.run("report", HOUR, dict)
    now.shift(runs.LONGEST + timedelta(seconds=1))
    assert runs.run("report", HOUR, dict)


def test_a_run_notes_what_it_did(now):
    runs.run("report", HOUR, lambda: {"reports": 3})
    assert (newest().counts, newest().error) == ({"reports": 3}, "")


def test_a_failure_is_noted_and_does_not_escape():
    def fails() -> runs.Counts:
        raise ValueError("no such week")

    assert runs.run("report", HOUR, fails)
    assert newest().error == "ValueError: no such week"
    assert newest().ended_at is not None


def test_a_job_that_stops_coming_is_silent_after_two_missed_beats(now):
    runs.run("report", HOUR, dict)
    assert silent() == []
    now.shift(2 * HOUR)
    assert silent() == []
    now.shift(timedelta(minutes=2))
    assert silent() == ["report"]


def test_health_tells_whether_the_worker_is_alive(client, now):
    assert client.get("/health").json() == {"status": "degraded", "silent": ["worker"], "away": []}
    with db.session(writes=True) as session:
        runs.beat(session, runs.WORKER, timedelta(seconds=10))
    assert client.get("/health").json() == {"status": "ok", "silent": [], "away": []}
    now.shift(timedelta(minutes=5))
    assert client.get("/health").json()["status"] == "degraded"
