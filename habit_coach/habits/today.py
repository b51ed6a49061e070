"""A day as a person sees it: what it asks for, what came of it, and what else could be done.

It reads rows that grow with the habits, not with the years: the marks of one week or of one running period.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from habit_coach import clock
from habit_coach.accounts.models import User
from habit_coach.habits import habit, rows, standing
from habit_coach.habits.figures import Figures
from habit_coach.habits.models import Entry, Habit
from habit_coach.habits.outcomes import Outcome, outcome, quota, tally
from habit_coach.habits.plan import DAY, Mark, Marks, Plan, Rule
from habit_coach.habits.schedule import PerPeriod, period_of

DUE = (Outcome.open, Outcome.kept, Outcome.partial, Outcome.missed, Outcome.skipped)
WEEK = 7


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a quota or a budget is filled: `done` of `wanted` days or, of a budget, of its unit.

    `pressing` says that every day left in the period is needed.
    """

    period: str
    done: float
    wanted: float
    pressing: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One habit on the day: its rule and entry then, the seven days that end there, and its figures of now.

    `unsaid` means that the day before asked for it and heard nothing.
    """

    habit: Habit
    rule: Rule
    limit: bool
    outcome: Outcome
    mark: Mark | None
    note: str
    week: tuple[tuple[date, Outcome], ...]
    progress: Progress | None
    unsaid: bool
    figures: Figures

    @property
    def asked(self) -> bool:
        """Whether the day asks for it: it is due, and its quota is not full already."""
        if self.outcome is Outcome.open and self.progress and not self.limit:
            return self.progress.done < self.progress.wanted
        return self.outcome in DUE

    @property
    def counts(self) -> bool:
        """Whether the day is incomplete without it. A limit only shows when the day is over; a quota may have time."""
        if not self.asked or self.limit or self.outcome is Outcome.skipped:
            return False
        return self.outcome is not Outcome.open or self.progress is None or self.progress.pressing


@dataclass(frozen=True, slots=True)
class Day:
    """All of the user's habits on `day`, as seen on `today`, in the user's own order."""

    day: date
    today: date
    lines: Sequence[Line]

    @property
    def kept(self) -> int:
        return sum(line.counts and line.outcome is Outcome.kept for line in self.lines)

    @property
    def total(self) -> int:
        return sum(line.counts for line in self.lines)


def of(session: Session, user: User, day: date | None = None) -> Day:
    """What `day` (today without one, and today for a day to come) asks of the user, in a fixed number of queries."""
    return _of(session, user, habit.listed(session, user), day)


def line(session: Session, user: User, habit_id: UUID, day: date) -> Line:
    """One habit on `day`. Raises NotFound for a habit that is not theirs."""
    return _of(session, user, [habit.owned(session, user, habit_id)], day).lines[0]


def _of(session: Session, user: User, habits: Sequence[Habit], day: date | None) -> Day:
    today = clock.today(user)
    day = min(day or today, today)
    plans = rows.plans_of(session, user, habits)
    spans = [span for plan in plans.values() if (span := _period(plan, day))]
    first = min([day - (WEEK - 1) * DAY, *(begins for begins, _ in spans)])
    last = min(today, max([day, *(ends for _, ends in spans)]))
    marks = rows.marks_of(session, user, list(plans), first, last)
    notes = _notes(session, user, list(plans), day)
    stands = standing.of_all(session, user, habits)
    lines = [
        _line(one, plans[one.id], marks.get(one.id, {}), notes.get(one.id, ""), stands[one.id], day, today)
        for one in habits
    ]
    return Day(day, today, lines)


def _line(one: Habit, plan: Plan, marks: Marks, note: str, stands: Figures, day: date, today: date) -> Line:
    rule, before = plan.rule_on(day), day - DAY
    week = [day - back * DAY for back in reversed(range(WEEK))]
    return Line(
        habit=one,
        rule=rule,
        limit=plan.is_limit(rule),
        outcome=outcome(plan, day, marks.get(day), today),
        mark=marks.get(day),
        note=note,
        week=tuple((past, outcome(plan, past, marks.get(past), today)) for past in week),
        progress=_progress(plan, rule, marks, day, today),
        unsaid=before not in marks and outcome(plan, before, None, today) is Outcome.missed,
        figures=stands,
    )


def _period(plan: Plan, day: date) -> tuple[date, date] | None:
    """The days of the running period, as far as they belong to the rule of `day`."""
    rule = plan.rule_on(day)
    if not isinstance(rule.schedule, PerPeriod) or day < plan.start:
        return None
    begins, ends = period_of(rule.schedule.period, day, plan.week_start)
    return next(
        (since, until) for _, since, until in plan.spans(max(begins, plan.start), ends) if since <= day <= until
    )


def _progress(plan: Plan, rule: Rule, marks: Marks, day: date, today: date) -> Progress | None:
    span = _period(plan, day)
    if span is None or not isinstance(rule.schedule, PerPeriod):
        return None
    counted = tally(plan, rule, marks, *span, today)
    begins, ends = period_of(rule.schedule.period, day, plan.week_start)
    days = (ends - begins).days + 1
    if plan.is_budget(rule):
        allowed = (rule.target or 0.0) * counted.active / days
        return Progress(rule.schedule.period, counted.amount, allowed, counted.ahead <= 1)
    wanted = quota(rule.schedule.times, counted, days)
    return Progress(rule.schedule.period, counted.kept, wanted, counted.kept + counted.ahead <= wanted)


def _notes(session: Session, user: User, habit_ids: Sequence[UUID], day: date) -> dict[UUID, str]:
    query = select(col(Entry.habit_id), col(Entry.note)).where(
        col(Entry.user_id) == user.id,
        col(Entry.habit_id).in_(habit_ids),
        col(Entry.day) == day,
        col(Entry.note) != "",
    )
    return {habit_id: note for habit_id, note in session.execute(query)}
