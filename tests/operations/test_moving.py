from datetime import UTC, datetime

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import select, text

from habit_coach import db
from habit_coach.__main__ import main
from habit_coach.errors import Conflict, HabitCoachError
from habit_coach.operations import moving, schema
from habit_coach.settings import driver_url
from habit_coach.transfer import demo
from tests.conftest import DATABASES, TestClient, use
from tests.operations.conftest import empty_postgres

pytestmark = [
    pytest.mark.skipif("postgresql" not in DATABASES, reason="PostgreSQL does not answer"),
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


@pytest.fixture
def target(database):
    with empty_postgres() as url:
        yield url


def everything(engine) -> dict[str, list[tuple]]:
    with engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table).order_by(*table.primary_key))))
            for table in schema.tables()
        }


def test_every_row_of_every_table_arrives_as_it_was(client, ada, target):
    demo.make("seven green bottles")
    done = CliRunner().invoke(main, ["move", "--to", target], catch_exceptions=False)
    assert "DATABASE_URL" in done.output
    moved = db.open_engine(driver_url(target))
    assert everything(moved) == everything(db.engine())
    moved.dispose()


def test_the_same_requests_get_the_same_answers_from_the_new_database(client, ada, target, monkeypatch):
    from habit_coach.api.app import build_api

    habit = ada.habit(schedule={"kind": "daily"})
    ada.check_in(habit)
    with time_machine.travel(datetime.now(UTC), tick=False):
        before = ada.call("GET", "/habits").json(), ada.call("GET", f"/habits/{habit}/stats").json()
        moving.move(driver_url(target), lambda name, count: None)
        use(monkeypatch, database_url=target)
        ada.client = TestClient(build_api(), base_url="http://localhost:8000")
        assert before == (ada.call("GET", "/habits").json(), ada.call("GET", f"/habits/{habit}/stats").json())
        ada.check_in(habit)


def test_a_target_with_rows_is_refused_and_stays_as_it_is(client, ada, target):
    moving.move(driver_url(target), lambda name, count: None)
    with pytest.raises(Conflict, match="empty database"):
        moving.move(driver_url(target), lambda name, count: None)


def test_a_move_that_fails_leaves_the_target_without_a_row(client, ada, target):
    def fail(name: str, count: int) -> None:
        if name == "login_session":
            raise HabitCoachError("The line went dead.")

    with pytest.raises(HabitCoachError):
        moving.move(driver_url(target), fail)
    assert moving.move(driver_url(target), lambda name, count: None) > 0


def test_a_database_that_is_not_up_to_date_is_not_moved(client, ada, target):
    with db.engine().begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    with pytest.raises(Conflict, match="migrate"):
        moving.move(driver_url(target), lambda name, count: None)
