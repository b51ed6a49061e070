import os
import tarfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import select
from starlette.testclient import TestClient

from habit_coach import db, runs
from habit_coach.__main__ import main
from habit_coach.accounts import users
from habit_coach.api.app import build_api
from habit_coach.errors import Invalid, NotFound
from habit_coach.operations import backups, schema
from habit_coach.settings import settings
from tests.conftest import Person

QUESTIONS = (
    "/auth/me",
    "/auth/sessions",
    "/auth/tokens",
    "/habits",
    "/notifications",
    "/channels",
    "/channels/push-key",
    "/transfer/export/json",
)


def answers(client: TestClient, person: Person, habits: list[str]) -> dict[str, object]:
    """What the server says to everything that this person can ask."""
    paths = [*QUESTIONS, *(f"/habits/{one}/{what}" for one in habits for what in ("entries", "stats"))]
    found = {path: client.get(f"/api/v1{path}", headers=person.headers) for path in paths}
    return {path: (answer.status_code, answer.text) for path, answer in found.items()}


def command(*words: str) -> str:
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    return done.output


@pytest.fixture
def habits(ada) -> list[str]:
    """A yes-or-no habit and a counted one, with a history, a note and a webhook whose secret is sealed."""
    began = (datetime.now(UTC) - timedelta(days=20)).date()
    made = [
        ada.habit(schedule={"kind": "daily"}, start_date=str(began)),
        ada.habit(name="Wasser", kind="numeric", unit="l", target=2, schedule={"kind": "daily"}, start_date=str(began)),
    ]
    for days in range(10):
        ada.check_in(made[0], day=str(began + timedelta(days=days)), note="“früh” ☀")
        ada.check_in(made[1], day=str(began + timedelta(days=days)), value=days / 4)
    webhook = {"kind": "webhook", "label": "Home", "url": "https://9.9.9.9/hook"}
    assert ada.call("POST", "/channels", json=webhook).status_code == 201
    return made


def test_a_restore_into_an_empty_place_gives_the_same_answers_to_the_same_requests(client, ada, habits, elsewhere):
    with time_machine.travel(datetime.now(UTC), tick=False):
        before = answers(client, ada, habits)
        path = backups.make()
        ada.habit(name="After the backup")
        elsewhere()
        assert "Restored." in command("restore", str(path))
        with TestClient(build_api(), base_url="http://localhost:8000") as anew:
            assert answers(anew, ada, habits) == before
        assert {status for status, _ in before.values()} == {200}


def test_what_is_in_a_backup_is_for_its_owner_only_and_there_only_once_it_is_whole(client, ada):
    path = backups.make()
    assert path.stat().st_mode & 0o077 == 0
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    with tarfile.open(path) as archive:
        assert set(archive.getnames()) == {"about.json", "database", "secret.key"}


def test_a_backup_taken_while_people_check_in_has_all_that_was_answered_before_it(client, ada, elsewhere):
    habit = ada.habit(kind="numeric", unit="l", target=2, schedule={"kind": "daily"})
    ended, first = threading.Event(), threading.Event()
    answered: list[float] = []

    def write() -> None:
        while not ended.is_set():
            answered.append(ada.check_in(habit, increment=1)["entry"]["value"])
            first.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert first.wait(30)
    before = answered[-1]
    path = backups.make()
    ended.set()
    writer.join()
    elsewhere()
    backups.restore(path, force=False)
    with TestClient(build_api(), base_url="http://localhost:8000") as anew:
        (entry,) = anew.get(f"/api/v1/habits/{habit}/entries", headers=ada.headers).json()["items"]
    assert before <= entry["value"] <= answered[-1]


def test_a_database_with_accounts_is_not_overwritten_unless_told_to(client, ada, grace):
    path = backups.make()
    words = command("restore", str(path))
    assert "2 accounts" in words
    assert "--force" in words


