"""A migration while the version before it still serves: the next one's columns and tables arrive under its feet."""

import os
from collections.abc import Iterator

import psycopg2
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect

from habit_coach import db
from habit_coach.operations import schema
from habit_coach.settings import driver_url
from tests.browser.conftest import Server, running
from tests.conftest import ROOT
from tests.faults.load import Load

NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "next_version", "{newest}"

def upgrade():
    op.create_table("mood", sa.Column("user_id", sa.Uuid(), primary_key=True), sa.Column("word", sa.String(20)))
    op.add_column("entry", sa.Column("mood", sa.String(20)))
    op.create_index("ix_entry_mood", "entry", ["mood"])

def downgrade():
    op.drop_index("ix_entry_mood", "entry")
    op.drop_column("entry", "mood")
    op.drop_table("mood")
"""


@pytest.fixture
def next_version(tmp_path) -> Config:
    folder = tmp_path / "next"
    folder.mkdir()
    (folder / "next_version.py").write_text(NEXT.format(newest=schema.newest()))
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("version_locations", f"{ROOT / 'alembic' / 'versions'}{os.pathsep}{folder}")
    return config


@pytest.fixture(params=["sqlite", "postgresql"])
def served(request, tmp_path, pages, next_version) -> Iterator[tuple[Server, Engine]]:
    """A server, and its database as the command line opens it; the migration is taken back at the end."""
    if request.param == "sqlite":
        with running(tmp_path) as server:
            yield server, db.open_engine(f"sqlite:///{tmp_path / 'habit_coach.db'}")
        return
    system = request.getfixturevalue("system")
    engine = db.open_engine(driver_url(system.environment["HABIT_COACH_DATABASE_URL"]))
    yield system, engine
    with engine.connect() as connection:
        next_version.attributes["connection"] = connection
        command.downgrade(next_version, "-1")
        connection.commit()
    engine.dispose()


def test_everybody_goes_on_while_it_runs_and_afterwards(served, next_version):
    server, engine = served
    load = Load(server, f"{engine.dialect.name}@example.com")
    load.wait_for(20)
    schema.upgrade(next_version, engine)
    load.wait_for_more()
    load.end()
    assert "mood" in {column["name"] for column in inspect(engine).get_columns("entry")}
    engine.dispose()
    assert load.refused == []
    assert load.answered == load.kept() == load.sent


def test_behind_a_long_query_it_gives_way_to_those_who_check_in(system, next_version, monkeypatch):
    url = system.environment["HABIT_COACH_DATABASE_URL"]
    engine = db.open_engine(driver_url(url))
    report = psycopg2.connect(url)
    report.cursor().execute("SELECT count(*) FROM entry")  # and the transaction stays open
    load = Load(system, "behind@example.com")
    load.wait_for(10)
    monkeypatch.setattr(schema, "TRIES", 2)
    monkeypatch.setattr(schema, "_config", lambda: next_version)
    with pytest.raises(schema.Conflict, match="Run this again"):
        schema.migrate(engine)
    load.wait_for_more()
    load.end()
    report.close()
    engine.dispose()
    assert load.refused == []
    assert load.answered == load.kept() == load.sent
