"""A second factor at sign-in: codes of an authenticator app (TOTP, RFC 6238), each good once, and recovery codes."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

import pyotp
import segno
from sqlalchemy import ColumnElement, delete, select, update
from sqlmodel import Session, col

from habit_coach import clock, feed, throttle, vault
from habit_coach.accounts import audit, brute_force, one_time
from habit_coach.accounts.models import RecoveryCode, SecondFactor, User
from habit_coach.accounts.secret_words import digest
from habit_coach.errors import Conflict, Invalid, NotSignedIn
from habit_coach.settings import settings

STEP_SECONDS = 30
STEP_LIFE = timedelta(minutes=5)
RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
WRONG = "This code is not right, or was used before. Wait for the next one."


class CodeNeeded(NotSignedIn):
    """The password was right; a code is still missing."""

    title = "A code is needed"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the authenticator app is given: the secret in letters, as a URI, and as the picture of a QR code (SVG)."""

    secret: str
    uri: str
    qr_code: str


def begin(session: Session, user: User) -> Enrolment:
    """A new secret, which counts once `confirm` has seen a code of it. Raises Conflict when a second factor is on."""
    if is_on(session, user):
        raise Conflict("A second factor is on already. Switch it off first.")
    session.execute(delete(SecondFactor).where(col(SecondFactor.user_id) == user.id))
    secret = pyotp.random_base32()
    session.add(SecondFactor(user_id=user.id, sealed_secret=vault.seal(secret)))
    session.flush()
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name="Habit Coach")
    picture = BytesIO()
    segno.make(uri, error="m").save(picture, kind="svg", scale=5, border=2, xmldecl=False)
    return Enrolment(secret, uri, picture.getvalue().decode())


def confirm(session: Session, user: User, code: str) -> list[str]:
    """Switch the second factor on with a first code; gives the recovery codes, which are shown this once.

    Raises Invalid for a wrong code, Conflict when there is nothing to confirm.
    """
    factor = session.get(SecondFactor, user.id)
    if factor is None or factor.confirmed_at is not None:
        raise Conflict("Begin with a new secret first.")
    if not _spend_step(session, factor, code):
        raise Invalid(WRONG, {"code": WRONG})
    session.execute(update(SecondFactor).where(_of(user)).values(confirmed_at=clock.now()))
    codes = _new_codes(session, user)
    audit.record(session, user.id, "second-factor.on")
    feed.changed(session, user.id)
    return codes


def renew_codes(session: Session, user: User) -> list[str]:
    """New recovery codes, shown this once; the earlier ones are worth nothing.

    Whoever calls has checked password and code. Raises Conflict when no second factor is on.
    """
    if not is_on(session, user):
        raise Conflict("There is no second factor to recover. Set it up first.")
    codes = _new_codes(session, user)
    audit.record(session, user.id, "second-factor.codes-renewed")
    feed.changed(session, user.id)
    return codes


def switch_off(session: Session, user: User) -> None:
    """Sign-in asks for the password alone again. Whoever calls has checked password and code."""
    session.execute(delete(SecondFactor).where(_of(user)))
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user.id))
    audit.record(session, user.id, "second-factor.off")
    feed.changed(session, user.id)


def is_on(session: Session, user: User) -> bool:
    """Whether sign-in asks this user for a code."""
    on = select(col(SecondFactor.user_id)).where(_of(user), col(SecondFactor.confirmed_at).is_not(None))
    return session.execute(on).first() is not None


def codes_left(session: Session, user: User) -> int:
    """How many recovery codes are unused."""
    unused = select(col(RecoveryCode.code_hash)).where(
        col(RecoveryCode.user_id) == user.id, col(RecoveryCode.used_at).is_(None)
    )
    return len(session.execute(unused).all())


def require(session: Session, user: User, code: str | None, address: str) -> None:
    """Raise unless the user has no second factor, or this is a code of theirs; a right code is used up by it.

    Raises CodeNeeded without a code, NotSignedIn for a wrong one, RateLimited after too many. The caller's transaction
    writes, and is committed when this returns.
    """
    if not is_on(session, user):
        return
    if not code:
        raise CodeNeeded("Send the code that your authenticator app shows, or a recovery code, as `code`.")
    who = (str(user.id), brute_force.network(address))
    throttle.spend(settings().limit_sign_in_account, "code-account", str(user.id))
    throttle.spend(settings().limit_sign_in, "code", *who)
    factor = session.get_one(SecondFactor, user.id)
    if not _spend_step(session, factor, code) and not _spend_recovery_code(session, user, code):
        raise NotSignedIn(WRONG)
    throttle.forgive(settings().limit_sign_in, "code", *who)


def begin_step(session: Session, user: User) -> str | None:
    """After the right password in a browser: a token for the page that asks for the code; None where none is asked."""
    return one_time.issue(session, user, one_time.SECOND_STEP, STEP_LIFE) if is_on(session, user) else None


def finish_step(session: Session, step: str, code: str, address: str) -> User:
    """The user who gave the right password before, and now a right code.

    Raises Invalid when the step is too old or done, NotSignedIn for a wrong code, RateLimited after too many.
    """
    user = one_time.owner(session, step, one_time.SECOND_STEP)
    require(session, user, code, address)
    one_time.spend(session, user, step, one_time.SECOND_STEP)
    return user


def _new_codes(session: Session, user: User) -> list[str]:
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user.id))
    codes = ["-".join(_letters(5) for _ in range(2)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(user_id=user.id, code_hash=digest(code)) for code in codes)
    return codes


def _spend_step(session: Session, factor: SecondFactor, code: str) -> bool:
    """Whether this is the code of now, or of the step before or after, and newer than every one used before."""
    totp, now = pyotp.TOTP(vault.unseal(factor.sealed_secret)), int(clock.now().timestamp())
    said = code.replace(" ", "")
    steps = [now // STEP_SECONDS + offset for offset in (0, -1, 1)]
    step = next((one for one in steps if secrets.compare_digest(totp.generate_otp(one).encode(), said.encode())), None)
    if step is None:
        return False
    newer = update(SecondFactor).where(col(SecondFactor.user_id) == factor.user_id, col(SecondFactor.last_step) < step)
    spent = session.execute(newer.values(last_step=step).execution_options(synchronize_session=False))
    return bool(spent.rowcount)  # type: ignore[attr-defined]


def _spend_recovery_code(session: Session, user: User, code: str) -> bool:
    unused = update(RecoveryCode).where(
        col(RecoveryCode.user_id) == user.id,
        col(RecoveryCode.code_hash) == digest(code.strip().casefold()),
        col(RecoveryCode.used_at).is_(None),
    )
    spent = bool(session.execute(unused.values(used_at=clock.now())).rowcount)  # type: ignore[attr-defined]
    if spent:
        audit.record(session, user.id, "second-factor.recovery-code-used")
    return spent


def _of(user: User) -> ColumnElement[bool]:
    return col(SecondFactor.user_id) == user.id


def _letters(count: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(count))
