"""Pages read rows that grow with the habits, not with the years: SQLite's own count of its steps shows it."""

from datetime import timedelta

import pytest

from habit_coach import clock, db
from habit_coach.accounts import users
from habit_coach.habits import entry, habit, overview, standing, today
from habit_coach.habits.drafts import HabitDraft
from habit_coach.habits.entry import Change
from habit_coach.habits.models import Entry
from habit_coach.predictions import today as outlook
from habit_coach.reports import weekly

HABITS = 20


@pytest.fixture
def user(database):
    with db.session(writes=True) as session:
        return users.create(session, "ada@example.com", "seven green bottles")


def live(user, days):
    """Twenty habits, each done on every one of so many days."""
    now, last = clock.now(), clock.today(user)
    with db.session(writes=True) as session:
        start = last - timedelta(days=days)
        habits = [habit.create(session, user, HabitDraft(name=f"Habit {n}", start_date=start)) for n in range(HABITS)]
        same = {"user_id": user.id, "state": "done", "note": "", "source": "web", "created_at": now, "updated_at": now}
        rows = [
            same | {"habit_id": one.id, "day": start + timedelta(days=back)} for one in habits for back in range(days)
        ]
        session.execute(Entry.__table__.insert(), rows)
        for one in habits:
            standing.rebuild(session, user, one)
        return habits


def effort(work):
    """What `work(session)` asks of the database: hundreds of SQLite's steps, and statements."""
    statements, steps = [], []

    with db.session(writes=True) as session:
        real = session.connection().connection.dbapi_connection
        real.set_trace_callback(statements.append)
        real.set_progress_handler(lambda: steps.append(1), 100)
        work(session)
        real.set_progress_handler(None, 0)
        real.set_trace_callback(None)
    return len(steps), len(statements)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("work", "days"),
    [("today", 150), ("check in", 150), ("list", 150), ("weekly report", 150), ("slipping", 365), ("overview", 800)],
)
def test_ten_years_cost_what_the_days_that_are_looked_at_do(user, work, days):
    def run(habits):
        work_of = {
            "today": lambda session: today.of(session, user),
            "check in": lambda session: entry.check_in(session, user, habits[0].id, Change()),
            "list": lambda session: standing.of_all(session, user, habits),
            "weekly report": lambda session: weekly.make(session, user, clock.today(user) - timedelta(days=7), []),
            "slipping": lambda session: outlook.slipping(session, user),
            "overview": lambda session: overview.of(session, user),
        }
        return effort(work_of[work])

    short = run(live(user, days))
    with db.session(writes=True) as session:
        for one in habit.listed(session, user):
            habit.erase(session, user, one.id)
    long = run(live(user, 3650))
    assert long[1] <= short[1]
    assert long[0] <= short[0] * 1.2 + 5


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_today_takes_as_many_statements_for_twenty_habits_as_for_none(user):
    none = effort(lambda session: today.of(session, user))
    live(user, 30)
    assert effort(lambda session: today.of(session, user))[1] <= none[1] + 1
