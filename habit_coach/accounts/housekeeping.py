"""What accounts leave behind, and when it goes."""

from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import Session, col

from habit_coach import clock
from habit_coach.accounts import leaving, sessions
from habit_coach.accounts.models import IdempotentAnswer, OneTimeToken

ANSWERS_KEPT_FOR = timedelta(days=1)


def forget_old(session: Session) -> None:
    """Carry out deletions that are due; forget ended sessions, expired tokens, answers nobody asks for again."""
    now = clock.now()
    leaving.delete_due(session)
    sessions.forget_ended(session)
    session.execute(delete(OneTimeToken).where(col(OneTimeToken.expires_at) < now))
    session.execute(delete(IdempotentAnswer).where(col(IdempotentAnswer.created_at) < now - ANSWERS_KEPT_FOR))
