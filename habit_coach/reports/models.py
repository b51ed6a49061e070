"""The tables of reports: when each person gets theirs, and what the past ones said."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from habit_coach.columns import Instant, Json


class ReportSettings(SQLModel, table=True):
    """When a person wants the report; the worker makes the row. `weekday` None is the first day of their week."""

    __tablename__ = "report_settings"
    __table_args__ = (ForeignKeyConstraint(["user_id"], ["user.id"], ondelete="CASCADE"),)

    user_id: UUID = Field(primary_key=True)
    wanted: bool = True
    weekday: int | None = None
    hour: int = 8
    next_at: datetime | None = Field(default=None, sa_type=Instant, index=True)


class WeeklyReport(SQLModel, table=True):
    """A report as it was sent; the key lets nobody get a week twice."""

    __tablename__ = "weekly_report"
    __table_args__ = (ForeignKeyConstraint(["user_id"], ["user.id"], ondelete="CASCADE"),)

    user_id: UUID = Field(primary_key=True)
    week: date = Field(primary_key=True)
    figures: dict[str, Any] = Field(sa_type=Json)
    created_at: datetime = Field(sa_type=Instant)
