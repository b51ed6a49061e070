from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from habit_coach import clock, db
from habit_coach.notifications import channels, inbox, outbox
from habit_coach.notifications.models import DeliveryState
from tests.notifications.conftest import arrive, deliveries


def claim(limit=10, busy=()):
    with db.session(writes=True) as session:
        return outbox.claim(session, "email", limit, busy)


def deliver_due() -> int:
    claims = claim()
    for one in claims:
        outbox.deliver("email", one)
    return len(claims)


@pytest.fixture
def now():
    with time_machine.travel("2026-03-10T12:00:00+01:00", tick=False) as traveller:
        yield traveller


def test_what_is_due_is_sent_once(somebody, told, mail_server):
    told(somebody())
    assert deliver_due() == 1
    assert deliver_due() == 0
    assert [mail["Subject"] for mail in mail_server.mails] == ["Read"]


def test_the_same_message_is_planned_once_however_often_it_is_tried(somebody, told, now):
    ada = somebody()
    due = clock.now()
    with ThreadPoolExecutor(4) as many:
        planned = list(many.map(lambda _: told(ada, due_at=due), range(8)))
    assert sum(one is not None for one in planned) == 1
    assert deliver_due() == 1


def test_nothing_is_sent_before_its_time(somebody, told, now):
    told(somebody(), due_at=clock.now() + timedelta(hours=1))
    assert (claim(), arrive()) == ([], 0)
    now.shift(timedelta(hours=1))
    assert (len(claim()), arrive()) == (1, 1)


def test_claimers_at_once_share_what_is_due_without_overlap(somebody, told, database):
    for name in ("ada", "grace", "joan", "mary", "edith", "katherine"):
        person = somebody(name)
        told(person, "1"), told(person, "2")
    with ThreadPoolExecutor(6) as many:
        claimed = [one.id for part in many.map(lambda _: claim(2), range(6)) for one in part]
    assert len(claimed) == len(set(claimed))
    while rest := claim(2):
        claimed += [one.id for one in rest]
    assert len(set(claimed)) == 12


def test_of_one_person_at_most_two_are_under_way(somebody, told, database):
    ada, grace = somebody("ada"), somebody("grace")
    for subject in "12345":
        told(ada, subject)
    told(grace)
    taken = claim()
    assert sorted(one.user_id for one in taken) == sorted([ada.id, ada.id, grace.id])
    assert claim(busy={ada.id, grace.id}) == []


def test_a_try_whose_worker_died_is_taken_up_when_its_lease_ends_with_the_same_message_id(
    somebody, told, mail_server, now
):
    told(somebody())
    dead = claim()
    channels.SENDERS["email"](_parcel(dead[0]))  # the provider said yes, and then the worker was killed
    assert deliver_due() == 0
    now.shift(outbox.LEASE)
    assert deliver_due() == 1
    first, second = mail_server.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_a_lease_that_is_renewed_stays_with_its_worker(somebody, told, now):
    told(somebody())
    held = claim()
    now.shift(outbox.LEASE - timedelta(seconds=1))
    with db.session(writes=True) as session:
        outbox.renew(session, held)
    now.shift(outbox.LEASE - timedelta(seconds=1))
    assert claim() == []


def test_a_worker_that_lost_its_lease_changes_nothing_when_it_ends(somebody, told, mail_server, now):
    ada = somebody()
    told(ada)
    arrive()
    (slow,) = claim()
    now.shift(outbox.LEASE)
    mail_server.answer = "451 later"
    deliver_due()
    mail_server.answer = "250 OK"
    outbox.deliver("email", slow)
    assert deliveries(ada)[0].state == DeliveryState.scheduled


def test_a_refusal_for_now_is_tried_again_later_and_given_up_in_the_end(somebody, told, mail_server, now):
    ada = somebody()
    told(ada)
    arrive()
    mail_server.answer = "451 later"
    tries = 0
    while deliveries(ada)[0].state == DeliveryState.scheduled:
        tries += deliver_due()
        now.shift(timedelta(minutes=1))
    assert tries == outbox.MOST_FAILURES
    assert deliveries(ada)[0].state == DeliveryState.failed
    assert "451" in deliveries(ada)[0].error


def test_a_refusal_for_good_is_given_up_at_once(somebody, told, mail_server):
    ada = somebody()
    told(ada)
    arrive()
    mail_server.answer = "550 no such mailbox"
    deliver_due()
    assert deliveries(ada)[0].state == DeliveryState.failed


def test_what_was_given_up_can_be_tried_again(somebody, told, mail_server):
    ada = somebody()
    told(ada)
    arrive()
    mail_server.answer = "550 no such mailbox"
    deliver_due()
    mail_server.answer = "250 OK"
    with db.session(writes=True) as session:
        assert [one.user_id for one in outbox.failed(session)] == [ada.id]
        assert outbox.retry(session, ada, deliveries(ada)[0].notification_id) == 1
    deliver_due()
    assert deliveries(ada)[0].state == DeliveryState.sent
    assert len(mail_server.mails) == 1


def test_a_poisoned_row_is_pushed_on_and_the_rest_goes_out(somebody, told, mail_server):
    poisoned, ada = somebody("poisoned"), somebody("ada")
    told(poisoned, title="a\nBcc: everybody@example.com")
    told(ada)
    assert deliver_due() == 2
    assert [mail["To"] for mail in mail_server.mails] == ["ada@example.com"]


def test_a_row_that_kills_its_worker_each_time_is_given_up(somebody, told, now, database):
    ada = somebody()
    told(ada)
    arrive()
    for _ in range(outbox.MOST_DEATHS):
        assert len(claim()) == 1
        now.shift(outbox.LEASE)
    deliver_due()
    assert deliveries(ada)[0].state == DeliveryState.failed


def test_what_was_dismissed_before_it_went_out_does_not_go_out(somebody, told, mail_server):
    ada = somebody()
    notification = told(ada)
    with db.session(writes=True) as session:
        inbox.dismiss(session, ada, notification)
    assert deliver_due() == 0
    assert mail_server.mails == []


@given(st.integers(1, 50))
def test_pauses_grow_to_hours_and_are_spread_by_a_fifth(failures):
    expected = min(6 * 3600, 30 * 4 ** (failures - 1))
    assert 0.8 * expected <= outbox.pause_before(failures).total_seconds() <= 1.2 * expected


def _parcel(claimed):
    with db.session() as session:
        return channels.wrap(session, claimed)
