"""One e-mail: composed here, then handed to the SMTP server that the settings name, or kept as a file in the outbox."""

import os
import smtplib
import ssl
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from uuid import uuid4

from habit_coach import clock
from habit_coach.settings import Settings, settings

TIMEOUT = 20.0
UNFOLDED = policy.default.clone(max_line_length=998)  # a folded URL in a header would be encoded beyond recognition


@dataclass(frozen=True, slots=True)
class Mail:
    """What is to be said to whom. A `message_id` that stays the same lets a second delivery be recognised as one."""

    to: str
    subject: str
    text: str
    html: str = ""
    message_id: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class Undelivered(Exception):
    """The mail did not get away; `permanent` when trying again cannot help."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


def compose(mail: Mail) -> EmailMessage:
    """The message with its headers. Raises ValueError for a line break in one of them."""
    message = EmailMessage(policy=UNFOLDED)
    message["From"] = settings().mail_from
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = mail.message_id or new_message_id()
    for name, value in mail.headers.items():
        message[name] = value
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message


def new_message_id() -> str:
    """A Message-ID at the sender's own domain."""
    return make_msgid(domain=parseaddr(settings().mail_from)[1].rpartition("@")[2])


def deliver(mail: Mail) -> None:
    """Hand the mail on. Takes as long as the server does, 20 s at most a step: never on the event loop.

    Raises Undelivered, which says whether it is worth trying again.
    """
    message = compose(mail)
    if settings().smtp_host:
        _by_smtp(message, settings())
    else:
        _as_file(message, settings())


def _by_smtp(message: EmailMessage, chosen: Settings) -> None:
    try:
        with _connected(chosen) as server:
            if chosen.smtp_user:
                server.login(chosen.smtp_user, chosen.smtp_password.get_secret_value())
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise Undelivered(f"The server refuses the recipient: {codes}", permanent=min(codes) >= 500) from error
    except smtplib.SMTPResponseException as error:
        raise Undelivered(f"The server answers {error.smtp_code}", permanent=error.smtp_code >= 500) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Undelivered(f"The server cannot be reached: {type(error).__name__}", permanent=False) from error


def _connected(chosen: Settings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if chosen.smtp_security == "tls":
        return smtplib.SMTP_SSL(chosen.smtp_host, chosen.smtp_port, timeout=TIMEOUT, context=context)
    server = smtplib.SMTP(chosen.smtp_host, chosen.smtp_port, timeout=TIMEOUT)
    try:
        if chosen.smtp_security == "starttls":
            server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server


def _as_file(message: EmailMessage, chosen: Settings) -> None:
    folder = chosen.data / "outbox"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{clock.now():%Y%m%dT%H%M%S}-{uuid4().hex[:8]}.eml"
    unfinished = folder / f".{name}"
    with open(unfinished, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(message.as_bytes())
    unfinished.rename(folder / name)
