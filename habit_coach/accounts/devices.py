"""The places where a user is signed in, and ending them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from habit_coach import clock
from habit_coach.accounts import sessions
from habit_coach.accounts.models import LoginSession, User
from habit_coach.errors import NotFound


def listed(session: Session, user: User) -> Sequence[LoginSession]:
    """The login sessions that are alive, the one used last first."""
    alive = select(LoginSession).where(
        col(LoginSession.user_id) == user.id,
        col(LoginSession.ended_at).is_(None),
        col(LoginSession.expires_at) > clock.now(),
    )
    return sorted(session.scalars(alive), key=lambda login: (login.last_used_at, login.id), reverse=True)


def end(session: Session, user: User, session_id: UUID) -> None:
    """Sign one device out. Raises NotFound for one that is not signed in here."""
    if session_id not in {login.id for login in listed(session, user)}:
        raise NotFound("There is no such session.")
    sessions.end(session, user.id, session_id, reason="signed out from another device")


def end_all(session: Session, user: User, *, reason: str, but: UUID | None = None) -> None:
    """Sign every device out, except the session `but`."""
    for login in listed(session, user):
        if login.id != but:
            sessions.end(session, user.id, login.id, reason=reason)
