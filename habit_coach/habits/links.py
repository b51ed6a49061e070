"""Check-in links: one URL a habit that checks it in, for an NFC tag, a button or a shortcut."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from habit_coach import clock
from habit_coach.accounts import audit
from habit_coach.accounts.models import User
from habit_coach.accounts.secret_words import digest, new_token
from habit_coach.errors import Conflict, NotFound
from habit_coach.habits.entry import Change, CheckedIn, check_in
from habit_coach.habits.habit import owned
from habit_coach.habits.models import CheckInLink, Habit
from habit_coach.settings import settings

MOST_LINKS = 100


def create(session: Session, user: User, habit_id: UUID, name: str = "") -> tuple[CheckInLink, str]:
    """A new link for one habit, with the only copy of its token. Raises NotFound for a habit that is not theirs."""
    habit = owned(session, user, habit_id)
    mine = select(func.count()).select_from(CheckInLink).where(col(CheckInLink.user_id) == user.id)
    if (session.scalar(mine) or 0) >= MOST_LINKS:
        raise Conflict(f"There is room for {MOST_LINKS} links. Revoke one that you no longer need.")
    token = new_token()
    link = CheckInLink(
        user_id=user.id, habit_id=habit.id, name=name.strip(), token_hash=digest(token), created_at=clock.now()
    )
    session.add(link)
    audit.record(session, user.id, "link.created", habit=str(habit.id))
    session.flush()
    return link, token


def listed(session: Session, user: User, habit_id: UUID) -> Sequence[CheckInLink]:
    """The links of one habit, newest first."""
    habit = owned(session, user, habit_id)
    mine = (col(CheckInLink.user_id) == user.id) & (col(CheckInLink.habit_id) == habit.id)
    return session.scalars(select(CheckInLink).where(mine).order_by(col(CheckInLink.id).desc())).all()


def all_listed(session: Session, user: User) -> list[tuple[CheckInLink, Habit]]:
    """The links of every habit that is not deleted, newest first."""
    same = (col(Habit.user_id) == col(CheckInLink.user_id)) & (col(Habit.id) == col(CheckInLink.habit_id))
    query = (
        select(CheckInLink, Habit)
        .join(Habit, same)
        .where(col(CheckInLink.user_id) == user.id, col(Habit.deleted_at).is_(None))
        .order_by(col(CheckInLink.id).desc())
    )
    return [(link, habit) for link, habit in session.execute(query)]


def url(token: str) -> str:
    """What a tag or a button opens."""
    return f"{settings().base_url}/api/v1/links/{token}"


def revoke(session: Session, user: User, link_id: UUID) -> None:
    """Make a link useless at once. Raises NotFound for one that is not theirs."""
    gone = delete(CheckInLink).where(col(CheckInLink.user_id) == user.id, col(CheckInLink.id) == link_id)
    if not session.execute(gone).rowcount:  # type: ignore[attr-defined]
        raise NotFound("There is no such link.")
    audit.record(session, user.id, "link.revoked", link=str(link_id))


def follow(session: Session, token: str) -> CheckedIn:
    """Check the link's habit in for its owner's today; doing it again changes nothing.

    A number to reach is set to its target, and a limit is left as it stands: opening a link says "done".
    Raises NotFound for a link that is unknown or revoked.
    """
    query = (
        select(CheckInLink, User)
        .join(User, col(User.id) == col(CheckInLink.user_id))
        .where(col(CheckInLink.token_hash) == digest(token), col(User.deactivated_at).is_(None))
    )
    found = session.execute(query).first()
    if found is None:
        raise NotFound("This link is not valid, or no longer.")
    link, user = found
    done = check_in(session, user, link.habit_id, Change(source="link"))
    link.last_used_at = clock.now()
    session.add(link)
    return done
