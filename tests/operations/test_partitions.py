import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner
from sqlalchemy import text
from sqlmodel import SQLModel
from starlette.testclient import TestClient

from habit_coach import db
from habit_coach.__main__ import main
from habit_coach.api.app import build_api
from habit_coach.operations import backups, schema
from tests.conftest import Person


def partition() -> str:
    return CliRunner().invoke(main, ["partition", "--parts", "4"], catch_exceptions=False).output


@pytest.fixture
def people(database, elsewhere):
    """Two people with entries, in a database of their own."""
    elsewhere()
    schema.migrate()
    with TestClient(build_api(), base_url="http://localhost:8000") as client:
        yield [Person(client, email) for email in ("ada@example.com", "grace@example.com")]


def entries(person: Person, habit: str) -> list[dict]:
    return person.call("GET", f"/habits/{habit}/entries").json()["items"]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_entries_in_parts_are_the_same_entries_and_everything_goes_on(people):
    habits = {person: person.habit(start_date="2026-01-01") for person in people}
    for person, habit in habits.items():
        for day in ("2026-01-01", "2026-01-02", "2026-01-03"):
            person.check_in(habit, day=day, note=person.email)
    before = {person: entries(person, habit) for person, habit in habits.items()}
    assert "6 entries are in 4 parts now" in partition()
    for person, habit in habits.items():
        assert entries(person, habit) == before[person]
        person.check_in(habit, day="2026-01-03", note="again")
        assert len(entries(person, habit)) == 3
        assert person.call("DELETE", f"/habits/{habit}/entries/2026-01-03").status_code == 204
        assert len(entries(person, habit)) == 2
    with db.engine().connect() as connection:
        parts = connection.scalar(text("SELECT count(*) FROM pg_inherits WHERE inhparent = 'entry'::regclass"))
        ours = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    assert parts == 4
    assert all("entry_" in str(one) for one in ours)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_backup_of_entries_in_parts_can_be_restored(people):
    ada = people[0]
    habit = ada.habit()
    ada.check_in(habit)
    partition()
    path = backups.make()
    backups.restore(path, force=True)
    assert len(entries(ada, habit)) == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_twice_is_refused(people):
    partition()
    assert "in parts already" in partition()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_sqlite_is_told_of_the_way(people):
    assert "python -m habit_coach move" in partition()
