"""People, and a real mail server that can be told to refuse or to hang."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import Message as Received
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from habit_coach import clock, db
from habit_coach.accounts import users
from habit_coach.accounts.models import User
from habit_coach.notifications import inbox
from habit_coach.notifications.inbox import Message
from habit_coach.notifications.models import Delivery, Kind, Notification
from tests.conftest import use


class MailServer:
    """Keeps what it takes; refuses while `answer` says so, and hangs on messages to those in `hangs_on`."""

    def __init__(self) -> None:
        self.mails: list[Received] = []
        self.answer = "250 OK"
        self.hangs_on: set[str] = set()
        self.released = threading.Event()
        self.news = threading.Condition()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.hangs_on & set(envelope.rcpt_tos):
            await asyncio.to_thread(self.released.wait, 60)
        if self.answer.startswith("250"):
            with self.news:
                self.mails.append(message_from_bytes(envelope.content))
                self.news.notify_all()
        return self.answer

    def wait_for(self, count: int) -> list[Received]:
        """The mails, as soon as there are `count` of them."""
        with self.news:
            assert self.news.wait_for(lambda: len(self.mails) >= count, timeout=30), f"{len(self.mails)} mails"
        return self.mails


@pytest.fixture
def mail_server(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    server = MailServer()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    use(monkeypatch, smtp_host="127.0.0.1", smtp_port=str(port), smtp_security="none")
    yield server
    server.released.set()
    controller.stop()


@pytest.fixture
def somebody(database: str) -> Callable[..., User]:
    """Makes accounts."""

    def make(name: str = "ada", **profile) -> User:
        with db.session(writes=True) as session:
            return users.create(session, f"{name}@example.com", "seven green bottles", name, **profile)

    return make


@pytest.fixture
def told() -> Callable[..., UUID | None]:
    """Plans a message to somebody, due now unless said otherwise."""

    def plan(user: User, subject: str = "1", due_at=None, title: str = "Read") -> UUID | None:
        with db.session(writes=True) as session:
            return inbox.plan(session, user, Message(Kind.note, subject, title), due_at or clock.now())

    return plan


def deliveries(user: User) -> list[Delivery]:
    with db.session() as session:
        mine = inbox.listed(session, user, limit=1000)
        return [one for ways in inbox.deliveries(session, user, mine).values() for one in ways]


def arrived(user: User) -> list[Notification]:
    with db.session() as session:
        return list(inbox.listed(session, user, limit=1000))


def arrive() -> int:
    with db.session(writes=True) as session:
        return inbox.arrive(session)
