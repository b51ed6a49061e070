"""A wrong password and an unknown address cost the same: one full bcrypt (see bench/sign_in_timing.py)."""

import bcrypt
import pytest

from habit_coach import db
from habit_coach.accounts import sessions, users
from habit_coach.errors import NotSignedIn


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_each_refused_sign_in_costs_one_hash_of_the_full_cost(database, monkeypatch, email):
    with db.session(writes=True) as session:
        users.create(session, "ada@example.com", "seven green bottles")
    hashed, checkpw = [], bcrypt.checkpw

    def counted(password: bytes, against: bytes) -> bool:
        hashed.append(against[:7])
        return checkpw(password, against)

    with db.session() as session:
        with pytest.raises(NotSignedIn):
            sessions.authenticate(session, "warm-up@example.com", "not the password", "192.0.2.1")
        monkeypatch.setattr(bcrypt, "checkpw", counted)
        with pytest.raises(NotSignedIn):
            sessions.authenticate(session, email, "not the password", "192.0.2.1")
    assert hashed == [b"$2b$04$"]
