"""What admins do with accounts. To everybody else none of this exists."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlmodel import Session, col

from habit_coach import clock, feed
from habit_coach.accounts import audit, devices, users
from habit_coach.accounts.models import AuditEvent, LoginSession, Role, User
from habit_coach.errors import Conflict, NotFound


class Standing(StrEnum):
    """How an account stands; each is in exactly one of these."""

    active = "active"
    deactivated = "deactivated"
    leaving = "leaving"


@dataclass(frozen=True, slots=True)
class Census:
    """How many accounts there are in each standing, how many of them are admins, and how many are new."""

    standing: dict[Standing, int]
    admins: int
    this_week: int
    this_month: int


_deactivated = col(User.deactivated_at).is_not(None)
_leaving = ~_deactivated & col(User.delete_after).is_not(None)
WHERE = {
    Standing.active: ~_deactivated & col(User.delete_after).is_(None),
    Standing.deactivated: _deactivated,
    Standing.leaving: _leaving,
}


def require_admin(user: User) -> None:
    """Raise NotFound for anybody but an admin: whoever may not use a place does not learn that it is there."""
    if user.role != Role.admin:
        raise NotFound("There is nothing at this address.")


def listed(
    session: Session,
    search: str = "",
    after: UUID | None = None,
    limit: int = 100,
    standing: Standing | None = None,
) -> Sequence[User]:
    """Accounts, oldest first, whose e-mail or name contains `search`; all of them or those of one standing."""
    query = select(User).order_by(col(User.id)).limit(limit)
    if standing is not None:
        query = query.where(WHERE[standing])
    if after is not None:
        query = query.where(col(User.id) > after)
    if search:
        query = query.where(
            col(User.email).icontains(search, autoescape=True) | col(User.name).icontains(search, autoescape=True)
        )
    return session.scalars(query).all()


def census(session: Session) -> Census:
    """All accounts, counted in one pass."""
    now = clock.now()
    counts = [func.count().filter(which) for which in WHERE.values()]
    new = [func.count().filter(col(User.created_at) > now - timedelta(days=days)) for days in (7, 30)]
    admins = func.count().filter(col(User.role) == Role.admin)
    *standing, admin, week, month = session.execute(select(*counts, admins, *new).select_from(User)).one()
    return Census(dict(zip(WHERE, standing, strict=True)), admin, week, month)


def last_seen(session: Session, user_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When each of these users last used a login session that is still kept."""
    query = select(col(LoginSession.user_id), func.max(LoginSession.last_used_at))
    found = session.execute(query.where(col(LoginSession.user_id).in_(user_ids)).group_by(col(LoginSession.user_id)))
    return {user_id: at for user_id, at in found}


def sign_out(session: Session, admin: User, user_id: UUID, session_id: UUID | None = None) -> User:
    """Sign somebody out of one device or of all. Raises NotFound for an account or a session that is not there."""
    user = users.get(session, user_id)
    if session_id is None:
        devices.end_all(session, user, reason="an admin signed them out")
    else:
        devices.end(session, user, session_id)
    audit.record(session, user.id, "session.ended-by-admin", by=str(admin.id))
    return user


def change(session: Session, admin: User, user_id: UUID, role: Role | None = None, active: bool | None = None) -> User:
    """Give a role, deactivate (which signs out everywhere) or activate again; None leaves it as it is.

    Raises NotFound for an account that is not there, Conflict when no active admin would be left.
    """
    # Two admins who demote each other at once take turns, so that one of them stays.
    admins = select(col(User.id)).where(col(User.role) == Role.admin).order_by(col(User.id)).with_for_update()
    session.execute(admins).all()
    user = users.get(session, user_id)
    if role is not None and role != user.role:
        user.role = role
        audit.record(session, user.id, "role.changed", by=str(admin.id), role=role)
    if active is not None and active == bool(user.deactivated_at):
        user.deactivated_at = None if active else clock.now()
        audit.record(session, user.id, "account.activated" if active else "account.deactivated", by=str(admin.id))
        if not active:
            devices.end_all(session, user, reason="an admin deactivated the account")
    session.add(user)
    session.flush()
    _require_an_admin(session)
    feed.changed(session, user.id)
    return user


def events(
    session: Session, user_id: UUID | None = None, before: tuple[datetime, UUID] | None = None, limit: int = 100
) -> Sequence[AuditEvent]:
    """The audit log, newest first, of one account or of all."""
    wanted: list[ColumnElement[bool]] = []
    if user_id is not None:
        wanted.append(col(AuditEvent.user_id) == user_id)
    if before is not None:
        wanted.append(tuple_(col(AuditEvent.at), col(AuditEvent.id)) < before)
    newest = col(AuditEvent.at).desc(), col(AuditEvent.id).desc()
    return session.scalars(select(AuditEvent).where(*wanted).order_by(*newest).limit(limit)).all()


def _require_an_admin(session: Session) -> None:
    """Raise Conflict, which rolls the caller's transaction back, unless somebody can still open the admin page."""
    active = (col(User.role) == Role.admin) & col(User.deactivated_at).is_(None)
    if not session.scalar(select(func.count()).select_from(User).where(active)):
        raise Conflict("Somebody must be able to open the admin page. Make another account an admin first.")
