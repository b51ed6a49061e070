"""The settings that an account without habits takes over from a file."""

from dataclasses import asdict
from typing import Any

from sqlmodel import Session

from habit_coach.accounts.models import User
from habit_coach.accounts.users import Profile
from habit_coach.habits import habit as habits
from habit_coach.habits import profile
from habit_coach.notifications import preferences
from habit_coach.reports import weekly
from habit_coach.transfer.content import Content


def brings_news(session: Session, user: User, content: Content) -> bool:
    """Whether the file would change settings: only those of an account without habits."""
    if habits.listed(session, user, archived=None):
        return False
    said = asdict(content.profile or Profile())
    return (
        _differs({name: value for name, value in said.items() if value is not None}, user)
        or _differs(content.notifications, preferences.of(session, user))
        or _differs(content.report, weekly.settings_of(session, user))
    )


def take_over(session: Session, user: User, content: Content) -> None:
    """Change the settings to those of the file. Raises Invalid where one of them cannot be."""
    if content.profile is not None:
        profile.update(session, user, content.profile)
    if content.notifications:
        preferences.update(session, user, content.notifications)
    if content.report:
        weekly.change_settings(session, user, content.report)


def _differs(wanted: dict[str, Any], here: object) -> bool:
    return any(getattr(here, name) != value for name, value in wanted.items())
