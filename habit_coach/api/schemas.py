"""What habits and entries look like on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from habit_coach.habits.drafts import EARLIEST, LARGEST, HabitDraft
from habit_coach.habits.entry import LONGEST_NOTE, Change, Shown, Written, shown
from habit_coach.habits.figures import Figures
from habit_coach.habits.habit import UNCHANGING
from habit_coach.habits.models import Habit, PauseRow, State
from habit_coach.habits.plan import Direction
from habit_coach.habits.rows import rules_of
from habit_coach.habits.schedule import Schedule

Limit = Annotated[int, Query(ge=1, le=400, description="At most this many items.")]
Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before.", max_length=200)]


class HabitOut(HabitDraft):
    """A habit as it is today."""

    model_config = ConfigDict(extra="ignore")

    id: UUID
    start_date: date
    position: int
    archived: bool
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, habit: Habit) -> "HabitOut":
        rule = rules_of(habit)[-1]
        return cls.model_construct(
            **{name: getattr(habit, name) for name in UNCHANGING},
            schedule=rule.schedule,
            target=rule.target,
            direction=rule.direction,
            archived=habit.archived_at is not None,
        )

    @staticmethod
    def plain(row: dict[str, Any]) -> dict[str, Any]:
        """The same from one of `habit.rows`, as plain values: a list has many, and models cost more than all the rest.

        A rule is kept in the form in which it is sent.
        """
        rule = row["rules"][-1]
        now = {name: rule[name] for name in ("schedule", "target", "direction")}
        return {name: row[name] for name in UNCHANGING} | now | {"archived": row["archived_at"] is not None}


class HabitChange(BaseModel):
    """Any part of a habit; what is left out stays as it is. The result is checked as a whole."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    schedule: Schedule | None = None
    unit: str | None = None
    target: float | None = None
    direction: Direction | None = None
    description: str | None = None
    icon: str | None = None
    color: str | None = None
    group: str | None = None
    tags: list[str] | None = None
    reminders: list[str] | None = None
    remind_only_if_open: bool | None = None
    start_date: date | None = None
    archived: bool | None = None

    def changes(self) -> dict[str, Any]:
        """What to change of the description, as plain values; null means the same as leaving it out."""
        return self.model_dump(mode="json", exclude_none=True, exclude={"archived"})


class Order(BaseModel):
    order: list[UUID] = Field(max_length=1000, description="Habit ids; those left out follow in the order they had.")


class HabitList(BaseModel):
    items: list[HabitOut]
    next_cursor: str | None = None


class CheckIn(BaseModel):
    """What is said of a day. Without anything, today is done."""

    model_config = ConfigDict(extra="forbid")

    day: date | None = Field(None, ge=EARLIEST, description="A local day; today if left out.")
    value: float | None = Field(None, ge=0, le=LARGEST, allow_inf_nan=False)
    increment: float | None = Field(None, ge=-LARGEST, le=LARGEST, allow_inf_nan=False, description="Added atomically.")
    state: State | None = None
    note: str | None = Field(None, max_length=LONGEST_NOTE)

    @model_validator(mode="after")
    def _one_way_to_count(self) -> "CheckIn":
        if self.value is not None and self.increment is not None:
            raise ValueError("Send either a value or an increment, not both.")
        return self

    def as_change(self) -> Change:
        return Change(**self.model_dump(exclude={"habit_id"}), source="api")


class EntryOut(BaseModel):
    day: date
    state: Shown = Field(
        description="As it was said; a number below its target is `partial`, one beyond its limit `missed`."
    )
    value: float | None
    note: str
    source: str

    @classmethod
    def of(cls, habit: Habit, written: Written) -> "EntryOut":
        return cls.model_construct(**cls.plain(habit, written))

    @staticmethod
    def plain(habit: Habit, written: Written) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "day": written.day,
            "state": shown(habit, written),
            "value": written.value,
            "note": written.note,
            "source": written.source,
        }


class Stats(BaseModel):
    """Rates are from 0 to 1, null where nothing was due."""

    model_config = ConfigDict(from_attributes=True)

    as_of: date
    current_streak: int
    current_since: date | None
    best_streak: int
    best_first: date | None
    best_last: date | None
    rate_7d: float | None
    rate_30d: float | None
    rate_90d: float | None
    strength: float
    total: float

    @classmethod
    def of(cls, figures: Figures) -> "Stats":
        return cls.model_construct(**cls.plain(figures))

    @classmethod
    def plain(cls, figures: Figures) -> dict[str, Any]:
        """The same as plain values."""
        return {name: getattr(figures, name) for name in cls.model_fields} | {"strength": figures.strength or 0.0}


class CheckedIn(BaseModel):
    entry: EntryOut
    stats: Stats


class EntryList(BaseModel):
    items: list[EntryOut]
    next_cursor: str | None = None


class BulkItem(CheckIn):
    habit_id: UUID


class Bulk(BaseModel):
    items: list[BulkItem] = Field(min_length=1, max_length=1000)


class BulkResult(BaseModel):
    habit_id: UUID
    entry: EntryOut


class BulkResults(BaseModel):
    items: list[BulkResult]


class PauseIn(BaseModel):
    """Days, both included, on which nothing is asked; without `last`, until the pause is deleted."""

    first: date = Field(ge=EARLIEST)
    last: date | None = None


class PauseOut(PauseIn):
    id: UUID
    habit_id: UUID | None

    @classmethod
    def of(cls, pause: PauseRow) -> "PauseOut":
        return cls.model_validate(pause, from_attributes=True)


class PauseList(BaseModel):
    items: list[PauseOut]
    next_cursor: str | None = None
