from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlmodel import SQLModel

from habit_coach import db
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
