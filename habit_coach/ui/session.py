"""Who is looking at a page: resolved from the HttpOnly cookie at every event, never kept in a var."""

import reflex as rx
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate
from reflex_base.event import Event, get_event
from sqlmodel import Session
from starlette.requests import cookie_parser

from habit_coach import regions
from habit_coach.accounts import administration, sessions
from habit_coach.accounts.cookies import SESSION_COOKIE, wire_name
from habit_coach.accounts.models import LoginSession, User
from habit_coach.columns import can_be_kept
from habit_coach.errors import NotFound, NotSignedIn
from habit_coach.ui import formats

HYDRATES = ("hydrate", "hydrate_and_load")  # the second is what a page sends when it opens


def signed_in(session: Session, state: rx.State) -> User:
    """The user behind this event, for whose region days and numbers are written from here on.

    Raises NotSignedIn, and forgets the page's rows, when their session has ended.
    """
    return signed_in_here(session, state)[0]


def signed_in_here(session: Session, state: rx.State) -> tuple[User, LoginSession]:
    """The same, with the login session of this browser."""
    try:
        user, login = sessions.from_cookie(session, cookie(state, SESSION_COOKIE))
    except NotSignedIn:
        state.reset()
        raise
    formats.use(user.region or regions.of_languages(state.router.headers.accept_language))
    return user, login


def admin_here(session: Session, state: rx.State) -> User:
    """The admin behind this event. Raises NotFound, and forgets the page's rows, for whoever is none (any more)."""
    user = signed_in(session, state)
    try:
        administration.require_admin(user)
    except NotFound:
        state.reset()
        raise
    return user


def visitor(session: Session, state: rx.State) -> User | None:
    """Who is looking at a page that is open to everyone: the user, or None."""
    try:
        return sessions.from_cookie(session, cookie(state, SESSION_COOKIE))[0]
    except NotSignedIn:
        return None


def cookie(state: rx.State, name: str) -> str | None:
    """A cookie as the websocket's handshake carried it; HttpOnly ones are seen there too, and only there."""
    return cookie_parser(state.router.headers.cookie).get(wire_name(name))


class PlainText(Middleware):
    """An event that brings text which no database can keep is not carried out; no keyboard makes one."""

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> StateUpdate | None:
        return None if can_be_kept(event.payload) else StateUpdate()


class FreshStart(Middleware):
    """A page that opens starts with empty vars: what the last visitor of this tab saw is never sent to the next."""

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> None:
        if event.name in {get_event(state, name) for name in HYDRATES}:
            for substate in state.substates.values():
                substate.reset()
