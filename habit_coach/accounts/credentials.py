"""Changing and resetting a password, and making sure of an account's owner.

What an e-mail carries stands behind `#` in its link: the browser sends that part to no server and writes it in no log.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import Session, col

from habit_coach import clock, throttle
from habit_coach.accounts import audit, brute_force, devices, one_time, users
from habit_coach.accounts.models import Identity, LoginSession, User
from habit_coach.accounts.passwords import hash_password, matches, require_strong
from habit_coach.errors import Invalid, RateLimited
from habit_coach.mail import Mail
from habit_coach.settings import settings

RESET_LIFE = timedelta(minutes=30)
JUST_NOW = timedelta(minutes=10)


def require_password(user: User, password: str, address: str) -> None:
    """Raise Invalid unless this is the user's password; guesses count as at sign-in. Takes about 0.3 s."""
    brute_force.count_try(user.email, address)
    if not matches(password, user.password_hash):
        brute_force.count_failure(user.email, address)
        sentence = "This is not your password."
        raise Invalid(sentence, {"password": sentence})
    brute_force.count_success(user.email, address)


def require_owner(session: Session, user: User, login: LoginSession, password: str, address: str) -> None:
    """Raise Invalid unless it is the owner who asks, not whoever found their browser open: by the password or, with an
    account at the issuer, by a sign-in within the last ten minutes. Takes about 0.3 s.
    """
    if not password and has_issuer(session, user):
        if clock.now() - login.created_at <= JUST_NOW:
            return
        sentence = f"Enter your password, or sign in again with {settings().oidc_name}: then you have ten minutes."
        raise Invalid(sentence, {"password": sentence})
    require_password(user, password, address)


def has_issuer(session: Session, user: User) -> bool:
    """Whether the user can sign in with the instance's OpenID Connect issuer."""
    known = select(col(Identity.user_id)).where(
        col(Identity.user_id) == user.id, col(Identity.issuer) == settings().oidc_issuer
    )
    return session.execute(known).first() is not None


def change_password(session: Session, user: User, current: str, new: str, *, keep: UUID, address: str) -> None:
    """Set a new password and sign every other device out; `keep` is the session that asks.

    Takes about 0.6 s, all of it before the database is written. Raises Invalid for a wrong or weak password.
    """
    require_password(user, current, address)
    require_strong(new, user.email)
    _store(session, user, hash_password(new))
    devices.end_all(session, user, reason="the password was changed", but=keep)
    audit.record(session, user.id, "password.changed", address)


def count_asking(address: str) -> None:
    """Raise RateLimited for a network address that asks for many resets, whoever's they are."""
    throttle.spend(settings().limit_reset, "reset-address", brute_force.network(address))


def ask_reset(session: Session, email: str, address: str) -> Mail | None:
    """The mail that lets the owner of `email` choose a new password; None when nobody has it, or they got several."""
    email = email.strip().casefold()
    try:
        throttle.spend(settings().limit_reset, "reset-account", email)
    except RateLimited:
        return None
    user = users.by_email(session, email)
    if user is None or user.deactivated_at:
        return None
    token = one_time.issue(session, user, one_time.RESET, RESET_LIFE, user.email)
    audit.record(session, user.id, "password.reset-asked", address)
    return Mail(
        to=user.email,
        subject="Choose a new password for Habit Coach",
        text="Somebody, hopefully you, asked for a new password for this account.\n\n"
        f"{settings().base_url}/reset-password#{token}\n\n"
        "The link works once, within 30 minutes. If it was not you, there is nothing to do: your password stays.\n",
    )


def hash_for_reset(session: Session, token: str, new: str) -> str:
    """The hash of a new password, for `reset_password`. Takes about 0.3 s: nobody should wait for this session.

    Raises Invalid for a token that is unknown, used or expired, or a password that is weak.
    """
    require_strong(new, one_time.owner(session, token, one_time.RESET).email)
    return hash_password(new)


def reset_password(session: Session, token: str, password_hash: str, address: str) -> User:
    """Set a new password with the token of a mail, and sign every device out.

    Raises Invalid for a token that is unknown, used or expired.
    """
    user = one_time.owner(session, token, one_time.RESET)
    one_time.spend(session, user, token, one_time.RESET)
    _store(session, user, password_hash)
    _mark_verified(session, user)
    devices.end_all(session, user, reason="the password was reset")
    audit.record(session, user.id, "password.reset", address)
    return user


def _store(session: Session, user: User, password_hash: str) -> None:
    session.execute(update(User).where(col(User.id) == user.id).values(password_hash=password_hash))


def _mark_verified(session: Session, user: User) -> None:
    unverified = (col(User.id) == user.id) & col(User.email_verified_at).is_(None)
    session.execute(update(User).where(unverified).values(email_verified_at=clock.now()))
