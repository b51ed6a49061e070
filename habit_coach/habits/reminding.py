"""When a habit next asks to be remembered, kept on its row so that the worker finds what is due with one index."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from habit_coach import clock
from habit_coach.accounts.models import User
from habit_coach.clock import LivesSomewhere
from habit_coach.habits import rows
from habit_coach.habits.models import Habit
from habit_coach.habits.outcomes import Outcome, occurrences, outcome
from habit_coach.habits.plan import DAY, Marks, Plan
from habit_coach.habits.schedule import PerPeriod, due_days, period_of

HORIZON = timedelta(days=800)  # the rarest schedule, each 365th day, falls in it twice


def times(
    plan: Plan, reminders: Sequence[str], user: LivesSomewhere, after: datetime
) -> Iterator[tuple[datetime, date]]:
    """The instants after `after` (aware) at which the habit asks, ascending, each with the user's day that it is about.

    A day asks when it is due and not paused. The times ("07:30") are the user's wall time; with a day start of 3, 01:00
    belongs to the day before. A time that DST skips asks at the end of the gap; a day that a zone skips whole asks not.
    """
    first = clock.local_day(after, user) - DAY
    for rule, since, until in plan.spans(first, first + HORIZON):
        for day in due_days(rule.schedule, since, until, plan.start):
            if plan.paused(day):
                continue
            for at in sorted({_instant(day, time.fromisoformat(wall), user) for wall in reminders}):
                if at > after and clock.local_day(at, user) == day:
                    yield at, day


def is_asked(plan: Plan, marks: Marks, day: date) -> bool:
    """Whether `day`, while it runs, still asks for a check-in: due, nothing said or too little, and its quota not full.

    Of a quota, the marks from the beginning of its period must be at hand.
    """
    if plan.paused(day) or outcome(plan, day, marks.get(day), day) not in (Outcome.open, Outcome.partial):
        return False
    if not isinstance(plan.rule_on(day).schedule, PerPeriod):
        return True
    *_, (_, _, verdict) = occurrences(plan, marks, day, day)
    return verdict in ("open", "missed")


def is_still_asked(session: Session, user: User, habit: Habit, day: date) -> bool:
    """`is_asked` of a habit as it is stored."""
    plan = rows.plan_of(session, user, habit)
    since = period_of("month", day, user.week_start)[0] - 6 * DAY
    return is_asked(plan, rows.marks_of(session, user, [habit.id], since).get(habit.id, {}), day)


def schedule(session: Session, user: User, habits: Sequence[Habit]) -> None:
    """Set when each of these habits next asks, from now on; one that is put away or has no times never does."""
    now, plans = clock.now(), rows.plans_of(session, user, habits)
    for habit in habits:
        asks = habit.reminders and not habit.archived_at and not habit.deleted_at
        coming = times(plans[habit.id], habit.reminders, user, now) if asks else iter(())
        habit.next_reminder_at = next((at for at, _ in coming), None)
        session.add(habit)
    session.flush()


def schedule_all(session: Session, user: User) -> None:
    """The same for every habit of the user: their zone, their day or a pause of the account changed."""
    mine = select(Habit).where(col(Habit.user_id) == user.id, col(Habit.deleted_at).is_(None))
    schedule(session, user, session.scalars(mine).all())


def _instant(day: date, wall: time, user: LivesSomewhere) -> datetime:
    return clock.instant(day + DAY if wall.hour < user.day_start else day, wall, user.timezone)
