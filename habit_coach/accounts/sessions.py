"""Login sessions: starting, recognising and ending them, in the browser and over REST.

One row stands behind a browser's cookie, a client's access tokens and its refresh tokens: ending the row ends all. A
client that signs in with the browser's cookie at hand joins the browser's row. A row ends when nobody uses it for a
while, and for good when it is `session_days` old.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple, cast
from uuid import UUID

import jwt
from sqlalchemy import Select, Table, bindparam, delete, inspect, select, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col

from habit_coach import clock, db, feed, logs, prepared
from habit_coach.accounts import audit, brute_force, users
from habit_coach.accounts.models import LoginSession, RefreshToken, User
from habit_coach.accounts.passwords import matches
from habit_coach.accounts.secret_words import digest, new_token
from habit_coach.errors import NotSignedIn
from habit_coach.prepared import Transaction
from habit_coach.settings import settings

ACCESS_LIFE = timedelta(minutes=15)
REFRESH_LIFE = timedelta(days=7)
REFRESH_GRACE = timedelta(seconds=10)
NOTED_EVERY = timedelta(minutes=5)
KEPT_AFTER_END = timedelta(days=30)
AUDIENCE = "habit-coach-api"
WRONG = "The e-mail address or the password is not right."
NOT_VALID = "This access token is not valid, or no longer. Refresh it or sign in again."
ENDED = "Your session has ended. Please sign in again."


class Login(NamedTuple):
    """What has to be known of a login session to let it be used."""

    user_id: UUID
    id: UUID
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    cookie_hash: str | None


ALIVE = (
    select(User, LoginSession)
    .join(LoginSession, col(LoginSession.user_id) == col(User.id))
    .where(col(LoginSession.ended_at).is_(None), col(User.deactivated_at).is_(None))
)
USER = cast(Table, User.__table__)  # type: ignore[attr-defined]
LOGIN = cast(Table, LoginSession.__table__)  # type: ignore[attr-defined]
FIELDS = inspect(User).column_attrs.keys()  # asking for them makes the class ready, whoever makes its first instance
NOTED = Login._fields[2:]
HOLDER = (
    select(*(LOGIN.c[name] for name in NOTED), *(USER.c[name] for name in FIELDS))
    .join(LOGIN, LOGIN.c.user_id == USER.c.id)
    .where(LOGIN.c.user_id == bindparam("user_id"), LOGIN.c.id == bindparam("session_id"))
    .where(LOGIN.c.ended_at.is_(None), USER.c.deactivated_at.is_(None))
)
BY_COOKIE = ALIVE.where(col(LoginSession.cookie_hash) == bindparam("cookie_hash"))
BY_ID = ALIVE.where(col(LoginSession.user_id) == bindparam("user_id"), col(LoginSession.id) == bindparam("session_id"))


@dataclass(frozen=True, slots=True)
class Device:
    """Where a request comes from, as far as it says."""

    name: str = ""
    address: str = ""


class Claims(NamedTuple):
    """What an access token says: whose it is, of which login session, and until when."""

    user_id: UUID
    session_id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a REST client holds: `access` for 15 minutes, `refresh` for one use within 7 days."""

    access: str
    refresh: str


def authenticate(session: Session, email: str, password: str, address: str) -> User:
    """The user with this e-mail and password, asked from a network address. Takes about 0.3 s, also for an unknown one.

    Raises NotSignedIn, which does not tell which of the two was wrong, and RateLimited before it looks at either.
    """
    email = email.strip().casefold()
    brute_force.count_try(email, address)
    user = users.by_email(session, email)
    if not matches(password, user.password_hash if user else None) or user is None or user.deactivated_at:
        brute_force.count_failure(email, address)
        raise NotSignedIn(WRONG)
    brute_force.count_success(email, address)
    return user


def start_in_browser(session: Session, user: User, device: Device) -> str:
    """A new login session; gives the value of its cookie, which is kept nowhere but there."""
    cookie = new_token()
    _start(session, user, device, _idle_life(), cookie_hash=digest(cookie))
    return cookie


def start_for_client(session: Session, user: User, device: Device, cookie: str | None = None) -> Tokens:
    """The first pair of tokens: of the browser's login session if `cookie` is one of this user's, else of a new one."""
    login = _in_browser(session, user, cookie)
    if login is None:
        login = _start(session, user, device, _refresh_life())
    else:
        audit.record(session, user.id, "session.joined", device.address)
    return _hand_out(session, login, new_token())


