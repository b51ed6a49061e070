"""The worker's own clock: once a second it looks for what is due and lets each channel deliver side by side.

Every channel has its own lane, and in a lane a person has at most two deliveries under way: one that hangs holds up
neither the other channels nor other people. One that takes longer than a second leaves its place to the next.
"""

import logging
import threading
import time
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from habit_coach import db, runs
from habit_coach.notifications import inbox, nudges, outbox, reminders
from habit_coach.notifications.outbox import Claim

log = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0
BEAT = timedelta(seconds=10)
LANE_WIDTH = 32
MOST_IN_A_LANE = 120
SLOW_SECONDS = 1.0
STOPPING_SECONDS = 8.0


class Try(NamedTuple):
    """A delivery under way; `began` is in seconds of the monotonic clock."""

    claim: Claim
    thread: threading.Thread
    began: float


class Dispatcher(threading.Thread):
    """Runs until `stop` is set, then lets what is under way end; what cannot within 8 s is taken up by its lease."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__(name="dispatcher", daemon=True)
        self._stop_asked = stop
        self._done = threading.Event()
        self._lock = threading.Lock()
        self._under_way: dict[str, dict[UUID, Try]] = {}
        self._untried: list[Claim] = []
        self._next_beat = time.monotonic()
        self.looked = threading.Event()

    def run(self) -> None:
        while not self._stop_asked.is_set():
            try:
                self._look()
                self.looked.set()
            except Exception:
                log.exception("The dispatcher could not look for what is due; trying again.")
            self._done.wait(PAUSE_SECONDS)
            self._done.clear()
        self._let_end()

    def _look(self) -> None:
        if time.monotonic() >= self._next_beat:
            self._beat()
        self._plan_reminders()
        self._send_nudges()
        while self._some_arrive():
            pass
        self._put_back()
        with db.session() as session:
            due = outbox.due_channels(session)
        for channel in due:
            self._start(channel)

    def _plan_reminders(self) -> None:
        with db.session() as session:
            if not reminders.some_due(session):
                return
        with db.session(writes=True) as session:
            if reminders.plan_due(session):
                self._done.set()

    def _send_nudges(self) -> None:
        with db.session() as session:
            if not nudges.some_due(session):
                return
        with db.session(writes=True) as session:
            if nudges.send_due(session):
                self._done.set()

    def _some_arrive(self) -> bool:
        with db.session() as session:
            if not inbox.some_wait(session):
                return False
        with db.session(writes=True) as session:
            return inbox.arrive(session) > 0

    def _put_back(self) -> None:
        with self._lock:
            untried, self._untried = self._untried, []
        if untried:
            with db.session(writes=True) as session:
                outbox.put_back(session, untried)

    def _start(self, channel: str) -> None:
        with self._lock:
            lane = self._under_way.setdefault(channel, {})
            busy, free = {one.claim.user_id for one in lane.values()}, _free(lane)
        if free <= 0:
            return
        with db.session(writes=True) as session:
            claims = outbox.claim(session, channel, free, busy)
        for claim in claims:
            thread = threading.Thread(target=self._deliver, args=(channel, claim), daemon=True)
            with self._lock:
                lane[claim.id] = Try(claim, thread, time.monotonic())
            thread.start()

    def _deliver(self, channel: str, claim: Claim) -> None:
        try:
            if not outbox.deliver(channel, claim):
                with self._lock:
                    self._untried.append(claim)
        except Exception:
            log.exception("A delivery could not be recorded; its lease brings it back.")
        finally:
            with self._lock:
                self._under_way[channel].pop(claim.id, None)
            self._done.set()

    def _beat(self) -> None:
        with self._lock:
            held = [one.claim for lane in self._under_way.values() for one in lane.values()]
        with db.session(writes=True) as session:
            outbox.renew(session, held)
            runs.beat(session, runs.WORKER, BEAT)
        self._next_beat = time.monotonic() + BEAT.total_seconds()

    def _let_end(self) -> None:
        deadline = time.monotonic() + STOPPING_SECONDS
        with self._lock:
            tries = [one for lane in self._under_way.values() for one in lane.values()]
        for one in tries:
            one.thread.join(max(0.0, deadline - time.monotonic()))


def _free(lane: dict[UUID, Try]) -> int:
    quick = sum(time.monotonic() - one.began < SLOW_SECONDS for one in lane.values())
    return min(LANE_WIDTH - quick, MOST_IN_A_LANE - len(lane))
