import threading
from collections.abc import Iterator

import pytest

from habit_coach import db, runs
from habit_coach.notifications.dispatcher import Dispatcher
from tests.notifications.conftest import arrived


@pytest.fixture
def start(database: str) -> Iterator:
    stop = threading.Event()
    running: list[Dispatcher] = []

    def begin() -> Dispatcher:
        running.append(Dispatcher(stop))
        running[-1].start()
        return running[-1]

    yield begin
    stop.set()
    for dispatcher in running:
        dispatcher.join()


def test_what_is_due_reaches_inbox_and_mailbox(somebody, told, mail_server, start):
    ada = somebody()
    told(ada)
    start()
    assert mail_server.wait_for(1)[0]["To"] == "ada@example.com"
    assert [one.title for one in arrived(ada)] == ["Read"]


def test_a_mailbox_that_hangs_keeps_nobody_else_waiting(somebody, told, mail_server, start):
    slow = somebody("slow")
    mail_server.hangs_on = {"slow@example.com"}
    for number in range(40):
        told(slow, str(number))
    for name in ("ada", "grace", "joan"):
        told(somebody(name))
    start()
    assert {mail["To"] for mail in mail_server.wait_for(3)} == {
        f"{name}@example.com" for name in ("ada", "grace", "joan")
    }
    mail_server.released.set()
    mail_server.wait_for(43)


def test_two_workers_send_each_once(somebody, told, mail_server, start):
    for name in ("ada", "grace", "joan", "mary"):
        person = somebody(name)
        for number in range(5):
            told(person, str(number))
    start(), start()
    mails = mail_server.wait_for(20)
    assert len({mail["Message-ID"] for mail in mails}) == len(mails) == 20


def test_a_worker_at_work_has_a_heartbeat(start, database):
    with db.session() as session:
        assert runs.silent(session) == ["worker"]
    dispatcher = start()
    dispatcher.looked.wait(30)
    with db.session() as session:
        assert runs.silent(session) == []
