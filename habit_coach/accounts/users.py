"""Who has an account, and what they may say about themselves."""

from dataclasses import dataclass
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from habit_coach import clock, feed, regions, throttle
from habit_coach.accounts import audit, brute_force
from habit_coach.accounts.models import Role, User
from habit_coach.accounts.passwords import hash_password, require_strong
from habit_coach.errors import Conflict, Forbidden, Invalid, NotFound
from habit_coach.settings import settings


@dataclass(frozen=True, slots=True)
class Profile:
    """What a user may change about themselves; None leaves it as it is."""

    name: str | None = None
    timezone: str | None = None
    day_start: int | None = None
    week_start: int | None = None
    region: str | None = None


def sign_up(
    session: Session,
    email: str,
    password: str,
    name: str = "",
    timezone: str = "UTC",
    *,
    week_start: int = 0,
    address: str,
) -> User:
    """Make an account, asked from a network address. The hash takes a third of a second and precedes the write lock.

    Raises Invalid for a bad e-mail, password or zone, Conflict for an e-mail that has an account, Forbidden where the
    instance takes no new accounts, RateLimited when the address has made many.
    """
    if settings().sign_up == "closed":
        raise Forbidden("This server does not take new accounts. Ask whoever runs it for one.")
    throttle.spend(settings().limit_sign_up, "sign-up", brute_force.network(address))
    return create(session, email, password, name, timezone, week_start=week_start)


def create(
    session: Session,
    email: str,
    password: str,
    name: str = "",
    timezone: str = "UTC",
    role: Role = Role.user,
    *,
    week_start: int = 0,
) -> User:
    """Make an account whatever the instance's policy; errors as `sign_up`."""
    address = normalised(email)
    require_strong(password, address)
    profile = Profile(name=name, timezone=timezone, week_start=week_start)
    _require_valid(profile)
    user = User(
        email=address,
        name=name.strip(),
        password_hash=hash_password(password),
        role=role,
        timezone=timezone,
        week_start=week_start,
        created_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        sentence = "There is an account with this e-mail address already. Sign in instead."
        raise Conflict(sentence) from None
    audit.record(session, user.id, "account.created")
    return user


def normalised(email: str) -> str:
    """The form in which an address is kept and looked up."""
    try:
        checked = validate_email(email.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        sentence = "This is not a complete e-mail address. It should look like name@example.com."
        raise Invalid(sentence, {"email": sentence}) from None
    return checked.normalized.casefold()


def by_email(session: Session, email: str) -> User | None:
    return session.scalar(select(User).where(col(User.email) == email))


def get(session: Session, user_id: UUID) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such account.")
    return user


def update(session: Session, user: User, profile: Profile) -> User:
    """Change what `profile` names. Days that are written already keep their date."""
    _require_valid(profile)
    changes = {
        "name": profile.name.strip() if profile.name is not None else None,
        "timezone": profile.timezone,
        "day_start": profile.day_start,
        "week_start": profile.week_start,
        "region": profile.region,
    }
    for name, value in changes.items():
        if value is not None:
            setattr(user, name, value)
    session.add(user)
    feed.changed(session, user.id)
    return user


def read_tip(session: Session, user: User) -> None:
    """Note that one more of the tips for newcomers was read."""
    user.tips_read += 1
    session.add(user)
    feed.changed(session, user.id)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(User)) or 0


def _require_valid(profile: Profile) -> None:
    fields = {}
    if profile.name is not None and len(profile.name.strip()) > 80:
        fields["name"] = "Use at most 80 characters."
    if profile.timezone is not None and profile.timezone not in clock.zones():
        fields["timezone"] = "Choose a time zone by its name, such as Europe/Berlin."
    if profile.day_start is not None and not 0 <= profile.day_start <= 6:
        fields["day_start"] = "A day can start between 0 and 6 o'clock."
    if profile.week_start is not None and not 0 <= profile.week_start <= 6:
        fields["week_start"] = "Choose a day from 0 (Monday) to 6 (Sunday)."
    if profile.region and not regions.is_known(profile.region):
        fields["region"] = "Choose a region by its code, such as DE, or none."
    if fields:
        raise Invalid(" ".join(fields.values()), fields)
