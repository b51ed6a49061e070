"""Bringing a history along: a file is shown first, and written only when the person says so."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import reflex as rx

from habit_coach import clock, db
from habit_coach.accounts import users
from habit_coach.errors import HabitCoachError, Invalid
from habit_coach.settings import settings
from habit_coach.transfer import formats
from habit_coach.transfer import importing as transfer
from habit_coach.transfer.files import LARGEST_FILE, MEGABYTE
from habit_coach.transfer.plain_csv import Sheet
from habit_coach.ui.formats import number, percent
from habit_coach.ui.session import signed_in
from habit_coach.ui.words import counted

KEPT_FOR = timedelta(hours=6)
CHUNK = MEGABYTE
SHOW_EVERY = 0.4
LABELS = {
    "day": "Day",
    "habit": "Habit",
    "state": "Done or not",
    "value": "Number",
    "unit": "Unit",
    "note": "Note",
    "group": "Group",
}


@dataclass(frozen=True)
class Line:
    """One habit of the file, and what becomes of it."""

    name: str
    asks: str
    days: str
    new: bool


@dataclass(frozen=True)
class Found:
    """What is in a file, in words; `done` once it is written."""

    says: str = ""
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    nothing_new: bool = False
    done: bool = False


@dataclass(frozen=True)
class Column:
    """One of our columns: what it is for, and which of the file's columns it is read from."""

    ours: str
    label: str
    theirs: str


@dataclass(frozen=True)
class Table:
    """A plain CSV before it is read: the names of its columns and its first rows."""

    header: list[str] = field(default_factory=list)
    sample: list[list[str]] = field(default_factory=list)


class Import(rx.State):
    """One file at a time, kept on the server between being shown and being written."""

    found: Found = Found()
    table: Table = Table()
    columns: list[Column] = []
    error: str = ""
    busy: str = ""
    percent: int = -1
    _file: str = ""
    _filename: str = ""

    @rx.event
    async def receive(self, files: list[rx.UploadFile]):
        """Take the file in; it is looked at next."""
        with db.session() as session:
            signed_in(session, self)
        self._forget()
        try:
            file, self._filename = files[0], files[0].name or "the file"
            self._file = str(await _kept(file))
        except HabitCoachError as error:
            self.error = error.message
            return None
        self.busy = f"Reading {self._filename} …"
        return Import.look

    @rx.event(background=True)
    async def look(self):
        """Show what importing the file would do, and its columns where the person can map them."""
        async with self:
            job = self._job()
        if job is None:
            return
        try:
            if not job.columns:
                sheet = await asyncio.to_thread(formats.sheet, job.path, job.filename)
                async with self:
                    self._offer(sheet)
                    job = self._job() or job
            preview = await asyncio.to_thread(job.preview)
            async with self:
                self.found = _in_words(preview, done=False)
        except HabitCoachError as error:
            async with self:
                self.error = error.message
                if not self.columns:
                    self._drop()
        finally:
            async with self:
                self.busy = ""

    @rx.event
    def choose(self, ours: str, theirs: str):
        """Read one of our columns from another one of the file, and show what that changes."""
        with db.session() as session:
            signed_in(session, self)
        self.columns = [Column(one.ours, one.label, theirs if one.ours == ours else one.theirs) for one in self.columns]
        self.error, self.found = "", Found()
        self.busy = f"Reading {self._filename} …"
        return Import.look

    @rx.event(background=True)
    async def write(self):
        """Import the file that is shown."""
        async with self:
            job = self._job()
            self.error = ""
            self.busy = "" if job is None else Told().says()
        if job is None:
            return
        told = Told()
        writing = asyncio.create_task(asyncio.to_thread(job.write, told.hear))
        try:
            while not (await asyncio.wait({writing}, timeout=SHOW_EVERY))[0]:
                async with self:
                    self.percent, self.busy = told.percent, told.says()
            done = await writing
            async with self:
                self._forget()
                self.found = _in_words(done, done=True)
        except HabitCoachError as error:
            async with self:
                self.error = error.message
        finally:
            async with self:
                self.busy, self.percent = "", -1

    @rx.event
    def cancel(self):
        self._forget()

    def _job(self) -> "Job | None":
        """What is to be done with the file, for the person who is signed in."""
        with db.session() as session:
            user_id = signed_in(session, self).id
        if not self._file:
            return None
        mapping = {one.ours: one.theirs for one in self.columns}
        return Job(user_id, Path(self._file), self._filename, mapping)

    def _offer(self, sheet: Sheet | None):
        if sheet is not None:
            self.table = Table(sheet.header, sheet.sample)
            self.columns = [Column(ours, label, sheet.guessed.get(ours, "")) for ours, label in LABELS.items()]

    def _drop(self):
        if self._file:
            Path(self._file).unlink(missing_ok=True)
        self._file, self._filename = "", ""

    def _forget(self):
        self._drop()
        self.found, self.table, self.columns = Found(), Table(), []
        self.error, self.busy, self.percent = "", "", -1


