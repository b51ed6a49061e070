"""Deleting an account: asked for with the password, carried out after seven days, taken back until then."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from habit_coach import clock, feed
from habit_coach.accounts import audit
from habit_coach.accounts.models import AuditEvent, User
from habit_coach.mail import Mail
from habit_coach.settings import settings

GRACE = timedelta(days=7)


def ask_deletion(session: Session, user: User, address: str) -> tuple[datetime, Mail]:
    """Have the account deleted in seven days; gives when, and the mail that says so. The password was checked."""
    due = clock.now() + GRACE
    session.execute(update(User).where(col(User.id) == user.id).values(delete_after=due))
    audit.record(session, user.id, "account.deletion-asked", address)
    feed.changed(session, user.id)
    return due, Mail(
        to=user.email,
        subject="Your Habit Coach account will be deleted",
        text=f"On {due:%d %B %Y} your account and all of its habits will be deleted, as you asked.\n\n"
        f"Until then you can take it back, and export everything: {settings().base_url}/settings\n",
    )


def keep_account(session: Session, user: User) -> None:
    """Take a deletion back."""
    session.execute(update(User).where(col(User.id) == user.id).values(delete_after=None))
    audit.record(session, user.id, "account.deletion-taken-back")
    feed.changed(session, user.id)


def delete_due(session: Session) -> int:
    """Delete every account whose seven days are over; gives how many. Of each, only that it was deleted is kept."""
    due = session.scalars(select(col(User.id)).where(col(User.delete_after) <= clock.now())).all()
    for user_id in due:
        session.execute(delete(AuditEvent).where(col(AuditEvent.user_id) == user_id))
        session.execute(delete(User).where(col(User.id) == user_id))
        audit.record(session, user_id, "account.deleted")
    return len(due)
