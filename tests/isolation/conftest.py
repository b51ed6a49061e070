"""Ada, who has something of everything, each with a word in it that must never reach anybody else."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import Uuid, select
from sqlmodel import SQLModel

from habit_coach import db
from habit_coach.accounts import sessions
from habit_coach.accounts.models import User
from habit_coach.accounts.sessions import Device
from tests.conftest import Person

MARK = "zebrafinch"


@dataclass(frozen=True)
class Owned:
    """What there is of Ada's, by the names that routes and handlers give their arguments."""

    user: UUID
    by_name: dict[str, str]


@pytest.fixture
def owned(ada: Person) -> Owned:
    ada.call("PATCH", "/auth/me", json={"name": f"Ada {MARK}"})
    habit = ada.habit(name=f"Read {MARK}", description=MARK, group=MARK, tags=[MARK])
    ada.check_in(habit, note=MARK)
    pause = ada.call("POST", f"/habits/{habit}/pauses", json={"first": "2026-01-01", "last": "2026-01-02"})
    notice = ada.call("POST", "/notifications", json={"title": MARK, "body": MARK})
    link = ada.call("POST", f"/habits/{habit}/links", json={"name": MARK})
    token = ada.call("POST", "/auth/tokens", json={"name": MARK, "scopes": ["read"]})
    channel = ada.call("POST", "/channels", json={"kind": "webhook", "url": "https://1.1.1.1/hook", "label": MARK})
    login = ada.call("GET", "/auth/sessions").json()["items"][0]
    me = ada.call("GET", "/auth/me").json()["id"]
    named = {
        "habit_id": habit,
        "pause_id": pause.json()["id"],
        "notification_id": notice.json()["id"],
        "link_id": link.json()["id"],
        "token_id": token.json()["id"],
        "channel_id": channel.json()["id"],
        "delivery_id": channel.json()["id"],
        "session_id": login["id"],
        "user_id": me,
    }
    return Owned(UUID(me), named)


@pytest.fixture
def kept(owned: Owned) -> Callable[[], dict[str, list[str]]]:
    """Reads every row of Ada's, in every table."""

    def rows() -> dict[str, list[str]]:
        found = {}
        with db.engine().connect() as connection:
            for table in SQLModel.metadata.sorted_tables:
                column = table.c.get("user_id", table.c.get("id") if table is User.__table__ else None)
                if column is not None and isinstance(column.type, Uuid):
                    of_ada = connection.execute(select(table).where(column == owned.user))
                    found[table.name] = sorted(map(str, of_ada))
        return found

    return rows


@pytest.fixture
def cookie_of() -> Callable[[Person], str]:
    """A browser of this person's: the value of its cookie."""

    def made(person: Person) -> str:
        with db.session(writes=True) as session:
            user = session.scalars(select(User).where(User.email == person.email)).one()
            return sessions.start_in_browser(session, user, Device())

    return made