def test_what_a_forced_restore_replaces_is_backed_up_first(client, ada):
    with time_machine.travel("2026-03-10T12:00:00+00:00"):
        path = backups.make()
    with db.session(writes=True) as session:
        users.create(session, "late@example.com", "seven green bottles")
    saved = backups.restore(path, force=True)
    assert emails() == {"ada@example.com"}
    backups.restore(saved, force=True)
    assert emails() == {"ada@example.com", "late@example.com"}


def emails() -> set[str]:
    with db.session() as session:
        return set(session.scalars(select(users.User.email)))


def test_the_newest_seven_are_kept(database):
    with time_machine.travel("2026-03-01T00:20:00+00:00", tick=False) as now:
        for _ in range(9):
            backups.make()
            now.shift(timedelta(days=1))
    assert backups.forget_old() == 2
    kept = sorted(path.name for path in backups.folder().iterdir())
    assert (len(kept), kept[0]) == (7, "habit-coach-20260303T002000Z.tar.gz")


def test_what_a_killed_backup_left_behind_goes_after_a_day(database):
    left = backups.folder() / ".unfinished-abc"
    left.mkdir(parents=True)
    (left / "database").touch()
    backups.forget_old()
    assert left.exists()
    os.utime(left, (0, 0))
    backups.forget_old()
    assert not left.exists()


def test_the_nightly_backup_is_made_once_by_however_many_workers(database):
    from habit_coach.tasks import back_up

    with time_machine.travel("2026-03-10T00:20:00+00:00", tick=False) as now:
        for _ in range(3):
            back_up.call_local()
            now.shift(timedelta(hours=1))
        assert len(list(backups.folder().iterdir())) == 1
        now.shift(timedelta(days=1))
        back_up.call_local()
        assert len(list(backups.folder().iterdir())) == 2
    with db.session() as session:
        assert {run.error for run in runs.latest(session)} == {""}


@pytest.mark.usefixtures("database")
def test_a_file_that_is_no_backup_is_refused_and_changes_nothing(tmp_path, ada):
    (tmp_path / "text.tar.gz").write_text("not an archive")
    with tarfile.open(tmp_path / "other.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "text.tar.gz", "other")
    for name, refusal in (("text.tar.gz", Invalid), ("other.tar.gz", Invalid), ("nowhere.tar.gz", NotFound)):
        with pytest.raises(refusal):
            backups.restore(tmp_path / name, force=True)
    assert emails() == {"ada@example.com"}


def repacked(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The backup with one of its files changed."""
    inside = path.parent / "inside"
    with tarfile.open(path) as archive:
        archive.extractall(inside, filter="data")
    (inside / name).write_bytes(change((inside / name).read_bytes()))
    with tarfile.open(path, "w:gz") as archive:
        for one in inside.iterdir():
            archive.add(one, one.name)
    return path


def test_a_backup_whose_copy_of_the_database_is_damaged_is_refused(client, ada, elsewhere):
    path = repacked(backups.make(), "database", lambda copy: copy[: len(copy) // 2])
    elsewhere()
    assert "Error: " in command("restore", str(path))


def test_a_backup_of_another_kind_of_database_is_refused_with_the_way_there(client, ada, database):
    other = {"sqlite": b'"postgresql"', "postgresql": b'"sqlite"'}[database]
    path = repacked(backups.make(), "about.json", lambda about: about.replace(f'"{database}"'.encode(), other))
    assert "python -m habit_coach move" in command("restore", str(path), "--force")
    assert emails() == {"ada@example.com"}


def test_a_backup_of_a_newer_version_is_refused(client, ada):
    path = repacked(backups.make(), "about.json", lambda about: about.replace(schema.newest().encode(), b"newer"))
    assert "Update" in command("restore", str(path), "--force")
    assert emails() == {"ada@example.com"}


def test_a_key_from_the_environment_stays_out_of_the_backup_and_the_command_says_so(client, ada, monkeypatch):
    from tests.conftest import use

    use(monkeypatch, secret_key="a key of more than thirty-two characters")
    assert "HABIT_COACH_SECRET_KEY is not in it" in command("backup")
    (path,) = (settings().data / "backups").iterdir()
    with tarfile.open(path) as archive:
        assert "secret.key" not in archive.getnames()
