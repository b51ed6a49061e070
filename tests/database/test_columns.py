from sqlalchemy import select
from sqlmodel import col

from habit_coach import db
from habit_coach.accounts import users
from habit_coach.accounts.models import User
from habit_coach.columns import Epoch


def test_an_instant_is_the_same_second_in_sql_as_in_python(database):
    with db.session(writes=True) as session:
        ada = users.create(session, "ada@example.com", "seven green bottles")
        seconds = session.scalars(select(Epoch(col(User.created_at)))).one()
    assert int(seconds) == int(ada.created_at.timestamp())
