"""The table of imports that are under way."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from habit_coach.columns import Instant


class Arriving(SQLModel, table=True):
    """A habit that an import is still writing: it is marked as deleted, so that nobody sees it before it is whole."""

    __table_args__ = (ForeignKeyConstraint(["user_id", "habit_id"], ["habit.user_id", "habit.id"], ondelete="CASCADE"),)

    user_id: UUID = Field(primary_key=True)
    habit_id: UUID = Field(primary_key=True)
    since: datetime = Field(sa_type=Instant, index=True)
