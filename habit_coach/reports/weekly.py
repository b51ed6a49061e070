"""The weekly report: made for any week, kept when it is sent, and sent once for each."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import Table, select, update
from sqlmodel import Session, col

from habit_coach import clock, db, feed
from habit_coach.accounts.models import User
from habit_coach.errors import Conflict, Invalid
from habit_coach.habits import habit as habits
from habit_coach.habits import rows, standing
from habit_coach.habits.drafts import EARLIEST
from habit_coach.habits.models import Habit
from habit_coach.habits.plan import DAY
from habit_coach.habits.schedule import period_of
from habit_coach.notifications import inbox, preferences, smart_time
from habit_coach.notifications.inbox import Message
from habit_coach.notifications.models import Kind
from habit_coach.reports import figures, outlook
from habit_coach.reports.figures import LOOKS_BACK, WEEK, AtRisk, Known, Report
from habit_coach.reports.models import ReportSettings, WeeklyReport

log = logging.getLogger(__name__)
REPORTS = cast(Table, WeeklyReport.__table__)  # type: ignore[attr-defined]
SETTINGS = cast(Table, ReportSettings.__table__)  # type: ignore[attr-defined]
FORM = TypeAdapter(Report)
TOLD = ("first", "last", "kept", "due", "rate", "rate_before", "rate_mean", "at_risk")
AFTER_A_FAULT = timedelta(hours=1)


def of(session: Session, user: User, day: date | None = None) -> Report:
    """The report of the week that holds `day`, or of the last week that has ended: as sent, or made now.

    Raises Invalid for a week that has not begun, or before 1970.
    """
    today = clock.today(user)
    if day and not EARLIEST <= day < today + WEEK:
        raise _no_such_week(day)
    first = period_of("week", day, user.week_start)[0] if day else _reported_on(user, today)
    if first > today:
        raise _no_such_week(first)
    kept = session.get(WeeklyReport, (user.id, first))
    return FORM.validate_python(kept.figures) if kept else make(session, user, first)


def _no_such_week(day: date) -> Invalid:
    sentence = f"The week of {day} has not begun yet." if day >= EARLIEST else "There are no weeks before 1970."
    return Invalid(sentence, {"week": sentence})


def make(session: Session, user: User, first: date, coming: Sequence[AtRisk] | None = None) -> Report:
    """The report of the week that begins on `first`, from what is stored now.

    `coming` is what the outlook says, for those who asked it about many people at once.
    """
    today = clock.today(user)
    if first + 2 * WEEK <= today:
        coming = []
    elif coming is None:
        coming = outlook.risky(session, [user])[user.id]
    mine = habits.read(session, user, archived=False)
    plans, checkpoints = rows.plans_of(session, user, mine), standing.checkpoints(session, user)
    slipping = {one.id for one in coming}
    known = []
    for habit in mine:
        plan, folded = plans[habit.id], checkpoints.get(habit.id)
        if folded and folded.day >= first:
            folded = None
        since = standing.first_needed(plan, folded)
        known.append(
            Known(
                habit.id,
                habit.name,
                habit.icon,
                habit.color,
                habit.unit,
                plan,
                rows.marks_of_one(session, user, habit.id, min(since, first - LOOKS_BACK) if since else None),
                folded,
                bool(habit.reminders),
                partial(_usual_time, session, user, habit),
                habit.id in slipping,
            )
        )
    return figures.report(known, first, today, coming)


def _usual_time(session: Session, user: User, habit: Habit) -> str | None:
    offered = smart_time.suggest(session, user, habit)
    return offered.usual if offered else None


def archive(session: Session, user: User, limit: int, before: date | None = None) -> Sequence[date]:
    """The first days of the weeks whose report was sent, newest first, from behind the week `before`."""
    query = select(col(WeeklyReport.week)).where(col(WeeklyReport.user_id) == user.id)
    if before is not None:
        query = query.where(col(WeeklyReport.week) < before)
    return session.scalars(query.order_by(col(WeeklyReport.week).desc()).limit(limit)).all()


def send(session: Session, user: User, report: Report) -> UUID:
    """Send a report now; gives the id of its notification. Raises Conflict for who takes no reports by e-mail."""
    if Kind.report not in preferences.of(session, user).by_email:
        raise Conflict("Reports by e-mail are switched off. Switch them on in the settings of your notifications.")
    return cast(UUID, _tell(session, user, report, clock.now()))


def settings_of(session: Session, user: User) -> ReportSettings:
    """When the user wants the report."""
    return session.get(ReportSettings, user.id, populate_existing=True) or ReportSettings(user_id=user.id)


def change_settings(session: Session, user: User, changes: dict[str, Any]) -> ReportSettings:
    """Change `wanted`, `weekday` (0 Monday to 6, None: the first day of the week) or `hour` (0 to 23).

    Raises Invalid for what is out of range.
    """
    now = settings_of(session, user)
    values = {name: changes.get(name, getattr(now, name)) for name in ("wanted", "weekday", "hour")}
    fields = {}
    if values["weekday"] is not None and not 0 <= values["weekday"] <= 6:
        fields["weekday"] = "Choose a day from 0 (Monday) to 6 (Sunday)."
    if not 0 <= values["hour"] <= 23:
        fields["hour"] = "Choose an hour from 0 to 23."
    if fields:
        raise Invalid(" ".join(fields.values()), fields)
    chosen = ReportSettings(user_id=user.id, **values)
    values["next_at"] = _next(user, chosen, clock.now()) if chosen.wanted else None
    db.upsert(session, SETTINGS, {"user_id": user.id}, values)
    feed.changed(session, user.id)
    return settings_of(session, user)


def send_due(limit: int = 50) -> int:
    """Send the reports of everybody whose day and hour have come, and set when their next comes; gives how many.

    After downtime the newest week is sent and the others are left to the archive, which makes them on demand. Making a
    report takes its time, so it is done before anything is locked; who comes first to a row sends it.
    """
    with db.session(writes=True) as session:
        _welcome(session)
    count = 0
    while True:
        with db.session() as session:
            drafts = _drafts(session, limit)
        if not drafts:
            return count
        with db.session(writes=True) as session:
            count += sum(_send_once(session, draft) for draft in drafts)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be sent to somebody whose hour came `at`; no report where there is nothing to tell."""

    user: User
    at: datetime
    due: datetime
    next_at: datetime
    report: Report | None