def from_cookie(session: Session, cookie: str | None) -> tuple[User, LoginSession]:
    """Whose browser this is. Raises NotSignedIn for a cookie that is missing, unknown, ended or expired."""
    if not cookie:
        raise NotSignedIn
    user, login = _alive(session, BY_COOKIE, cookie_hash=digest(cookie))
    logs.note_user(user.id)
    return user, login


def from_access_token(session: Session, token: str) -> tuple[User, LoginSession]:
    """Whose client this is. Raises NotSignedIn for a token that is forged or expired, or whose session has ended."""
    claims = _claims(token)
    return _alive(session, BY_ID, user_id=claims.user_id, session_id=claims.session_id)


def holder(transaction: Transaction, token: str) -> tuple[User, UUID]:
    """Whose client this is, and its login session's id; errors as `from_access_token`.

    For what every request asks: the user is as the database has them now, to be read and not to be changed.
    """
    user_id, session_id, _ = _claims(token)
    found = prepared.run(transaction, HOLDER, user_id=user_id, session_id=session_id)
    if not found:
        raise NotSignedIn(ENDED)
    login = Login(user_id, session_id, *found[0][: len(NOTED)])
    if login.expires_at <= clock.now():
        raise NotSignedIn(ENDED)
    _note_use(transaction, login)
    return User.model_construct(**dict(zip(FIELDS, found[0][len(NOTED) :], strict=True))), session_id


def refresh(session: Session, token: str | None) -> Tokens | None:
    """Exchange a refresh token for the next pair; None when it was used before, which ends the login session.

    An answer can get lost: within 10 s the same token gives the same successor again. The database decides who is
    first (RFC 9700, section 4.14.2). On reuse it returns, so that the caller's transaction keeps the ending.
    """
    found = session.scalar(select(RefreshToken).where(col(RefreshToken.token_hash) == digest(token or "")))
    if found is None or token is None or found.expires_at <= clock.now():
        raise NotSignedIn("This refresh token is not valid, or no longer. Sign in again.")
    _user, login = _alive(session, BY_ID, user_id=found.user_id, session_id=found.session_id)
    if not _use_once(session, found):
        end(session, found.user_id, found.session_id, reason="refresh token used twice")
        return None
    return _hand_out(session, login, _successor(token))


def end(session: Session, user_id: UUID, session_id: UUID, reason: str = "signed out") -> None:
    """End one login session, and with it its cookie and all of its tokens, at their next use."""
    ended = (
        update(LoginSession)
        .where(
            col(LoginSession.user_id) == user_id,
            col(LoginSession.id) == session_id,
            col(LoginSession.ended_at).is_(None),
        )
        .values(ended_at=clock.now())
    )
    if session.execute(ended).rowcount:  # type: ignore[attr-defined]
        audit.record(session, user_id, "session.ended", reason=reason)
        feed.changed(session, user_id)


def forget_ended(session: Session) -> None:
    """Delete the login sessions that ended or expired a month ago, and the refresh tokens that expired."""
    now = clock.now()
    long_ago = now - KEPT_AFTER_END
    session.execute(delete(RefreshToken).where(col(RefreshToken.expires_at) < now))
    over = (col(LoginSession.ended_at) < long_ago) | (col(LoginSession.expires_at) < long_ago)
    session.execute(delete(LoginSession).where(over))


def _claims(token: str) -> Claims:
    try:
        claims = _verified(token, settings().secret, settings().base_url)
    except (jwt.InvalidTokenError, ValueError):
        raise NotSignedIn(NOT_VALID) from None
    if claims.expires_at <= clock.now():
        raise NotSignedIn(NOT_VALID)
    return claims


@lru_cache(maxsize=4096)
def _verified(token: str, secret: bytes, issuer: str) -> Claims:
    """What the token says. A signature that was right stays right, so each token is looked at once."""
    claims = jwt.decode(
        token,
        secret,
        algorithms=["HS256"],
        audience=AUDIENCE,
        issuer=issuer,
        # A clock that was set back makes no token invalid; `exp` and the session's row say how long one lives.
        options={"require": ["exp", "iat", "iss", "aud", "sub", "sid", "jti"], "verify_iat": False},
    )
    return Claims(UUID(claims["sub"]), UUID(claims["sid"]), datetime.fromtimestamp(claims["exp"], UTC))


