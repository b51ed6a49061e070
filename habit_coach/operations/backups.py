"""Backups: one file with a consistent copy of the database, taken while the app goes on, and the key that goes with it.

What is sealed in the database can be read, and who is signed in stays so, only with the same secret key. When it comes
from the environment it is not in the backup: whoever keeps it there keeps it for the restore, too.
"""

import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import MetaData

from habit_coach import clock, db
from habit_coach.accounts.models import User
from habit_coach.errors import Conflict, Invalid, NotFound
from habit_coach.operations import copies, schema
from habit_coach.settings import settings

KEPT = 7
NAME = "habit-coach-%Y%m%dT%H%M%SZ.tar.gz"
PATTERN = "habit-coach-*.tar.gz"
UNFINISHED = ".unfinished-"
ABANDONED_AFTER = timedelta(days=1)
ABOUT, DATABASE, KEY = "about.json", "database", "secret.key"
FORM = 1


def folder() -> Path:
    """Where backups are kept."""
    return settings().data / "backups"


def make() -> Path:
    """Make a backup, for its owner's eyes only; its file appears once it is whole and on the disk."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder() / clock.now().strftime(NAME)
    with _room() as room:
        copies.take(room / DATABASE)
        with db.engine().connect() as connection:
            about = {"form": FORM, "database": connection.dialect.name, "revision": schema.revision(connection)}
        (room / ABOUT).write_text(json.dumps(about), "utf-8")
        if settings().secret_key is None and (settings().data / KEY).exists():
            shutil.copy(settings().data / KEY, room / KEY)
        _pack(room, unfinished := room / path.name)
        unfinished.replace(path)
    return path


def forget_old() -> int:
    """Keep the newest seven; gives how many went."""
    old = sorted(folder().glob(PATTERN), reverse=True)[KEPT:]
    for path in old:
        path.unlink(missing_ok=True)
    for path in folder().glob(f"{UNFINISHED}*"):
        if path.stat().st_mtime < (clock.now() - ABANDONED_AFTER).timestamp():
            shutil.rmtree(path, ignore_errors=True)
    return len(old)


def restore(path: Path, *, force: bool) -> Path | None:
    """Put a backup in the place of the database that the settings name, and bring it up to date.

    Raises Conflict when that database has accounts, unless `force`; then it is backed up first, and the file is given.
    Raises NotFound or Invalid for a file that is no backup, or not one for this kind of database.
    """
    with _room() as room:
        _unpack(path, room)
        _require_fitting(json.loads((room / ABOUT).read_text("utf-8")))
        saved = _make_way(force)
        copies.put_back(room / DATABASE)
        if (room / KEY).exists():
            shutil.copy(room / KEY, room / "mine")
            (room / "mine").chmod(0o600)
            (room / "mine").replace(settings().data / KEY)
    schema.migrate()
    return saved


@contextmanager
def _room() -> Iterator[Path]:
    """A folder for what is not finished, on the disk that it is for."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=UNFINISHED, dir=folder()) as room:
        yield Path(room)


def _pack(room: Path, path: Path) -> None:
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:
            for name in (ABOUT, KEY, DATABASE):
                if (room / name).exists():
                    archive.add(room / name, arcname=name)
        file.flush()
        os.fsync(file.fileno())


def _unpack(path: Path, room: Path) -> None:
    try:
        with tarfile.open(path, "r:gz") as archive:
            for name in archive.getnames():
                if name in (ABOUT, KEY, DATABASE) and (member := archive.extractfile(name)):
                    with member, (room / name).open("xb") as file:
                        shutil.copyfileobj(member, file)
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}. The backups are in {folder()}.") from None
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Invalid(f"{path} cannot be read as a backup: {error}") from None
    if not (room / ABOUT).exists() or not (room / DATABASE).exists():
        raise Invalid(f"{path} is not a backup of Habit Coach.")


def _require_fitting(about: dict[str, Any]) -> None:
    kind = db.engine().dialect.name
    if about.get("database") != kind:
        raise Conflict(
            f"This backup is of a {about.get('database')} database, and the settings name one of {kind}. "
            "Restore it where the settings name the same kind, then use `python -m habit_coach move`."
        )
    if about.get("form") != FORM or not schema.knows(str(about.get("revision"))):
        raise Conflict("This backup was made by a newer version of Habit Coach. Update, then restore it.")


def _make_way(force: bool) -> Path | None:
    """Empty the database, if that is allowed; gives the backup of what was there."""
    with db.engine().connect() as connection:
        accounts = schema.rows(connection, User.__table__)  # type: ignore[attr-defined]
    if accounts and not force:
        raise Conflict(
            f"The database that the settings name has {accounts} accounts. "
            "Add --force to replace them; they are backed up first."
        )
    saved = make() if accounts else None
    with db.engine().begin() as connection:
        there = MetaData()
        ours = {table.name for table in schema.tables()} | {"alembic_version"}
        there.reflect(connection, only=lambda name, _: name in ours)
        there.drop_all(connection)
    db.engine().dispose()
    return saved
