"""A habit as a person or a client describes it, checked in one place for both doors."""

import re
from datetime import date, time
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from habit_coach.errors import Invalid
from habit_coach.habits.plan import Direction, Kind
from habit_coach.habits.schedule import Daily, Schedule

COLORS = ("#e5484d", "#f76b15", "#ffba18", "#46a758", "#12a594", "#0090ff", "#6e56cf", "#d6409f", "#8d8d86")
EARLIEST = date(1970, 1, 1)
LARGEST = 1e9


def _stripped(text: str) -> str:
    return text.strip()


def _tags(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))


def _times(times: list[str]) -> list[str]:
    for wall in times:
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", wall):
            raise ValueError(f"{wall!r} is not a time of day. Write it like 07:30.")
        time.fromisoformat(wall)
    return sorted(set(times))


Tag = Annotated[str, Field(max_length=40)]


class HabitDraft(BaseModel):
    """What a habit is to be. A numeric habit needs a target; a binary one has no number at all."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, AfterValidator(_stripped), Field(max_length=120, examples=["Read"])]
    kind: Kind = "binary"
    schedule: Schedule = Field(default_factory=Daily)
    unit: Annotated[str, AfterValidator(_stripped), Field(max_length=24, examples=["pages"])] = ""
    target: float | None = Field(None, ge=0, le=LARGEST, allow_inf_nan=False)
    direction: Direction = "at_least"
    description: str = Field("", max_length=2000)
    icon: str = Field("", max_length=16, examples=["📚"])
    color: str = Field(COLORS[5], pattern="^#[0-9a-fA-F]{6}$")
    group: Annotated[str, AfterValidator(_stripped), Field(max_length=60)] = ""
    tags: Annotated[list[Tag], AfterValidator(_tags), Field(max_length=20)] = []
    reminders: Annotated[list[str], AfterValidator(_times), Field(max_length=12, examples=[["07:30"]])] = []
    remind_only_if_open: bool = True
    start_date: date | None = Field(None, ge=EARLIEST)

    @field_validator("name")
    @classmethod
    def _named(cls, name: str) -> str:
        if not name.strip():
            raise ValueError("Give the habit a name.")
        return name

    @model_validator(mode="after")
    def _number_and_kind_fit(self) -> Self:
        if self.kind == "numeric" and self.target is None:
            raise ValueError("A habit that is counted needs a target.")
        if self.kind == "numeric" and self.target == 0 and self.direction == "at_least":
            raise ValueError("A target of at least 0 is always met. Choose a larger one, or at most 0.")
        if self.kind == "binary" and (self.target is not None or self.unit or self.direction == "at_most"):
            raise ValueError("A yes-or-no habit has no target, unit or direction. Make it numeric to count.")
        return self


def draft_from(given: dict[str, Any]) -> HabitDraft:
    """The draft, or Invalid with a sentence for each field that is wrong."""
    try:
        return HabitDraft.model_validate(given)
    except ValidationError as error:
        fields = {
            str(one["loc"][0]) if one["loc"] else "target": one["msg"].removeprefix("Value error, ")
            for one in error.errors(include_url=False)
        }
        raise Invalid(" ".join(fields.values()), fields) from None
