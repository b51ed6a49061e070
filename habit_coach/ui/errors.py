"""Errors of event handlers, turned into what the person sees, in this one place."""

import logging
from uuid import uuid4

import reflex as rx
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer
from reflex_base.utils.exceptions import LockExpiredError

from habit_coach.errors import HabitCoachError, NotSignedIn
from habit_coach.ui.pending import give_up

log = logging.getLogger(__name__)

# A full navigation, so that the websocket that follows carries the new cookie; afterwards the person is back here.
TO_SIGN_IN = "location.assign('/sign-in?ended=1&next=' + encodeURIComponent(location.pathname + location.search))"
NOT_NOW = "The server cannot take this at the moment. Try again in a few seconds."


def show(exception: Exception) -> list[rx.event.EventSpec]:
    """A toast with the sentence, and what a tap had shown taken back; for a session that ended, the way to sign in."""
    if isinstance(exception, NotSignedIn):
        return [rx.call_script(TO_SIGN_IN)]
    if isinstance(exception, HabitCoachError):
        return [rx.toast.error(exception.message), give_up()]
    if isinstance(exception, NoConnection | NoAnswer | LockExpiredError):
        log.warning("An event could not be handled, since Redis or this process is too slow: %s", exception)
        return [rx.toast.error(NOT_NOW), give_up()]
    error_id = uuid4().hex[:12]
    log.error("error %s in an event handler", error_id, exc_info=exception)
    sentence = f"Something broke on our side. It has been noted as {error_id}. Please try again."
    return [rx.toast.error(sentence), give_up()]
