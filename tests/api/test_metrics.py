from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from habit_coach import clock, db, runs
from habit_coach.accounts import users
from habit_coach.accounts.models import Role
from habit_coach.api.app import build_api
from habit_coach.habits import habit
from habit_coach.habits.drafts import HabitDraft
from habit_coach.notifications import inbox
from habit_coach.notifications.inbox import Message
from habit_coach.notifications.models import Kind
from habit_coach.operations.queue import queue
from habit_coach.predictions import nightly
from tests.conftest import use


@pytest.fixture
def here(database):
    """A client on the same machine."""
    with TestClient(build_api(), base_url="http://localhost:8000", client=("127.0.0.1", 40000)) as opened:
        yield opened


def numbers(client, **options) -> dict[tuple, float]:
    answer = client.get("/metrics", **options)
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_route_and_status_whatever_was_asked_for(here):
    key = ("habit_coach_requests_total", "GET", "/api/v1/habits/{habit_id}", "401")
    before = numbers(here).get(key, 0)
    for unknown in ("1f", "2f"):
        here.get(f"/api/v1/habits/{unknown}")
    after = numbers(here)
    assert after[key] == before + 2
    assert after["habit_coach_request_seconds_count", "/api/v1/habits/{habit_id}"] >= 2


def test_the_outbox_and_the_jobs_tell_how_far_behind_they_are(here):
    with db.session(writes=True) as session:
        ada = users.create(session, "ada@example.com", "seven green bottles")
        inbox.plan(session, ada, Message(Kind.note, "1", "Read"), clock.now() - timedelta(hours=1))
        inbox.arrive(session)
        runs.beat(session, "predict", timedelta(minutes=10))
    found = numbers(here)
    assert found["habit_coach_outbox_due",] >= 1
    assert found["habit_coach_outbox_lag_seconds",] >= 0
    assert found["habit_coach_outbox_failed",] == 0
    assert found["habit_coach_job_success", "predict"] == pytest.approx(clock.now().timestamp(), abs=60)


def test_predictions_tell_who_waits_for_them_and_since_when(here):
    began = datetime(2026, 3, 10, 0, 0, tzinfo=UTC)
    with time_machine.travel(began + timedelta(hours=2), tick=False) as now:
        with db.session(writes=True) as session:
            ada = users.create(session, "ada@example.com", "seven green bottles")
            habit.create(session, ada, HabitDraft(name="Read"))
        assert numbers(here)["habit_coach_predictions_waiting",] == 1
        nightly.score_due()
        assert numbers(here)["habit_coach_predictions_waiting",] == 0
        now.shift(timedelta(days=1))
        found = numbers(here)
    assert found["habit_coach_predictions_waiting",] == 1
    assert found["habit_coach_predictions_lag_seconds",] == 2 * 3600


def test_the_queue_tells_how_many_tasks_wait_for_a_worker(here):
    before = numbers(here)["habit_coach_queue_depth",]
    waiting = queue()
    task = waiting.task()(lambda: None)
    task()
    assert numbers(here)["habit_coach_queue_depth",] == before + 1
    waiting.flush()


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_behind_a_proxy_on_this_machine_nobody_counts_as_local(here, header):
    assert here.get("/metrics", headers={header: "127.0.0.1"}).status_code == 401


def test_a_trusted_proxy_tells_who_is_local(here, monkeypatch):
    use(monkeypatch, trusted_proxy_hops="1")
    assert here.get("/metrics", headers={"X-Forwarded-For": "203.0.113.5"}).status_code == 401
    assert here.get("/metrics").status_code == 200


def test_from_elsewhere_only_an_admin_finds_it(client, ada):
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers=ada.headers).status_code == 404
    with db.session(writes=True) as session:
        users.by_email(session, "ada@example.com").role = Role.admin
    assert numbers(client, headers=ada.headers)