def _start(
    session: Session, user: User, device: Device, life: timedelta, cookie_hash: str | None = None
) -> LoginSession:
    now = clock.now()
    login = LoginSession(
        user_id=user.id,
        cookie_hash=cookie_hash,
        device=device.name[:200],
        address=device.address[:45],
        created_at=now,
        last_used_at=now,
        expires_at=_until(now, life),
    )
    session.add(login)
    session.flush()
    audit.record(session, user.id, "session.started", device.address)
    return login


def _in_browser(session: Session, user: User, cookie: str | None) -> LoginSession | None:
    """The login session behind the cookie, if it is alive and this user's."""
    try:
        owner, login = from_cookie(session, cookie)
    except NotSignedIn:
        return None
    return login if owner.id == user.id else None


def _until(created_at: datetime, life: timedelta) -> datetime:
    """When a login session ends that is used now and then for `life` no more; at the latest `session_days` old."""
    return min(clock.now() + life, created_at + timedelta(days=settings().session_days))


def _idle_life() -> timedelta:
    return timedelta(days=settings().session_idle_days)


def _refresh_life() -> timedelta:
    return min(REFRESH_LIFE, _idle_life())


def _alive(session: Session, query: Select[User, LoginSession], **which: str | UUID) -> tuple[User, LoginSession]:
    found = session.execute(query, which).first()
    if found is None or found[1].expires_at <= clock.now():
        raise NotSignedIn(ENDED)
    user, login = found
    for name, value in _note_use(session, login).items():
        set_committed_value(login, name, value)
    return user, login


def _note_use(transaction: Transaction, login: LoginSession | Login) -> dict[str, datetime]:
    """Keep the time of the last use, to five minutes: not every request writes. A browser's use puts its end off.

    Gives what changed.
    """
    now = clock.now()
    if now - login.last_used_at < NOTED_EVERY:
        return {}
    changed = {"last_used_at": now}
    if login.cookie_hash is not None:
        changed["expires_at"] = _until(login.created_at, _idle_life())
    noted = (
        update(LoginSession)
        .where(col(LoginSession.user_id) == login.user_id, col(LoginSession.id) == login.id)
        .values(**changed)
        .execution_options(synchronize_session=False)
    )
    db.note(transaction, noted)
    return changed


def _use_once(session: Session, token: RefreshToken) -> bool:
    """Mark the token as used; False when somebody used it longer ago than a lost answer explains."""
    now = clock.now()
    unused = (
        update(RefreshToken)
        .where(
            col(RefreshToken.user_id) == token.user_id,
            col(RefreshToken.token_hash) == token.token_hash,
            col(RefreshToken.used_at).is_(None),
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    if session.execute(unused).rowcount:  # type: ignore[attr-defined]
        return True
    session.refresh(token)
    return token.used_at is not None and now - token.used_at <= REFRESH_GRACE


def _hand_out(session: Session, login: LoginSession, refresh_token: str) -> Tokens:
    now = clock.now()
    token_hash = digest(refresh_token)
    if session.get(RefreshToken, (login.user_id, token_hash)) is None:
        expires_at = _until(login.created_at, _refresh_life())
        session.add(
            RefreshToken(user_id=login.user_id, token_hash=token_hash, session_id=login.id, expires_at=expires_at)
        )
        session.execute(
            update(LoginSession)
            .where(col(LoginSession.user_id) == login.user_id, col(LoginSession.id) == login.id)
            .values(last_used_at=now, expires_at=max(login.expires_at, expires_at))
        )
    return Tokens(_access_token(login.user_id, login.id, now), refresh_token)


def _access_token(user_id: UUID, session_id: UUID, now: datetime) -> str:
    claims = {
        "iss": settings().base_url,
        "aud": AUDIENCE,
        "sub": str(user_id),
        "sid": str(session_id),
        "jti": secrets.token_urlsafe(12),
        "iat": now,
        "exp": now + ACCESS_LIFE,
    }
    return jwt.encode(claims, settings().secret, algorithm="HS256")


def _successor(token: str) -> str:
    """The token that follows `token`: made from it with the server's key, so that a retry gets the same."""
    made = hmac.digest(settings().secret, b"refresh:" + token.encode(), "sha256")
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()
