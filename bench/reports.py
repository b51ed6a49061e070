"""Weekly reports composed, figures and both forms of the letter, and not sent: python -m bench.reports [USERS]

Each user has five habits and a year of entries. One core; the CPU time counts.
"""

import gc
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.figures import Figure, line
from bench.filled import account, database

if TYPE_CHECKING:
    from sqlmodel import Session

    from habit_coach.accounts.models import User

HABITS, DAYS = 5, 365
AIM = 200
AT_ONCE = 50  # as many as `weekly.send_due` takes


def figures(users: int = 100) -> list[Figure]:
    with database():
        for number in range(users):
            account(f"{number}@example.com", HABITS, DAYS)
        took = composed()
    beside = f"{users} users with {HABITS} habits and {DAYS} days each, {1000 * took / users:.1f} ms of CPU a report"
    return [Figure("Weekly reports composed on one core", users / took, AIM, "users/s", beside=beside)]


def composed() -> float:
    """CPU seconds for everybody's report and its letter; what is loaded and compiled once is not counted."""
    from sqlmodel import select

    from habit_coach import db
    from habit_coach.accounts.models import User

    with db.session() as session:
        everybody = session.exec(select(User)).all()
        compose(session, everybody[:1])
        gc.freeze()  # as the worker does
        began = time.process_time()
        for start in range(0, len(everybody), AT_ONCE):
            compose(session, everybody[start : start + AT_ONCE])
        return time.process_time() - began


def compose(session: "Session", some: "Sequence[User]") -> None:
    """Last week's report of each of them, and the letter about it."""
    from habit_coach import clock
    from habit_coach.columns import new_id
    from habit_coach.habits.schedule import period_of
    from habit_coach.notifications.models import Notification
    from habit_coach.notifications.parcel import Parcel
    from habit_coach.reports import letter, outlook, weekly

    coming = outlook.risky(session, some)
    for user in some:
        first = period_of("week", clock.today(user) - weekly.WEEK, user.week_start)[0]
        report = weekly.make(session, user, first, coming[user.id])
        subject = {"kind": "report", "subject": str(first), "title": "Your week", "link": f"/report?week={first}"}
        letter.composed(Parcel(new_id(), user, Notification(user_id=user.id, **subject)), report)


if __name__ == "__main__":
    for figure in figures(*map(int, sys.argv[1:])):
        print(line(figure))
