"""When a habit is due: five kinds of schedule, as stored in JSON and as asked of a calendar day."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ORDINALS = {1: "1st", 2: "2nd", 3: "3rd", 21: "21st", 22: "22nd", 23: "23rd", 31: "31st", -1: "last"}
DAY = timedelta(days=1)


def _said(sentence: str) -> WrapValidator:
    """Whatever is wrong with the value, say `sentence` instead of the type checker's words."""

    def validate(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except ValidationError:
            raise _error(sentence) from None

    return WrapValidator(validate)


def _error(sentence: str) -> PydanticCustomError:
    return PydanticCustomError("schedule", "{sentence}", {"sentence": sentence})


WeekdayName = Annotated[Weekday, _said("A weekday is one of mon, tue, wed, thu, fri, sat and sun.")]
WholeNumber = Annotated[int, Field(strict=True, ge=1)]
MonthDay = Annotated[
    Annotated[int, Field(strict=True, ge=1, le=31)] | Literal["last"],
    _said('A day of the month is a number from 1 to 31, or "last".'),
]


class _Schedule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _knows_every_key(cls, given: Any) -> Any:
        unknown = sorted(str(key) for key in given if key not in cls.model_fields) if isinstance(given, dict) else []
        if unknown:
            kind = cls.model_fields["kind"].default
            raise _error(f"A schedule of the kind {kind} has no {_listed(unknown)}.")
        return given


class Daily(_Schedule):
    """Every day."""

    kind: Literal["daily"] = "daily"


class Weekdays(_Schedule):
    """The same days every week, kept in the order mon to sun."""

    kind: Literal["weekdays"] = "weekdays"
    days: tuple[WeekdayName, ...]

    @field_validator("days")
    @classmethod
    def _in_order(cls, days: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
        if not days:
            raise _error("Choose at least one weekday.")
        return tuple(day for day in WEEKDAYS if day in days)


class PerPeriod(_Schedule):
    """A number of times in each calendar week or month, on any days."""

    kind: Literal["per_period"] = "per_period"
    times: Annotated[WholeNumber, _said("The number of times is a whole number from 1.")]
    period: Annotated[Literal["week", "month"], _said("The period is a week or a month.")]

    @model_validator(mode="after")
    def _fits_the_period(self) -> Self:
        most = 7 if self.period == "week" else 31
        if self.times > most:
            raise _error(f"A {self.period} has room for at most {most} times.")
        return self


class Every(_Schedule):
    """Each n-th day or week, counted from the start; weeks fall on the weekday of the start."""

    kind: Literal["every"] = "every"
    n: Annotated[WholeNumber, _said("The number of days or weeks between is a whole number from 1.")]
    unit: Annotated[Literal["day", "week"], _said("The unit is a day or a week.")]

    @model_validator(mode="after")
    def _within_a_year(self) -> Self:
        most = 365 if self.unit == "day" else 52
        if self.n > most:
            raise _error(f"Choose at most {most} {self.unit}s.")
        return self

    @property
    def step(self) -> int:
        """Days from one due day to the next."""
        return self.n if self.unit == "day" else 7 * self.n


class Monthly(_Schedule):
    """Fixed days of the month, or the n-th weekday; -1 is the last. A day that a month lacks is not due in it."""

    kind: Literal["monthly"] = "monthly"
    days: tuple[MonthDay, ...] | None = Field(default=None, exclude_if=lambda days: days is None)
    nth: Annotated[
        Literal[1, 2, 3, 4, 5, -1] | None, _said("Which weekday of the month: 1 to 5, or -1 for the last.")
    ] = Field(default=None, exclude_if=lambda nth: nth is None)
    weekday: WeekdayName | None = Field(default=None, exclude_if=lambda weekday: weekday is None)

    @field_validator("days")
    @classmethod
    def _in_order(cls, days: tuple[int | Literal["last"], ...] | None) -> tuple[int | Literal["last"], ...] | None:
        if days is None:
            return None
        if not days:
            raise _error("Choose at least one day of the month.")
        return tuple(sorted(set(days), key=lambda day: 32 if day == "last" else day))

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        by_weekday = self.nth is not None and self.weekday is not None
        half = (self.nth is None) != (self.weekday is None)
        if half or by_weekday == (self.days is not None):
            raise _error("Choose either days of the month, or which weekday of the month together with its name.")
        return self

    def dates(self, year: int, month: int) -> list[date]:
        """The due days of one month, ascending."""
        first_weekday, length = monthrange(year, month)
        if self.days is not None:
            numbers = {length if day == "last" else day for day in self.days}
        else:
            assert self.weekday is not None and self.nth is not None  # noqa: S101, PT018 - by the validator above
            earliest = 1 + (WEEKDAYS.index(self.weekday) - first_weekday) % 7
            numbers = {earliest + 7 * (self.nth - 1) if self.nth > 0 else length - (length - earliest) % 7}
        return [date(year, month, number) for number in sorted(numbers) if number <= length]


def _in_plain_words(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """What pydantic itself finds wrong with the shape of a schedule, said to a person."""
    try:
        return handler(value)
    except ValidationError as refused:
        raise ValidationError.from_exception_data(
            "schedule",
            [
                InitErrorDetails(
                    type=_error(SHAPE_ERRORS.get(error["type"], error["msg"])), loc=error["loc"], input=error["input"]
                )
                for error in refused.errors(include_url=False)
            ],
        ) from None


KINDS = "The kind of a schedule is daily, weekdays, per_period, every or monthly."
SHAPE_ERRORS = {
    "union_tag_invalid": KINDS,
    "union_tag_not_found": KINDS,
    "model_attributes_type": KINDS,
    "missing": "This is missing.",
    "tuple_type": "The days are a list.",
}
Schedule = Annotated[
    Daily | Weekdays | PerPeriod | Every | Monthly, Field(discriminator="kind"), WrapValidator(_in_plain_words)
]
SCHEDULE: TypeAdapter[Schedule] = TypeAdapter(Schedule)


def is_due(schedule: Schedule, day: date, start: date) -> bool:
    """Whether `day` is due for a habit that began on `start`; nothing is due before it.

    For `PerPeriod` the answer is True: any day may count towards the period.
    """
    return next(due_days(schedule, day, day, start), None) is not None


def due_days(schedule: Schedule, first: date, last: date, start: date) -> Iterator[date]:
    """Every due day from `first` to `last`, both included and ascending, of a habit that began on `start`."""
    first = max(first, start)
    low, high, day_of = first.toordinal(), last.toordinal() + 1, date.fromordinal
    match schedule:
        case Daily() | PerPeriod():
            return map(day_of, range(low, high))
        case Weekdays(days=days):
            wanted = tuple(name in days for name in WEEKDAYS)
            return (day_of(number) for number in range(low, high) if wanted[(number - 1) % 7])
        case Every(step=step):
            return map(day_of, range(low + (start.toordinal() - low) % step, high, step))
        case Monthly():
            months = range(12 * first.year + first.month - 1, 12 * last.year + last.month)
            dates = (day for month in months for day in schedule.dates(month // 12, month % 12 + 1))
            return (day for day in dates if first <= day <= last)


def frequency(schedule: Schedule) -> tuple[int, int]:
    """How often, as (times, days): a month has 30 days, and as many times as days, or more, is (1, 1)."""
    match schedule:
        case Daily():
            return 1, 1
        case Weekdays(days=days):
            times, days_long = len(days), 7
        case PerPeriod(times=times, period=period):
            days_long = 7 if period == "week" else 30
        case Every(step=step):
            times, days_long = 1, step
        case Monthly(days=month_days):
            times, days_long = len(month_days or (1,)), 30
    return (times, days_long) if times < days_long else (1, 1)


def period_of(period: Literal["week", "month"], day: date, week_start: int) -> tuple[date, date]:
    """First and last day of the calendar week (beginning on `week_start`, 0 = Monday) or month that holds `day`."""
    if period == "month":
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    first = day - DAY * ((day.weekday() - week_start) % 7)
    return first, first + 6 * DAY


def describe(schedule: Schedule) -> str:
    """The schedule in plain words, fit to follow a comma: "every day", "3 times a week"."""
    match schedule:
        case Daily():
            return "every day"
        case Weekdays(days=days):
            return "every day" if len(days) == 7 else _listed([day.capitalize() for day in days])
        case PerPeriod(times=times, period=period):
            return f"{ {1: 'once', 2: 'twice'}.get(times, f'{times} times') } a {period}"
        case Every(n=n, unit=unit):
            return f"every {unit}" if n == 1 else f"every {n} {unit}s"
        case Monthly(days=None, nth=int(nth), weekday=str(weekday)):
            return f"on the {ORDINALS.get(nth, f'{nth}th')} {WEEKDAY_NAMES[WEEKDAYS.index(weekday)]} of the month"
        case _:
            return _days_of_the_month(schedule.days or ())


def _days_of_the_month(days: tuple[int | Literal["last"], ...]) -> str:
    words = ["last day" if day == "last" else ORDINALS.get(day, f"{day}th") for day in days]
    return f"on the {_listed(words)} of the month"


def _listed(words: list[str]) -> str:
    return " and ".join([*([", ".join(words[:-1])] if words[1:] else []), words[-1]])
