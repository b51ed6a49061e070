"""The audit log: who did what to an account, and when."""

from typing import Any
from uuid import UUID

from sqlmodel import Session

from habit_coach import clock
from habit_coach.accounts.models import AuditEvent


def record(session: Session, user_id: UUID, action: str, address: str = "", **details: Any) -> None:
    """Note `action` (such as `session.started`) for the user; `details` holds no secrets and no words of the person."""
    session.add(AuditEvent(user_id=user_id, at=clock.now(), action=action, address=address, details=details))
