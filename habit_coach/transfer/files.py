"""What a person hands in, a file, a folder or a zip, read within bounds so that no file can do harm."""

import csv
import io
import json
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from habit_coach.errors import Invalid

MEGABYTE = 1024 * 1024
LARGEST_FILE = 200 * MEGABYTE
LARGEST_UNPACKED = 250 * MEGABYTE
MOST_FILES = 5_000
LONGEST_CELL = 100_000
MOST_ROWS = 2_000_000
LARGEST_JSON = 50 * MEGABYTE
Located = tuple[str, dict[str, str]]
NOT_TEXT = "{name} is not UTF-8 text. Save it as UTF-8, or hand in the export as the app wrote it."


class Files:
    """The files of a hand-in by their names, with slashes and without a leading folder that holds all of them."""

    def __init__(self, path: Path, filename: str = "") -> None:
        """`filename` is what the person calls the file, where `path` is only our copy of it.

        Raises Invalid for what is missing, too large, or a zip that unpacks to too much or to places outside.
        """
        self.path = path
        self.filename = filename or path.name
        self._read: dict[str, int] = {}
        self._rows = 0
        self._zip: zipfile.ZipFile | None = None
        if not path.exists():
            raise Invalid(f"There is no file {self.filename}.")
        if path.is_dir():
            self._names = {str(p.relative_to(path).as_posix()): str(p) for p in _files_below(path)}
        elif path.stat().st_size > LARGEST_FILE:
            raise Invalid(f"{self.filename} is larger than {LARGEST_FILE // MEGABYTE} MB. Split it, or export less.")
        elif zipfile.is_zipfile(path):
            self._zip = _opened(path, self.filename)
            self._names = {info.filename: info.filename for info in _members(self._zip)}
        else:
            self._names = {self.filename: str(path)}
        self._names = _without_shared_folder(self._names)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._zip is not None:
            self._zip.close()

    @property
    def names(self) -> list[str]:
        return sorted(self._names)

    @property
    def single(self) -> Path | None:
        """The file itself, where it is just one and no archive."""
        return self.path if self._zip is None and self.path.is_file() else None

    @cached_property
    def document(self) -> Any:
        """What the only file holds, where it is JSON; else None. Raises Invalid for JSON that breaks off."""
        if len(self._names) != 1 or not self.head(self.names[0]).lstrip().startswith(("{", "[")):
            return None
        return self.json(self.names[0])

    def head(self, name: str) -> str:
        """The first 4,000 bytes as text, whatever they are: enough to tell who wrote the file."""
        return self._taken(name, 4_000).decode("utf-8-sig", "replace")

    def columns(self, name: str) -> list[str]:
        """The cells of the first line."""
        head = self.head(name)
        if not head.strip():
            return []
        return [cell.strip() for cell in next(csv.reader([head.splitlines()[0]], delimiter=_delimiter(head)), [])]

    def is_table_of(self, columns: set[str]) -> bool:
        """Whether it is one CSV that has at least these columns."""
        return len(self._names) == 1 and set(self.columns(self.names[0])) >= columns

    def content(self, name: str) -> bytes:
        """The whole content. Raises Invalid when all that was read comes to more than 250 MB, or it is damaged."""
        budget = LARGEST_UNPACKED - sum(size for other, size in self._read.items() if other != name)
        content = self._taken(name, budget + 1)
        if len(content) > budget:
            raise Invalid(f"{self.filename} unpacks to more than {LARGEST_UNPACKED // MEGABYTE} MB and is refused.")
        self._read[name] = len(content)
        return content

    def _taken(self, name: str, most: int) -> bytes:
        try:
            with self._zip.open(self._names[name]) if self._zip else open(self._names[name], "rb") as file:
                return file.read(most)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError) as error:
            raise Invalid(f"{name} in {self.filename} cannot be read. Export it again.") from error

    def text(self, name: str) -> str:
        """The content as text. Raises Invalid when it is not UTF-8."""
        try:
            text = self.content(name).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Invalid(NOT_TEXT.format(name=name)) from None
        if "\x00" in text:
            raise Invalid(NOT_TEXT.format(name=name))
        return text

    def json(self, name: str) -> Any:
        """The content as JSON. Raises Invalid where it breaks off, nests without end, or is beyond 50 MB.

        Parsed, it takes twenty times the memory.
        """
        text = self.text(name)
        if len(text) > LARGEST_JSON:
            raise Invalid(f"{name} is larger than {LARGEST_JSON // MEGABYTE} MB. Split it, or export less.")
        return parsed(text, name)

    def rows(self, name: str) -> Iterator[tuple[int, list[str]]]:
        """The rows of a CSV with their line numbers. Raises Invalid for a cell beyond 100,000 characters."""
        csv.field_size_limit(LONGEST_CELL)
        text = self.text(name)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        try:
            for row in reader:
                self._rows += 1
                if self._rows > MOST_ROWS:
                    raise Invalid(f"{self.filename} has more than {MOST_ROWS:,} rows. Split it, or export less.")
                if any(row):
                    yield reader.line_num, row
        except csv.Error as error:
            raise Invalid(f"{name} cannot be read as CSV in line {reader.line_num}: {error}.") from None


