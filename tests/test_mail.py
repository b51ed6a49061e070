import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from habit_coach import mail
from habit_coach.settings import settings
from tests.conftest import use


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch, tmp_path):
    use(monkeypatch, data=str(tmp_path))
    yield
    settings.cache_clear()


def letter(**changes) -> mail.Mail:
    words = {"to": "ada@example.com", "subject": "Überblick", "text": "Grüße 🍵", "html": "<p>Grüße 🍵</p>"}
    return mail.Mail(**words | changes)


def test_without_a_server_the_mail_waits_in_the_outbox_for_its_owner_only(tmp_path):
    mail.deliver(letter(message_id="<week-7@example.com>", headers={"List-Unsubscribe": "<https://example.com/u>"}))
    (file,) = (tmp_path / "outbox").glob("*.eml")
    read = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (read["To"], read["Subject"]) == ("ada@example.com", "Überblick")
    assert (read["Message-ID"], read["List-Unsubscribe"]) == ("<week-7@example.com>", "<https://example.com/u>")
    assert [part.get_content().strip() for part in read.iter_parts()] == ["Grüße 🍵", "<p>Grüße 🍵</p>"]
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("field", ["to", "subject"])
def test_a_line_break_cannot_add_a_header(field):
    with pytest.raises(ValueError, match=r"linefeed|newline|Header"):
        mail.compose(letter(**{field: "ada@example.com\r\nBcc: eve@example.com"}))


class Postbox:
    """What a real SMTP server does with what it gets."""

    def __init__(self, answer: str = "250 OK") -> None:
        self.answer = answer
        self.received: list[bytes] = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server, _session, envelope) -> str:
        self.received.append(envelope.content)
        return "250 OK"


class Local(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="localhost")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(monkeypatch):
    opened: list[Controller] = []

    def open_with(answer: str = "250 OK") -> Postbox:
        box = Postbox(answer)
        port = free_port()
        controller = Local(box, hostname="127.0.0.1", port=port)
        controller.start()
        opened.append(controller)
        use(monkeypatch, smtp_host="127.0.0.1", smtp_port=str(port), smtp_security="none")
        return box

    yield open_with
    for controller in opened:
        controller.stop()


def test_a_server_gets_the_mail(server):
    box = server()
    mail.deliver(letter())
    assert message_from_bytes(box.received[0], policy=policy.default)["Subject"] == "Überblick"


@pytest.mark.parametrize(("answer", "permanent"), [("550 no such user", True), ("451 try later", False)])
def test_a_refusal_says_whether_trying_again_can_help(server, answer, permanent):
    server(answer)
    with pytest.raises(mail.Undelivered) as refused:
        mail.deliver(letter())
    assert refused.value.permanent is permanent


def test_a_server_that_is_not_there_is_worth_another_try(monkeypatch):
    use(monkeypatch, smtp_host="127.0.0.1", smtp_port="9", smtp_security="none")
    with pytest.raises(mail.Undelivered) as refused:
        mail.deliver(letter())
    assert refused.value.permanent is False
