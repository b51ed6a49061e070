"""`/transfer`: bringing an export of another app in, and taking everything along."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from io import SEEK_END
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict
from starlette.background import BackgroundTask
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.responses import StreamingResponse

from habit_coach import db
from habit_coach.accounts import users
from habit_coach.api.deps import OwnerToRead, Reader, WriterLater
from habit_coach.api.resources import Resource
from habit_coach.errors import Invalid, RateLimited
from habit_coach.transfer import exporting, formats, importing

router = Resource.router("import and export", "/transfer")
CHUNK = 1024 * 1024
AT_ONCE, MOST_WAITING = 2, 20
Result = TypeVar("Result")
_heavy: RunVar[CapacityLimiter] = RunVar("transfer")

BINARY = {"schema": {"type": "string", "format": "binary"}}
UPLOAD = {
    "requestBody": {
        "required": True,
        "description": "The file as it is, or as the field `file` of a form; its name does not matter.",
        "content": {
            "application/octet-stream": BINARY,
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
        },
    }
}
FORMS = ("application/octet-stream", "application/zip", "text/calendar", "text/csv")
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {form: BINARY for form in FORMS} | {"application/json": {"schema": {"type": "object"}}},
        "description": "The file, as an attachment.",
    }
}
Columns = Annotated[
    str | None,
    Query(
        description='For a plain CSV, a JSON object of its columns: `{"day": "Date", "habit": "Task"}`. '
        "Ours are day, habit, state, value, unit, note and group; an empty name leaves out one that would be guessed."
    ),
]


class ImportNote(BaseModel):
    """Why something is not carried as it was, and where."""

    where: str
    text: str


class ImportOut(BaseModel):
    """What an import will do, or has done."""

    model_config = ConfigDict(from_attributes=True)

    app: str
    habits: list[importing.HabitPreview]
    new_habits: int
    written: int
    new_pauses: int
    takes_settings: bool
    changes_nothing: bool
    notes: list[ImportNote]
    unwritten: int

    @classmethod
    def of(cls, result: importing.Preview) -> "ImportOut":
        return cls(
            **asdict(result) | {"notes": [note._asdict() for note in result.notes]},
            new_habits=result.new_habits,
            written=result.written,
            changes_nothing=result.changes_nothing,
        )


@router.post("/preview", openapi_extra=UPLOAD)
async def preview(request: Request, user: Reader, columns: Columns = None) -> ImportOut:
    """Say what an import of this file would do, and what cannot be carried. Nothing is written."""
    async with _received(request) as (path, filename):
        return await _in_thread(lambda: _import(user.id, path, filename, columns, write=False))


@router.post("/import", openapi_extra=UPLOAD)
async def import_file(request: Request, user: WriterLater, columns: Columns = None) -> ImportOut:
    """Import a file: all of it or, with an error, nothing. The same file again changes nothing."""
    async with _received(request) as (path, filename):
        return await _in_thread(lambda: _import(user.id, path, filename, columns, write=True))


@router.get("/export/{form}", response_class=StreamingResponse, responses=FILE)
async def export(form: Literal["json", "csv", "loop", "calendar"], user: Reader) -> StreamingResponse:
    """Everything about your habits as our own JSON, as CSV, as Loop Habit Tracker exports, or as iCalendar."""
    return await exported(user.id, form)


@router.get("/archive", response_class=StreamingResponse, responses=FILE)
async def archive(login: OwnerToRead) -> StreamingResponse:
    """The whole account in one zip file, which can be imported again."""
    return await exported(login[0].id, "archive")


async def exported(user_id: UUID, form: str) -> StreamingResponse:
    """The user's data in this form, as a file to keep. Raises Invalid for a form that does not exist."""
    return await _in_thread(lambda: _export(user_id, form))


@asynccontextmanager
async def _received(request: Request) -> AsyncIterator[tuple[Path, str]]:
    """The uploaded file in a folder of its own, and its name; gone afterwards."""
    with TemporaryDirectory(prefix="habit-coach-") as folder:
        path = Path(folder) / "upload"
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            with path.open("wb") as copy:
                async for piece in request.stream():
                    copy.write(piece)
            yield path, "the file"
            return
        try:
            async with request.form(max_files=1, max_fields=10) as form:
                given = form.get("file")
                if not isinstance(given, UploadFile):
                    raise Invalid("Send the file as the form's field `file`.", {"file": "This is missing."})
                with path.open("wb") as copy:
                    while piece := await given.read(CHUNK):
                        copy.write(piece)
        except MultiPartException as error:
            raise Invalid(f"This form cannot be read: {error.message}") from None
        yield path, (given.filename or "the file")[:100]


def _import(user_id: UUID, path: Path, filename: str, columns: str | None, *, write: bool) -> ImportOut:
    mapping = _mapping(columns)
    with db.session() as session:
        user = users.get(session, user_id)
        content = formats.read(path, user, filename, mapping)
        if not write:
            return ImportOut.of(importing.preview(session, user, content))
    return ImportOut.of(importing.apply(user_id, content))


def _mapping(columns: str | None) -> dict[str, str]:
    try:
        mapping = json.loads(columns or "{}")
    except (ValueError, RecursionError):
        mapping = None
    if not isinstance(mapping, dict) or not all(isinstance(theirs, str) for theirs in mapping.values()):
        sentence = 'Write the columns as a JSON object, such as {"day": "Date"}.'
        raise Invalid(sentence, {"columns": sentence})
    return mapping


def _export(user_id: UUID, name: str) -> StreamingResponse:
    with db.session(writes=True) as session:
        form = exporting.begin(session, users.get(session, user_id), name)
    # Not a FileResponse: the server would open the file only after our background task had removed it.
    file = TemporaryFile()  # noqa: SIM115 - it is closed when it is sent
    with db.session() as session:
        user = users.get(session, user_id)
        form.write(session, user, file)
    size = file.seek(0, SEEK_END)
    file.seek(0)
    return StreamingResponse(
        iter(lambda: file.read(CHUNK), b""),
        media_type=form.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{form.filename(user)}"',
            "Content-Length": str(size),
        },
        background=BackgroundTask(file.close),
    )


async def _in_thread(work: Callable[[], Result]) -> Result:
    """Reading a file of years takes seconds: in a thread, two at a time, so that everybody else feels nothing."""
    limiter = _heavy.get(None)
    if limiter is None:
        _heavy.set(limiter := CapacityLimiter(AT_ONCE))
    if limiter.statistics().tasks_waiting >= MOST_WAITING:
        raise RateLimited("Many files are being read just now. Try again in a minute.", 60)
    return await to_thread.run_sync(work, limiter=limiter)