def parsed(text: str, name: str) -> Any:
    """The value of a JSON text. Raises Invalid where it breaks off or nests without end."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise Invalid(f"{name} is not whole: its JSON breaks in line {error.lineno}. Export it again.") from None
    except (RecursionError, ValueError):
        raise Invalid(f"{name} is no JSON that can be read. Export it again.") from None


def table(files: Files, name: str) -> tuple[list[str], Iterator[Located]]:
    """The header of a CSV, and its rows as (where, cells by column); a row that is too short has empty cells."""
    rows = files.rows(name)
    header = [cell.strip() for cell in next(rows, (0, []))[1]]
    cells = (
        (f"{name}, line {line}", dict(zip(header, row + [""] * (len(header) - len(row)), strict=False)))
        for line, row in rows
    )
    return header, cells


def grouped(files: Files, *columns: str) -> dict[tuple[str, ...], list[Located]]:
    """The rows of the only CSV by what these columns hold, in the order in which the file first names it."""
    found: defaultdict[tuple[str, ...], list[Located]] = defaultdict(list)
    for where, row in table(files, files.names[0])[1]:
        found[tuple(row[column].strip() for column in columns)].append((where, row))
    return found


def _delimiter(text: str) -> str:
    first = text[: text.find("\n")] if "\n" in text else text
    return max(",;\t", key=first.count)


def _files_below(folder: Path) -> list[Path]:
    found = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    if len(found) > MOST_FILES:
        raise Invalid(f"{folder.name} holds more than {MOST_FILES:,} files and is refused.")
    return found


def _opened(path: Path, filename: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Invalid(f"{filename} is a damaged zip file. Export it again.") from None


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files in the archive, refused when they are too many, too much, encrypted or point outside."""
    members = [info for info in archive.infolist() if not info.is_dir()]
    if len(members) > MOST_FILES:
        raise Invalid(f"The zip file holds more than {MOST_FILES:,} files and is refused.")
    if sum(info.file_size for info in members) > LARGEST_UNPACKED:
        raise Invalid(f"The zip file unpacks to more than {LARGEST_UNPACKED // MEGABYTE} MB and is refused.")
    for info in members:
        parts = info.filename.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or ":" in parts[0]:
            raise Invalid("The zip file names places outside of itself and is refused.")
        if info.flag_bits & 1:
            raise Invalid("The zip file is encrypted. Unpack it with its password and hand in the files.")
    return members


def _without_shared_folder(names: dict[str, str]) -> dict[str, str]:
    """The names below the one folder that holds everything, if there is such a one."""
    while names and all("/" in name for name in names) and len({name.split("/")[0] for name in names}) == 1:
        names = {name.split("/", 1)[1]: place for name, place in names.items()}
    return names
