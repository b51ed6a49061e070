import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import delete, event, func, inspect, select
from sqlmodel import SQLModel

from habit_coach import db
from habit_coach.habits.entry import TABLE
from habit_coach.habits.models import Habit
from habit_coach.operations import schema
from tests.conftest import ROOT, migrate

CONFIG = Config(ROOT / "alembic.ini")


def tables() -> set[str]:
    return set(inspect(db.engine()).get_table_names()) - {"alembic_version"}


def test_the_models_and_the_migrations_describe_the_same_tables(database):
    with db.engine().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


def test_the_migrations_go_down_to_nothing_and_up_again(database):
    before = tables()
    command.downgrade(CONFIG, "base")
    assert tables() == set()
    migrate()
    assert tables() == before


def test_entries_outlive_the_way_down_past_their_table_and_up_again(client, ada):
    habit = ada.habit(start_date="2026-01-01")
    for day, note in (("2026-01-01", "with Sam"), ("2026-01-02", "")):
        ada.check_in(habit, day=day, note=note)
    before = ada.call("GET", f"/habits/{habit}/entries").json()
    command.downgrade(CONFIG, "region")
    migrate()
    assert ada.call("GET", f"/habits/{habit}/entries").json() == before
    with db.session(writes=True) as session:
        session.execute(delete(Habit))
        assert session.scalar(select(func.count()).select_from(TABLE)) == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_entries_lie_in_their_key(database):
    with db.engine().connect() as connection:
        assert inspect(connection).get_table_options("entry") == {"sqlite_with_rowid": False}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("cut", ["CREATE TABLE entry_copy", "INSERT INTO entry_copy", "DROP TABLE", "ALTER TABLE"])
def test_a_migration_of_the_entries_that_is_cut_off_changes_nothing(client, ada, cut):
    habit = ada.habit()
    ada.check_in(habit)
    before = ada.call("GET", f"/habits/{habit}/entries").json()
    command.downgrade(CONFIG, "region")

    def power_fails(_connection, _cursor, statement, *_):
        if statement.strip().startswith(cut):
            raise SystemExit

    event.listen(db.engine(), "after_cursor_execute", power_fails)
    with pytest.raises(SystemExit):
        schema.migrate()
    db.engine().dispose()
    with db.engine().connect() as connection:
        assert schema.revision(connection) == "region"
        assert inspect(connection).has_table("entry_copy") is False
    event.remove(db.engine(), "after_cursor_execute", power_fails)
    schema.migrate()
    assert ada.call("GET", f"/habits/{habit}/entries").json() == before


def test_there_is_one_line_of_migrations():
    assert len(ScriptDirectory.from_config(CONFIG).get_heads()) == 1


def test_every_table_that_grows_with_use_begins_its_key_with_the_user(database):
    keys = {table: inspect(db.engine()).get_pk_constraint(table)["constrained_columns"] for table in tables()}
    assert {table for table, key in keys.items() if key[0] != "user_id"} <= {
        "user",
        "heartbeat",
        "job_run",
        "prediction_model",
        "training_run",
    }  # these grow with jobs, not with use
