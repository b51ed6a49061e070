"""Weekly reports composed, figures and both forms of the letter, and not sent: python -m bench.reports [USERS]

Each user has five habits and a year of entries. One core; the CPU time counts.
"""

import sys
import time

from bench.figures import Figure, line
from bench.filled import account, database

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
    """CPU seconds for everybody's report and its letter."""
    from sqlmodel import select

    from habit_coach import clock, db
    from habit_coach.accounts.models import User
    from habit_coach.columns import new_id
    from habit_coach.habits.schedule import period_of
    from habit_coach.notifications import letters
    from habit_coach.notifications.models import Notification
    from habit_coach.notifications.parcel import Parcel
    from habit_coach.reports import letter, outlook, weekly

    with db.session() as session:
        everybody = session.exec(select(User)).all()
        began = time.process_time()
        coming = {}
        for start in range(0, len(everybody), AT_ONCE):
            coming |= outlook.risky(session, everybody[start : start + AT_ONCE])
        for user in everybody:
            first = period_of("week", clock.today(user) - weekly.WEEK, user.week_start)[0]
            report = weekly.make(session, user, first, coming[user.id])
            subject = {"kind": "report", "subject": str(first), "title": "Your week", "link": f"/report?week={first}"}
            parcel = Parcel(new_id(), user, Notification(user_id=user.id, **subject))
            letters.letter(letter.templates, "weekly", parcel, **letter.words(report))
        return time.process_time() - began


if __name__ == "__main__":
    for figure in figures(*map(int, sys.argv[1:])):
        print(line(figure))
