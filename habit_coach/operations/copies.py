"""A consistent copy of the whole database in one file, and the way back: SQLite's own backup, and PostgreSQL's dump."""

import os
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from habit_coach import db
from habit_coach.errors import HabitCoachError, Invalid


def take(path: Path) -> None:
    """Copy the database as it is at one instant into a new file; whoever writes meanwhile is not held up."""
    url = db.engine().url
    if url.get_backend_name() == "sqlite":
        with closing(_open(str(url.database))) as live, closing(sqlite3.connect(path)) as copy:
            live.backup(copy)
            _require_sound(copy)
    else:
        _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")


def put_back(path: Path) -> None:
    """Fill the empty database of the settings from such a file: all of it, or nothing."""
    url = db.engine().url
    if url.get_backend_name() == "sqlite":
        with closing(_open(str(path))) as copy, closing(sqlite3.connect(str(url.database), timeout=10)) as live:
            _require_sound(copy)
            copy.backup(live)
    else:
        _run("pg_restore", url, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(path))


def _open(path: str) -> sqlite3.Connection:
    try:
        return sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=10)
    except sqlite3.OperationalError as error:
        raise HabitCoachError(f"The database {path} cannot be opened: {error}.") from None


def _require_sound(database: sqlite3.Connection) -> None:
    try:
        (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        raise Invalid(f"The copy of the database is damaged: {verdict}")


def _run(program: str, url: URL, *options: str) -> None:
    """One of PostgreSQL's own programs; the password goes by the environment, where no list of processes shows it."""
    address = url.set(drivername="postgresql", password=None).render_as_string()
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    command: Sequence[str] = [program, f"--dbname={address}", *options]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise HabitCoachError(
            f"{program} is not installed here. It comes with PostgreSQL's client: on Debian and Ubuntu, "
            "apt install postgresql-client, of the server's version or newer."
        ) from None
    if done.returncode:
        raise HabitCoachError(f"{program} failed: {done.stderr.strip()[-500:]}")