def _drafts(session: Session, limit: int) -> list[Draft]:
    now = clock.now()
    query = (
        select(User, ReportSettings)
        .join(ReportSettings, col(ReportSettings.user_id) == col(User.id))
        .where(col(ReportSettings.next_at) <= now)
        .order_by(col(ReportSettings.next_at))
        .limit(limit)
    )
    found = session.execute(query).all()
    coming = _coming(session, [user for user, _ in found if user.deactivated_at is None])
    drafts = []
    for user, chosen in found:
        due, next_at = _last(user, chosen, now), _next(user, chosen, now)
        first = _reported_on(user, clock.local_day(due, user))
        try:
            report = None if user.deactivated_at else make(session, user, first, coming.get(user.id))
        except Exception:
            # Whatever is wrong with one person's week must not keep the next from getting theirs.
            log.exception("A weekly report broke; it is tried again in an hour.")
            report, next_at = None, now + AFTER_A_FAULT
        drafts.append(Draft(user, cast(datetime, chosen.next_at), due, next_at, report))
    return drafts


def _coming(session: Session, users: Sequence[User]) -> dict[UUID, list[AtRisk]]:
    """The outlook of everybody at once, which costs a fraction of asking one by one; without it each is asked alone."""
    try:
        return outlook.risky(session, users)
    except Exception:
        log.exception("The outlook of many broke; each is asked alone.")
        return {}


def _send_once(session: Session, draft: Draft) -> bool:
    """Whoever moves the row on and writes the week's report sends it; a person without any habit is left in peace."""
    mine = (SETTINGS.c.user_id == draft.user.id) & (SETTINGS.c.next_at == draft.at)
    moved = update(SETTINGS).where(mine).values(next_at=draft.next_at).returning(SETTINGS.c.user_id)
    report = draft.report
    if session.execute(moved).first() is None or report is None or not report.habits:
        return False
    values = {"figures": FORM.dump_python(report, mode="json"), "created_at": clock.now()}
    new = db.insert(session, REPORTS).values(user_id=draft.user.id, week=report.first, **values)
    if session.execute(new.on_conflict_do_nothing().returning(REPORTS.c.week)).first() is None:
        return False
    return _tell(session, draft.user, report, draft.due) is not None


def _tell(session: Session, user: User, report: Report, due: datetime) -> UUID | None:
    rate = "Nothing was due." if report.rate is None else f"You kept {report.kept} of {report.due}."
    begins = report.first.day if report.first.month == report.last.month else f"{report.first.day} {report.first:%B} "
    title = f"Your week, {begins}–{report.last.day} {report.last:%B}"
    link = f"/report?week={report.first}"
    told = {name: value for name, value in FORM.dump_python(report, mode="json").items() if name in TOLD}
    return inbox.plan(session, user, Message(Kind.report, str(report.first), title, rate, link, details=told), due)


def _reported_on(user: User, day: date) -> date:
    """The first day of the week that a report of `day` is about: the one before, or on its last day the week itself."""
    return period_of("week", day + DAY, user.week_start)[0] - WEEK


def _next(user: User, chosen: ReportSettings, after: datetime) -> datetime:
    weekday = user.week_start if chosen.weekday is None else chosen.weekday
    today = after.astimezone(ZoneInfo(user.timezone)).date()
    day = today + DAY * ((weekday - today.weekday()) % 7)
    at = clock.instant(day, time(chosen.hour), user.timezone)
    return at if at > after else clock.instant(day + WEEK, time(chosen.hour), user.timezone)


def _last(user: User, chosen: ReportSettings, until: datetime) -> datetime:
    """The newest of the person's report times that has come: a week has not always 168 hours."""
    weekday = user.week_start if chosen.weekday is None else chosen.weekday
    today = until.astimezone(ZoneInfo(user.timezone)).date()
    day = today - DAY * ((today.weekday() - weekday) % 7)
    at = clock.instant(day, time(chosen.hour), user.timezone)
    return at if at <= until else clock.instant(day - WEEK, time(chosen.hour), user.timezone)


def _welcome(session: Session, limit: int = 1000) -> None:
    """Give people who have none yet their settings; their first report is the next that comes."""
    known = select(col(ReportSettings.user_id)).where(col(ReportSettings.user_id) == col(User.id)).exists()
    for user in session.scalars(select(User).where(~known, col(User.deactivated_at).is_(None)).limit(limit)).all():
        next_at = _next(user, ReportSettings(user_id=user.id), clock.now())
        new = db.insert(session, SETTINGS).values(user_id=user.id, wanted=True, hour=8, next_at=next_at)
        session.execute(new.on_conflict_do_nothing())
