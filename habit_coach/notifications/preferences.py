"""What a person wants of their notifications, and what follows from it for each."""

import re
from datetime import datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table
from sqlmodel import Session

from habit_coach import clock, db, feed
from habit_coach.accounts.models import User
from habit_coach.errors import Invalid
from habit_coach.notifications.models import Kind, Preferences

TABLE = cast(Table, Preferences.__table__)  # type: ignore[attr-defined]
CHOICES = ("quiet_from", "quiet_until", "by_email", "nudges")
WALL_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def of(session: Session, user: User) -> Preferences:
    """The user's preferences; whoever never changed any has quiet at no hour and e-mail for everything."""
    return session.get(Preferences, user.id, populate_existing=True) or Preferences(user_id=user.id)


def update(session: Session, user: User, changes: dict[str, Any]) -> Preferences:
    """Change what `changes` names: `quiet_from` and `quiet_until` ("22:00", or None for no quiet), `by_email` (kinds),
    `nudges` (whether there are any).

    Raises Invalid with a sentence for each field that is wrong.
    """
    now = of(session, user)
    values = {name: changes.get(name, getattr(now, name)) for name in CHOICES}
    _require_valid(Preferences(user_id=user.id, **values))
    db.upsert(session, TABLE, {"user_id": user.id}, values)
    feed.changed(session, user.id)
    return of(session, user)


def no_email_for(session: Session, user: User, kind: Kind) -> None:
    """One click in an e-mail: no more mails of this kind."""
    wanted = [name for name in of(session, user).by_email if name != kind]
    update(session, user, {"by_email": wanted})


def after_quiet(preferences: Preferences, user: User, instant: datetime) -> datetime:
    """`instant`, or the end of the quiet hours that it falls in."""
    if not preferences.quiet_from or not preferences.quiet_until:
        return instant
    begins, ends = time.fromisoformat(preferences.quiet_from), time.fromisoformat(preferences.quiet_until)
    local = instant.astimezone(ZoneInfo(user.timezone))
    wall, over_midnight = local.time(), begins > ends
    quiet = (wall >= begins or wall < ends) if over_midnight else begins <= wall < ends
    if not quiet:
        return instant
    tomorrow = over_midnight and wall >= begins
    return clock.instant(local.date() + timedelta(days=tomorrow), ends, user.timezone)


def _require_valid(preferences: Preferences) -> None:
    fields = {}
    for name in ("quiet_from", "quiet_until"):
        wall = getattr(preferences, name)
        if wall is not None and not WALL_TIME.fullmatch(wall):
            fields[name] = "Write the time like 22:00."
    if (preferences.quiet_from is None) != (preferences.quiet_until is None):
        fields["quiet_until"] = "Quiet hours need a beginning and an end; leave both out for none."
    unknown = set(preferences.by_email) - set(Kind)
    if unknown:
        fields["by_email"] = f"There is no kind {min(unknown)!r}. Choose from {', '.join(Kind)}."
    if fields:
        raise Invalid(" ".join(fields.values()), fields)
