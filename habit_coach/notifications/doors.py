"""Who waits where: a receiver that hangs keeps a few deliveries waiting at its door, and all others go on."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

MOST_WAITING = 12
SLOW_SECONDS = 0.5
_waiting: dict[str, dict[object, float]] = {}
_lock = threading.Lock()


@contextmanager
def at(place: str | None) -> Iterator[bool]:
    """Gives whether there is room at `place`: none while as many as may wait there have done so for over half a second.

    At no place in particular there always is.
    """
    if place is None:
        yield True
        return
    ticket, now = object(), time.monotonic()
    with _lock:
        there = _waiting.setdefault(place, {})
        has_room = sum(now - since > SLOW_SECONDS for since in there.values()) < MOST_WAITING
        if has_room:
            there[ticket] = now
    try:
        yield has_room
    finally:
        with _lock:
            there.pop(ticket, None)
            if not there:
                _waiting.pop(place, None)