class Told:
    """How far an import is, heard in its thread and read on the event loop."""

    percent = -1

    def hear(self, done: int, of: int) -> None:
        self.percent = 100 * done // of

    def says(self) -> str:
        return "Importing …" if self.percent < 0 else f"Importing … {percent(self.percent / 100)}"


@dataclass(frozen=True)
class Job:
    """A file to be read for a person; an empty `columns` lets its format be told from its content."""

    user_id: UUID
    path: Path
    filename: str
    columns: dict[str, str]

    def preview(self) -> transfer.Preview:
        with db.session() as session:
            user = users.get(session, self.user_id)
            return transfer.preview(session, user, formats.read(self.path, user, self.filename, self.columns))

    def write(self, tell: transfer.Tell) -> transfer.Preview:
        with db.session() as session:
            content = formats.read(self.path, users.get(session, self.user_id), self.filename, self.columns)
        return transfer.apply(self.user_id, content, tell)


async def _kept(file: rx.UploadFile) -> Path:
    """The upload in the data folder, copied piece by piece. Raises Invalid when it is too large."""
    folder = settings().data / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    for left_behind in folder.iterdir():
        if left_behind.stat().st_mtime < (clock.now() - KEPT_FOR).timestamp():
            left_behind.unlink(missing_ok=True)
    path = folder / uuid4().hex
    size = 0
    with path.open("wb") as copy:
        while piece := await file.read(CHUNK):
            size += len(piece)
            if size > LARGEST_FILE:
                path.unlink()
                raise Invalid(f"This file is larger than {LARGEST_FILE // MEGABYTE} MB.")
            copy.write(piece)
    return path


def _in_words(result: transfer.Preview, *, done: bool) -> Found:
    counts = [
        counted(result.new_habits, "new habit"),
        f"{number(result.written)} {'day' if result.written == 1 else 'days'}",
        *([counted(result.new_pauses, "pause")] if result.new_pauses else []),
        *(["your settings"] if result.takes_settings else []),
    ]
    says = f"{result.app}: {', '.join(counts[:-1])} and {counts[-1]}{' were brought in' if done else ''}."
    if result.changes_nothing and not done:
        says = f"{result.app}: everything in this file is here already."
    more = [f"And {result.unwritten} more like these."] if result.unwritten else []
    return Found(
        says,
        [_line(one) for one in result.habits],
        [*(f"{note.where}: {note.text}" for note in result.notes), *more],
        result.changes_nothing,
        done,
    )


def _line(one: transfer.HabitPreview) -> Line:
    counts = {"new": one.new, "changed": one.changed, "the same": one.same, "kept as you said here": one.kept}
    days = [f"{number(count)} {words}" for words, count in counts.items() if count]
    where = "archived, " if one.archived else ""
    return Line(one.name, f"{where}{one.asks}", ", ".join(days) or "no days", one.action == "new")
