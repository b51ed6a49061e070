"""Which habits may slip in the week to come, and why, as far as there are predictions."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from habit_coach.accounts.models import User
from habit_coach.habits.plan import DAY
from habit_coach.habits.schedule import due_days
from habit_coach.predictions import serving
from habit_coach.predictions.days import HabitRow
from habit_coach.predictions.explanation import Reason
from habit_coach.predictions.judging import day_of
from habit_coach.predictions.scoring import Scored
from habit_coach.predictions.serving import Prediction
from habit_coach.regions import percent
from habit_coach.reports.figures import AtRisk

MOST = 5
FEW = 0.6
WORTH_SAYING = 0.2


def risky(session: Session, users: Sequence[User]) -> dict[UUID, list[AtRisk]]:
    """Those of each user's habits, by user id, of which less than 60 % will likely be kept in the week from today on.

    Of a quota, those that are at risk of missing it. At most five a user, the least likely first.
    """
    scored = serving.look(session, users)
    lives = scored.lives
    said = serving.forecasts(scored, range(len(lives.habits)))
    chosen: dict[UUID, list[int]] = {user.id: [] for user in users}
    for series in sorted(range(len(said)), key=lambda series: share(said[series])):
        mine = chosen[lives.habits[series].user_id]
        if len(mine) < MOST and is_risky(said[series]) and _days(scored, series):
            mine.append(series)
    why = serving.reasons(scored, [series for mine in chosen.values() for series in mine])
    return {
        user.id: [
            at_risk(lives.habits[series], said[series], _days(scored, series), why[series], user.region)
            for series in chosen[user.id]
        ]
        for user in users
    }


def is_risky(said: Prediction) -> bool:
    """Whether a prediction is one to worry about; what is still being learned is none."""
    if said.status != "ready" or said.probability is None:
        return False
    return share(said) < FEW if said.week else said.risk != "low"


def share(said: Prediction) -> float:
    """What is likely kept of the coming days, 0 to 1; of a quota, the chance that it is met."""
    return said.week.expected / 7 if said.week else said.probability or 0.0


def _days(scored: Scored, series: int) -> int:
    """How many of the seven days from the person's today on may ask for the habit."""
    plan, first = scored.lives.plans[series], day_of(scored.lives.today[series])
    last = first + 6 * DAY
    days = [
        day
        for rule, since, until in plan.spans(first, last)
        for day in due_days(rule.schedule, since, until, plan.start)
    ]
    return sum(not plan.paused(day) for day in days)


def at_risk(habit: HabitRow, said: Prediction, days: int, why: Sequence[Reason], region: str) -> AtRisk:
    """The sentences about one habit that is due on `days` days, for somebody of this region."""
    against = [one.text for one in why if one.effect < 0]
    chance = _chance(said, days, region)
    return AtRisk(habit.id, habit.name, habit.icon, habit.color, chance, against[0] if against else "")


def _chance(said: Prediction, days: int, region: str) -> str:
    if said.week is None:
        return f"{percent(share(said), region)} likely to be met."
    if days == 1:
        return f"{percent(share(said), region)} likely on its one day."
    expected = round(share(said) * days)
    words = f"Likely on about {expected} of its {days} days" if expected else f"Hardly likely on any of its {days} days"
    if days < 7 or said.week.lapse_chance < WORTH_SAYING:
        return f"{words}."
    return f"{words}, and on none at all with {percent(said.week.lapse_chance, region)}."
