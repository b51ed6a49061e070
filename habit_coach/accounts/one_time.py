"""Tokens that are good for one purpose, once, for a while: what mails carry, and the step between password and code."""

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from habit_coach import clock
from habit_coach.accounts.models import OneTimeToken, User
from habit_coach.accounts.secret_words import digest, new_token
from habit_coach.errors import Invalid

RESET, VERIFY, SECOND_STEP = "reset", "verify", "second-step"
NOT_VALID = "This link is not valid, or no longer: it works once, and only for a while. Ask for a new one."


def issue(session: Session, user: User, purpose: str, life: timedelta, email: str = "") -> str:
    """A new token, which knows the address that it is sent to; the older ones of the same purpose stop working."""
    older = (col(OneTimeToken.user_id) == user.id) & (col(OneTimeToken.purpose) == purpose)
    session.execute(delete(OneTimeToken).where(older))
    token = new_token()
    expires = clock.now() + life
    session.add(
        OneTimeToken(user_id=user.id, token_hash=digest(token), purpose=purpose, email=email, expires_at=expires)
    )
    session.flush()
    return token


def owner(session: Session, token: str, purpose: str) -> User:
    """Whose token this is. Raises Invalid for one that is unknown, used, expired, or for another purpose."""
    open_token = select(User).join(OneTimeToken, col(OneTimeToken.user_id) == col(User.id))
    user = session.scalar(
        open_token.where(
            col(OneTimeToken.token_hash) == digest(token),
            col(OneTimeToken.purpose) == purpose,
            col(OneTimeToken.used_at).is_(None),
            col(OneTimeToken.expires_at) > clock.now(),
            col(User.deactivated_at).is_(None),
        )
    )
    if user is None:
        raise Invalid(NOT_VALID, {"token": NOT_VALID})
    return user


def spend(session: Session, user: User, token: str, purpose: str) -> str:
    """Use the token up; gives the address that it was sent to. Raises Invalid when somebody else just did."""
    unused = (
        update(OneTimeToken)
        .where(
            col(OneTimeToken.user_id) == user.id,
            col(OneTimeToken.token_hash) == digest(token),
            col(OneTimeToken.purpose) == purpose,
            col(OneTimeToken.used_at).is_(None),
        )
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    email: str | None = session.scalar(unused.returning(col(OneTimeToken.email)))
    if email is None:
        raise Invalid(NOT_VALID, {"token": NOT_VALID})
    return email


def forget(session: Session, user: User) -> None:
    """Make every token of the user's useless."""
    session.execute(delete(OneTimeToken).where(col(OneTimeToken.user_id) == user.id))
