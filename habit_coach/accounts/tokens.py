"""Personal access tokens: for scripts, each for what its scopes name, shown once and kept as a hash."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, func, select, update
from sqlmodel import Session, col

from habit_coach import clock, db, prepared
from habit_coach.accounts import audit
from habit_coach.accounts.models import PersonalToken, Role, User
from habit_coach.accounts.secret_words import digest, new_token
from habit_coach.accounts.sessions import FIELDS, NOTED_EVERY, USER
from habit_coach.errors import Conflict, Invalid, NotFound, NotSignedIn
from habit_coach.prepared import Transaction

PREFIX = "habitcoach_"  # by which scanners for leaked secrets recognise them
MOST_TOKENS = 50


class Scope(StrEnum):
    """What a token may do. `write` includes `read` and `checkin`; nothing includes `admin`."""

    read = "read"
    checkin = "checkin"
    write = "write"
    admin = "admin"


class Held(NamedTuple):
    """What has to be known of a token to let it be used."""

    user_id: UUID
    id: UUID
    scopes: list[str]
    expires_at: datetime | None
    last_used_at: datetime | None


TOKEN = cast(Table, PersonalToken.__table__)  # type: ignore[attr-defined]
OWNER = (
    select(*(TOKEN.c[name] for name in Held._fields), *(USER.c[name] for name in FIELDS))
    .join(TOKEN, TOKEN.c.user_id == USER.c.id)
    .where(TOKEN.c.token_hash == bindparam("token_hash"), USER.c.deactivated_at.is_(None))
)
INCLUDED = {Scope.write: {Scope.read, Scope.checkin}}


def create(
    session: Session, user: User, name: str, scopes: Sequence[Scope], expires_at: datetime | None
) -> tuple[PersonalToken, str]:
    """A new token, with the only copy of what to send.

    Raises Invalid for a missing name or scope or a time that has passed, Conflict when the user has 50 already.
    """
    fields = {}
    if not name.strip() or len(name) > 80:
        fields["name"] = "Give the token a name of up to 80 characters, to know it again."
    if not scopes:
        fields["scopes"] = "Choose at least one scope."
    if Scope.admin in scopes and user.role != Role.admin:
        fields["scopes"] = "Only an admin can make a token for administration."
    if expires_at is not None and expires_at <= clock.now():
        fields["expires_at"] = "Choose a time that is still to come."
    if fields:
        raise Invalid(" ".join(fields.values()), fields)
    mine = select(func.count()).select_from(PersonalToken).where(col(PersonalToken.user_id) == user.id)
    if (session.scalar(mine) or 0) >= MOST_TOKENS:
        raise Conflict(f"There is room for {MOST_TOKENS} tokens. Revoke one that you no longer need.")
    secret = PREFIX + new_token()
    token = PersonalToken(
        user_id=user.id,
        name=name.strip(),
        token_hash=digest(secret),
        scopes=sorted(set(scopes)),
        created_at=clock.now(),
        expires_at=expires_at,
    )
    session.add(token)
    audit.record(session, user.id, "token.created", token=str(token.id), scopes=token.scopes)
    session.flush()
    return token, secret


def listed(session: Session, user: User) -> Sequence[PersonalToken]:
    """The user's tokens, newest first, expired ones included."""
    query = select(PersonalToken).where(col(PersonalToken.user_id) == user.id)
    return session.scalars(query.order_by(col(PersonalToken.id).desc())).all()


def revoke(session: Session, user: User, token_id: UUID) -> None:
    """Make a token useless at once. Raises NotFound for one that is not theirs."""
    gone = delete(PersonalToken).where(col(PersonalToken.user_id) == user.id, col(PersonalToken.id) == token_id)
    if not session.execute(gone).rowcount:  # type: ignore[attr-defined]
        raise NotFound("There is no such token.")
    audit.record(session, user.id, "token.revoked", token=str(token_id))


def owner(transaction: Transaction, secret: str) -> tuple[User, Held]:
    """Whose token this is, the user to be read and not to be changed.

    Raises NotSignedIn for one that is unknown, revoked or expired.
    """
    found = prepared.run(transaction, OWNER, token_hash=digest(secret))
    token = Held(*found[0][: len(Held._fields)]) if found else None
    if token is None or (token.expires_at is not None and token.expires_at <= clock.now()):
        raise NotSignedIn("This token is not valid, or no longer. Make a new one in the settings.")
    _note_use(transaction, token)
    return User.model_construct(**dict(zip(FIELDS, found[0][len(Held._fields) :], strict=True))), token


def allows(token: Held, scope: str) -> bool:
    """Whether the token may do what needs `scope`."""
    given = {Scope(one) for one in token.scopes}
    return scope in given.union(*(INCLUDED.get(one, set()) for one in given))


def _note_use(transaction: Transaction, token: Held) -> None:
    now = clock.now()
    if token.last_used_at is None or now - token.last_used_at >= NOTED_EVERY:
        this = (col(PersonalToken.user_id) == token.user_id) & (col(PersonalToken.id) == token.id)
        noted = update(PersonalToken).where(this).values(last_used_at=now)
        db.note(transaction, noted.execution_options(synchronize_session=False))
