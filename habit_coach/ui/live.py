"""Live pages: what a tab, a device, a script or the worker changes shows in every open page of that user.

Each web process knows the tabs that are connected to it. A change sends the user's tabs the next version, and a page to
which one arrives loads its rows anew.
"""

import asyncio
import logging
import secrets
from collections import defaultdict
from datetime import timedelta
from itertools import count
from uuid import UUID

import reflex as rx
from reflex.state import StateUpdate
from reflex_base.constants import SocketEvent
from reflex_base.constants.state import FIELD_MARKER

from habit_coach import clock, db, feed
from habit_coach.accounts.models import Role
from habit_coach.settings import settings
from habit_coach.ui import formats
from habit_coach.ui.neighbours import Neighbours
from habit_coach.ui.session import signed_in

log = logging.getLogger(__name__)
MERGE_SECONDS = 0.02
POLL_SECONDS = 1.0
TIDY_SECONDS = 600.0
_tabs: defaultdict[UUID, set[str]] = defaultdict(set)
_versions = count(secrets.randbelow(2**40))  # a tab that comes from another process finds another number here


class Feed(rx.State):
    """`version` lives in the browser alone: a tab that connects begins at 0, and each change sends it another one."""

    version: int = 0


class Live(rx.State):
    """Lets a page hear of its user's changes. `is_admin` shows a way; the page behind it asks again.

    `numbers` names the region's numbers for those that change in the browser.
    """

    is_admin: bool = False
    numbers: str = "en-GB"

    @rx.event
    def follow(self):
        with db.session() as session:
            user = signed_in(session, self)
        self.is_admin, self.numbers = user.role == Role.admin, formats.for_the_browser()
        _tabs[user.id].add(self.router.session.session_id)


async def publish(app: rx.App) -> None:
    """Runs beside the server: carries what this process changes at once, and what others change when it hears of it."""
    changed = Changes()
    loop = asyncio.get_running_loop()
    feed.listen(lambda user_id: loop.call_soon_threadsafe(changed.here, user_id))
    tasks = [asyncio.create_task(_poll(changed.elsewhere)), asyncio.create_task(_tidy(app))]
    neighbours = None
    if settings().redis_url:
        neighbours = Neighbours(settings().redis_url, changed.elsewhere, changed.perhaps_all)
        tasks.append(asyncio.create_task(neighbours.listen()))
    try:
        while True:
            mine, others = await changed.some()
            for user_id in mine | others:
                await _push(app, user_id)
            if neighbours and mine:
                await neighbours.tell(mine)
    finally:
        for task in tasks:
            task.cancel()


class Changes:
    """Whose data changed since last asked; a burst is taken together."""

    def __init__(self) -> None:
        self._arrived = asyncio.Event()
        self._mine: set[UUID] = set()
        self._others: set[UUID] = set()

    def here(self, user_id: UUID) -> None:
        self._mine.add(user_id)
        self._arrived.set()

    def elsewhere(self, user_id: UUID) -> None:
        self._others.add(user_id)
        self._arrived.set()

    def perhaps_all(self) -> None:
        """Something may have been missed: everybody with an open page."""
        self._others |= _tabs.keys()
        self._arrived.set()

    async def some(self) -> tuple[set[UUID], set[UUID]]:
        """(changed by this process, changed by others), once there are any."""
        await self._arrived.wait()
        await asyncio.sleep(MERGE_SECONDS)
        self._arrived.clear()
        mine, others, self._mine, self._others = self._mine, self._others, set(), set()
        return mine, others


async def _poll(note) -> None:
    """What processes without pages (worker, command line) changed, from the change table."""
    known: set[UUID] = set()
    while True:
        await asyncio.sleep(POLL_SECONDS)
        try:
            changes = await asyncio.to_thread(_recent_changes)
        except Exception:
            log.exception("The change table could not be read; trying again.")
            continue
        for change_id, user_id in changes:
            if change_id not in known:
                note(user_id)
        known = {change_id for change_id, _ in changes}


def _recent_changes() -> list[tuple[UUID, UUID]]:
    # Wider than the poll: a change is stamped before its transaction commits.
    with db.session() as session:
        return feed.since(session, clock.now() - timedelta(seconds=30))


async def _push(app: rx.App, user_id: UUID) -> None:
    """Send every open tab of the user another version."""
    _forget_closed(app, user_id)
    for tab in _tabs.get(user_id, set()).copy():
        delta = {Feed.get_full_name(): {f"version{FIELD_MARKER}": next(_versions)}}
        await app.event_namespace.emit(SocketEvent.EVENT, StateUpdate(delta=delta), to=tab)


async def _tidy(app: rx.App) -> None:
    """Forget the closed tabs of users whose data does not change."""
    while True:
        await asyncio.sleep(TIDY_SECONDS)
        for user_id in list(_tabs):
            _forget_closed(app, user_id)


def _forget_closed(app: rx.App, user_id: UUID) -> None:
    open_here = app.event_namespace.sid_to_token
    if left := {tab for tab in _tabs.pop(user_id, set()) if tab in open_here}:
        _tabs[user_id] = left
