"""Signed links that answer a notification from wherever it is read, without signing in."""

import base64
import hmac
import struct
from datetime import timedelta
from typing import Literal, NamedTuple, get_args
from uuid import UUID

from sqlmodel import Session

from habit_coach import clock
from habit_coach.accounts import users
from habit_coach.errors import NotFound
from habit_coach.habits.models import State
from habit_coach.notifications import inbox, preferences, reminders
from habit_coach.notifications.models import Kind
from habit_coach.settings import settings

LIFE = timedelta(days=7)
Action = Literal["done", "skip", "10min", "1h", "tonight", "unsubscribe"]
ACTIONS: tuple[Action, ...] = get_args(Action)
FORM = struct.Struct(">16s16sBI")  # user, notification, action, until when in Unix time (0: for good)
SIGNATURE_BYTES = 16


class Answer(NamedTuple):
    """What a link does: an action, on one notification of one user."""

    user_id: UUID
    notification_id: UUID
    action: Action


def link(answer: Answer) -> str:
    """The whole URL, short enough for a header of an e-mail. It works for 7 days, an unsubscribe link for good."""
    until = 0 if answer.action == "unsubscribe" else int((clock.now() + LIFE).timestamp())
    said = FORM.pack(answer.user_id.bytes, answer.notification_id.bytes, ACTIONS.index(answer.action), until)
    return f"{settings().base_url}/n/{base64.urlsafe_b64encode(said + _signature(said)).rstrip(b'=').decode()}"


def read(token: str) -> Answer:
    """What the link was made for. Raises NotFound for one that is forged or too old."""
    try:
        whole = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raise _unknown() from None
    said, signature = whole[: FORM.size], whole[FORM.size :]
    if len(whole) != FORM.size + SIGNATURE_BYTES or not hmac.compare_digest(signature, _signature(said)):
        raise _unknown()
    user_id, notification_id, action, until = FORM.unpack(said)
    if until and until < clock.now().timestamp():
        raise _unknown()
    return Answer(UUID(bytes=user_id), UUID(bytes=notification_id), ACTIONS[action])


def carry_out(session: Session, answer: Answer) -> str:
    """Do what the link says; gives a sentence about it. Doing it twice changes nothing more.

    Raises NotFound when the notification is gone.
    """
    user = users.get(session, answer.user_id)
    if answer.action == "unsubscribe":
        kind = Kind(inbox.owned(session, user, answer.notification_id).kind)
        preferences.no_email_for(session, user, kind)
        return f"You will get no more {SAID[kind]} by e-mail. They stay in your inbox in the app."
    title = inbox.owned(session, user, answer.notification_id).title
    if answer.action in ("done", "skip"):
        state = State.done if answer.action == "done" else State.skipped
        reminders.answer(session, user, answer.notification_id, state)
        return f"{title}: {'done' if state == State.done else 'skipped'}."
    reminders.snooze(session, user, answer.notification_id, answer.action)  # type: ignore[arg-type]  # what is left
    return f"{title}: you will hear of it again {AGAIN[answer.action]}."


SAID = {Kind.reminder: "reminders", Kind.nudge: "nudges", Kind.note: "notes", Kind.report: "weekly reports"}
AGAIN = {"10min": "in 10 minutes", "1h": "in an hour", "tonight": "tonight"}


def _signature(said: bytes) -> bytes:
    return hmac.digest(settings().secret, b"notification link:" + said, "sha256")[:SIGNATURE_BYTES]


def _unknown() -> NotFound:
    return NotFound("This link is too old, or not whole. Open Habit Coach to answer.")
