"""What a user changes about themselves, as far as their habits are judged by it."""

from sqlmodel import Session

from habit_coach.accounts import users
from habit_coach.accounts.models import User
from habit_coach.accounts.users import Profile
from habit_coach.habits import reminding, standing


def update(session: Session, user: User, profile: Profile) -> User:
    """Change what `profile` names; with another first day of the week, weekly habits are judged anew.

    In another zone, reminders come at the same hour there.
    """
    week_start, place = user.week_start, (user.timezone, user.day_start)
    users.update(session, user, profile)
    if (user.timezone, user.day_start) != place:
        reminding.schedule_all(session, user)
    if user.week_start != week_start:
        session.flush()
        standing.rebuild_all(session, user)
    return user
