import re

import pytest
from click.testing import CliRunner

from habit_coach import db
from habit_coach.__main__ import main
from habit_coach.accounts import passwords, users
from habit_coach.habits import habit as habits
from habit_coach.habits import pauses
from tests.transfer.conftest import Account
from tests.transfer.test_loop_csv import REAL


def run(*arguments: str):
    return CliRunner().invoke(main, arguments)


def test_a_preview_on_the_command_line_writes_nothing(account):
    said = run("import", str(REAL), "--user", "ada@example.com", "--preview")
    assert said.exit_code == 0
    assert "3 habits, 7 days would be added or changed." in said.output
    assert account.habits() == []


def test_an_import_on_the_command_line_says_what_it_did(account):
    said = run("import", str(REAL), "--user", "Ada@Example.com")
    assert "3 habits, 7 days were added or changed." in said.output
    assert "nothing changes" in run("import", str(REAL), "--user", "ada@example.com").output
    assert len(account.habits()) == 3


def test_columns_of_a_plain_file_are_named_on_the_command_line(account, tmp_path):
    (tmp_path / "days.csv").write_text("Wann,Was\n2026-07-03,Swim\n")
    arguments = ("import", str(tmp_path / "days.csv"), "--user", "ada@example.com", "--column", "habit=Was")
    said = run(*arguments, "--column", "day=Wann")
    assert "1 habits, 1 days were added or changed." in said.output
    assert account.days("Swim") == {"2026-07-03": ("done", None, "")}


@pytest.mark.parametrize("ending", ["json", "zip"])
def test_an_account_leaves_and_comes_back_on_the_command_line(account, tmp_path, ending):
    run("import", str(REAL), "--user", "ada@example.com")
    out = tmp_path / f"mine.{ending}"
    assert run("export", "--user", "ada@example.com", "--out", str(out)).output == f"Wrote {out}.\n"
    other = Account("grace@example.com")
    assert "3 habits, 7 days were added" in run("import", str(out), "--user", "grace@example.com").output
    assert other.days("bool habit") == account.days("bool habit")
    assert [path.name for path in tmp_path.iterdir() if "unfinished" in path.name] == []


def test_a_file_that_cannot_be_written_is_one_sentence(account, tmp_path):
    said = run("export", "--user", "ada@example.com", "--out", str(tmp_path / "none" / "x.json"))
    assert said.exit_code == 1
    assert "cannot be written" in said.output


def test_an_unknown_account_or_file_is_one_sentence(account, tmp_path):
    assert "There is no account bob@example.com" in run("import", str(REAL), "--user", "bob@example.com").output
    missing = run("import", str(tmp_path / "none.zip"), "--user", "ada@example.com")
    assert missing.exit_code == 1
    assert missing.output == "Error: There is no file none.zip.\n"


def test_the_demo_can_be_signed_in_to_and_made_twice(database):
    run("demo")
    password = re.search(r"the password (\S+)", run("demo").output)[1]
    with db.session() as session:
        user = users.by_email(session, "demo@example.com")
        assert passwords.matches(password, user.password_hash)
        everything = habits.listed(session, user, archived=None)
        assert len({habit.name for habit in everything}) == len(everything) > 8
        assert {habit.kind for habit in everything} == {"binary", "numeric"}
        assert {rule["schedule"]["kind"] for habit in everything for rule in habit.rules} == {
            "daily",
            "weekdays",
            "per_period",
            "every",
            "monthly",
        }
        assert len(pauses.listed(session, user)) == 1
        assert users.count(session) == 1
