"""Mails about an account, sent after the answer."""

import logging
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from habit_coach import db, mail
from habit_coach.accounts import addresses, credentials, users
from habit_coach.accounts.sessions import Device
from habit_coach.mail import Mail
from habit_coach.settings import settings

log = logging.getLogger(__name__)
_postman = ThreadPoolExecutor(2, "letters")


def send_reset(email: str, device: Device) -> None:
    """Look the address up and write to it after the answer: how long that takes tells nobody whether it is known."""
    with db.session(writes=True) as session:
        letter = credentials.ask_reset(session, email, device.address)
    deliver(letter)


def send_verification(user_id: UUID) -> None:
    """Ask whoever has just signed up to show that the address is theirs; only where there is a server for mail."""
    if not settings().smtp_host:
        return
    with db.session(writes=True) as session:
        letter = addresses.ask_verification(session, users.get(session, user_id))
    deliver(letter)


def deliver(letter: Mail | None) -> None:
    """Send what there is to send. What does not get away is logged: the person can ask again."""
    if letter is None:
        return
    try:
        mail.deliver(letter)
    except mail.Undelivered as error:
        log.error("A mail about an account was not delivered: %s", error)


def deliver_soon(letter: Mail | None) -> None:
    """The same, without waiting for it."""
    _postman.submit(deliver, letter)
