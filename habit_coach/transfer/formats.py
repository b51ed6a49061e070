"""Which app wrote a file, told from what is in it."""

import logging
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from habit_coach.clock import LivesSomewhere
from habit_coach.errors import Invalid
from habit_coach.transfer import (
    beaverhabits,
    collecting,
    habitbull,
    habitica,
    habitica_history,
    habitify,
    habittrove,
    harsh,
    loop_backup,
    loop_csv,
    own_json,
    plain_csv,
    table_habit,
)
from habit_coach.transfer.content import Content
from habit_coach.transfer.files import Files

log = logging.getLogger(__name__)

# The first that recognises a file reads it: those that look for less come later.
FORMATS: tuple[ModuleType, ...] = (
    own_json,
    loop_backup,
    loop_csv,
    habittrove,
    habitica,
    table_habit,
    beaverhabits,
    habitbull,
    habitify,
    habitica_history,
    harsh,
    plain_csv,
)


def read(path: Path, user: LivesSomewhere, filename: str = "", mapping: Mapping[str, str] | None = None) -> Content:
    """What the file, folder or zip holds. Nothing is written; raises Invalid for what cannot be read.

    `filename` is what the person calls it, where `path` is only our copy. `mapping` makes it a plain CSV and gives
    its names for our columns.
    """
    with collecting.later(), Files(path, filename) as files:
        if mapping:
            return plain_csv.read(files, user, mapping)
        form = _form(files)
        if form is None:
            raise Invalid(_unknown(files))
        try:
            content: Content = form.read(files, user)
        except (LookupError, TypeError, AttributeError, ValueError, OverflowError) as error:
            log.warning("An export of %s has another form than expected", form.APP, exc_info=error)
            raise Invalid(
                f"{files.filename} looks like an export of {form.APP}, but is not in a form that is known here. "
                "Export it again with the newest version."
            ) from error
        return content


def sheet(path: Path, filename: str = "") -> plain_csv.Sheet | None:
    """The columns that a person can map; None for an export of an app, and for what is no table. Errors as `read`."""
    with Files(path, filename) as files:
        return plain_csv.sheet(files) if _form(files) in (None, plain_csv) else None


def _form(files: Files) -> ModuleType | None:
    return next((form for form in FORMATS if form.recognises(files)), None)


def _unknown(files: Files) -> str:
    columns = plain_csv.sheet(files)
    if columns is not None:
        return f"Say which column of {files.filename} holds the day: {', '.join(columns.header)}."
    return f"{files.filename} is not an export that is known here. Known are those of {known()}."


def known() -> str:
    """The apps whose exports can be read, as part of a sentence."""
    return ", ".join(dict.fromkeys(str(form.APP) for form in FORMATS))
