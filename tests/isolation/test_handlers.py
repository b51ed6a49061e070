"""Every event handler of every page, called as a websocket client can: at will, with any arguments, by anybody.

The walk finds new handlers by itself; one with an argument that is unknown here fails until it is covered.
"""

import asyncio
import inspect
from collections.abc import Iterator
from typing import Any

import reflex as rx
from reflex.istate.data import HeaderData, RouterData
from reflex.state import State

import habit_coach.habit_coach  # noqa: F401 - every page registers its states
from habit_coach.accounts.cookies import SESSION_COOKIE
from habit_coach.errors import NotSignedIn
from tests.isolation.conftest import MARK, Owned

OTHERS = {
    "active": False,
    "amount": 1.0,
    "choice": "2026",
    "day": "2026-03-10",
    "field": "name",
    "files": [],
    "first": "2026-03-01",
    "hour": "3",
    "key": "1",
    "model_id": "01890000-0000-7000-8000-000000000000",
    "name": "Read",
    "ours": "day",
    "role": "admin",
    "search": "ada",
    "state": "done",
    "step": 1,
    "theirs": "Date",
    "times": ["07:30"],
    "value": "x",
    "which": "all",
    "zone": "Europe/Berlin",
}
"""Arguments that name nothing of anybody's."""


def handlers() -> Iterator[tuple[type[rx.State], str, Any]]:
    def below(state: type) -> Iterator[type]:
        for child in state.get_substates():
            yield child
            yield from below(child)

    for state in below(State):
        if state.__module__.startswith("habit_coach."):
            for name, handler in state.event_handlers.items():
                if name != "setvar":
                    yield state, name, handler


def argument(name: str, owned: Owned) -> Any:
    """Ada's id for a name of an id, else a plain word. A name that is unknown is not covered."""
    if name == "form":
        return owned.by_name | {key: str(value) for key, value in OTHERS.items()}
    if name == "on":
        return owned.by_name["habit_id"]
    return (owned.by_name | OTHERS)[name.lstrip("_")]


def opened(state: type[rx.State], cookie: str, owned: Owned) -> rx.State:
    """A page's state in the browser with this cookie, after its client wrote Ada's ids wherever an id is kept."""
    root = State(_reflex_internal_init=True)
    headers = HeaderData(cookie=f"{SESSION_COOKIE}={cookie}" if cookie else "")
    root.router = RouterData(headers=headers)
    page = root.get_substate(state.get_full_name().split("."))
    for name, var in state.base_vars.items():
        if var._var_type is str:
            held = owned.by_name.get(name) or (owned.by_name["habit_id"] if "id" in name.split("_") else None)
            if held:
                setattr(page, name, held)
    return page


class Entered:
    """A page as a handler in the background has it: it enters the state whenever it reads or changes it."""

    def __init__(self, page: rx.State) -> None:
        vars(self)["page"] = page

    async def __aenter__(self) -> None: ...

    async def __aexit__(self, *_: object) -> None: ...

    def __getattr__(self, name: str) -> Any:
        return getattr(self.page, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.page, name, value)


async def call(handler: Any, page: rx.State | Entered, owned: Owned) -> list[Any]:
    """Everything that the handler sends back."""
    function = inspect.unwrap(handler.fn)
    if handler.is_background:
        page = Entered(page)
    names = [name for name in inspect.signature(function).parameters if name != "self"]
    result = function(page, *(argument(name, owned) for name in names))
    if inspect.isasyncgen(result):
        return [one async for one in result]
    if inspect.isawaitable(result):
        return [await result]
    return list(result) if inspect.isgenerator(result) else [result]


def tried(handler: Any, page: rx.State, owned: Owned) -> tuple[str, Exception | None]:
    """What reaches the browser, and the error if there was one."""
    sent, error = [], None
    try:
        sent = asyncio.run(call(handler, page, owned))
    except Exception as refused:  # nonsense may break a handler; what matters is what it shows and writes
        error = refused
    return f"{sent} {page.dict()}", error


def test_whoever_is_not_signed_in_sees_nothing_and_changes_nothing(owned, kept):
    before = kept()
    for state, name, handler in handlers():
        sent, _ = tried(handler, opened(state, "", owned), owned)
        assert MARK not in sent, f"{state.__name__}.{name}"
        assert kept() == before, f"{state.__name__}.{name} wrote"


def test_somebody_else_with_adas_ids_sees_nothing_and_changes_nothing(owned, kept, grace, cookie_of):
    before, cookie = kept(), cookie_of(grace)
    for state, name, handler in handlers():
        sent, error = tried(handler, opened(state, cookie, owned), owned)
        assert MARK not in sent, f"{state.__name__}.{name}"
        assert kept() == before, f"{state.__name__}.{name} wrote"
        assert not isinstance(error, NotSignedIn), f"{state.__name__}.{name} does not know who is signed in"


def test_the_walk_itself_sees_what_is_adas_own(owned, ada, cookie_of):
    """Without this the two above would pass for a walk that reaches nothing."""
    cookie = cookie_of(ada)
    seen = {
        f"{state.__name__}.{name}"
        for state, name, handler in handlers()
        if MARK in tried(handler, opened(state, cookie, owned), owned)[0]
    }
    assert {"Today.load", "Habits.load"} <= seen
