"""The e-mail address of an account: showing that it is one's own, and moving to another.

One kind of mail does both. Its token knows the address that it was sent to, and using it shows that the owner of the
account reads what comes there.
"""

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from habit_coach import clock, feed, throttle
from habit_coach.accounts import audit, one_time, users
from habit_coach.accounts.models import User
from habit_coach.errors import Conflict, Invalid
from habit_coach.mail import Mail
from habit_coach.settings import settings

VERIFY_LIFE = timedelta(days=3)
CHANGE_LIFE = timedelta(minutes=30)


def ask_verification(session: Session, user: User) -> Mail | None:
    """The mail that asks the owner of the account to show that the address is theirs; None when they have shown it."""
    if user.email_verified_at is not None:
        return None
    throttle.spend(settings().limit_reset, "verify-account", str(user.id))
    return Mail(
        to=user.email,
        subject="Is this your address?",
        text="An account at Habit Coach was made with this e-mail address. To say that it is yours, open:\n\n"
        f"{_link(session, user, user.email, VERIFY_LIFE)}\n\n"
        "The link works once, within 3 days. If it was not you, leave it: nothing else will come.\n",
    )


def ask_change(session: Session, user: User, email: str, address: str) -> Mail:
    """The mail that asks at a new address whether it is the owner's; until it is answered, the old one holds.

    Whoever calls has made sure of the owner. Raises Invalid for what is no address, Conflict for one that has an
    account, RateLimited after several tries.
    """
    wanted = users.normalised(email)
    if wanted == user.email:
        sentence = "This is your address already."
        raise Invalid(sentence, {"email": sentence})
    throttle.spend(settings().limit_reset, "email-change", str(user.id))
    if users.by_email(session, wanted) is not None:
        raise _taken()
    audit.record(session, user.id, "email.change-asked", address)
    return Mail(
        to=wanted,
        subject="Confirm your new address for Habit Coach",
        text="Somebody, hopefully you, wants to sign in to Habit Coach with this address from now on. To say yes, "
        f"open:\n\n{_link(session, user, wanted, CHANGE_LIFE)}\n\n"
        "The link works once, within 30 minutes. If it was not you, leave it: nothing changes.\n",
    )


def confirm(session: Session, token: str) -> Mail | None:
    """Note that the address which the token was sent to is the user's own; a new one takes the place of the old.

    Gives the notice to an address that is no longer used. Who is signed in stays so; mails that went to the old address
    open nothing any more. Raises Invalid for a token that is unknown, used or expired, Conflict for an address that has
    got an account meanwhile.
    """
    user = one_time.owner(session, token, one_time.VERIFY)
    email, old = one_time.spend(session, user, token, one_time.VERIFY), user.email
    if email == old:
        _note(session, user, old)
        audit.record(session, user.id, "email.verified")
        return None
    one_time.forget(session, user)
    _note(session, user, email)
    audit.record(session, user.id, "email.changed")
    return Mail(
        to=old,
        subject="Your Habit Coach account has a new address",
        text="From now on you sign in to Habit Coach with the new address that you confirmed just now, and mails go "
        "there.\n\nIf it was not you, somebody knows your password. Write to whoever runs the server at "
        f"{settings().base_url}: they can shut the account until it is yours again.\n",
    )


def _link(session: Session, user: User, email: str, life: timedelta) -> str:
    return f"{settings().base_url}/verify-email#{one_time.issue(session, user, one_time.VERIFY, life, email)}"


def _note(session: Session, user: User, email: str) -> None:
    shown = update(User).where(col(User.id) == user.id).values(email=email, email_verified_at=clock.now())
    try:
        with session.begin_nested():
            session.execute(shown)
    except IntegrityError:
        raise _taken() from None
    feed.changed(session, user.id)


def _taken() -> Conflict:
    return Conflict("There is an account with this e-mail address already.")
