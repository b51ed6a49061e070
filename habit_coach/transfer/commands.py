"""`import`, `export` and `demo` at the command line.

What they do is imported when they run, so that other commands start fast.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from habit_coach.errors import Invalid, NotFound

if TYPE_CHECKING:
    from sqlmodel import Session

    from habit_coach.accounts.models import User
    from habit_coach.transfer.importing import Preview

FORMS_BY_ENDING = {".json": "json", ".csv": "csv", ".zip": "archive", ".ics": "calendar"}


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--user", "email", required=True, help="The e-mail address of the account.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="OURS=THEIRS",
    help="For a plain CSV, which of its columns is day, habit, value, state, note, unit or group; may be repeated. "
    "With nothing after the sign, one that would be guessed is left out.",
)
@click.option("--preview", "only_show", is_flag=True, help="Say what would be done, and write nothing.")
def import_file(file: Path, email: str, columns: tuple[str, ...], only_show: bool) -> None:
    """Import an export of another habit app, or of this one, into an account."""
    from habit_coach import db
    from habit_coach.transfer import formats, importing

    with db.session() as session:
        user = _owner(session, email)
        content = formats.read(file, user, mapping=_mapping(columns))
        shown = importing.preview(session, user, content)
    if not only_show:
        with click.progressbar(length=shown.written, label="Importing") as bar:
            shown = importing.apply(user.id, content, lambda done, of: bar.update(done - bar.pos))
    _print(shown, "would be" if only_show else "were")


@click.command("export")
@click.option("--user", "email", required=True, help="The e-mail address of the account.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write.")
@click.option("--form", help="json, csv, loop, calendar or archive; else it is told from how the file ends.")
def export_file(email: str, out: Path, form: str | None) -> None:
    """Export an account: whole as .json or .zip, its days as .csv, its calendar as .ics, or as Loop does."""
    from habit_coach import db
    from habit_coach.transfer import exporting

    form = form or FORMS_BY_ENDING.get(out.suffix.lower(), "json")
    with db.session(writes=True) as session:
        chosen = exporting.begin(session, _owner(session, email), form)
    with db.session() as session, _written(out) as file:
        chosen.write(session, _owner(session, email), file)
    click.echo(f"Wrote {out}.")


@contextmanager
def _written(path: Path) -> Iterator[BinaryIO]:
    """The file, in place only once it is whole."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(path)
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        unfinished.unlink(missing_ok=True)


@click.command("demo")
def make_demo() -> None:
    """Make an account with a believable year, or bring it up to today, and print its new password."""
    from habit_coach.settings import settings
    from habit_coach.transfer import demo

    password = demo.new_password()
    demo.make(password)
    click.echo(f"Sign in at {settings().base_url} as {demo.EMAIL} with the password {password}")


def _mapping(columns: tuple[str, ...]) -> dict[str, str]:
    for column in columns:
        if "=" not in column:
            raise click.BadParameter(f"Write {column!r} like day=Date.", param_hint="--column")
    return dict(column.split("=", 1) for column in columns)


def _owner(session: "Session", email: str) -> "User":
    from habit_coach.accounts import users

    user = users.by_email(session, users.normalised(email))
    if user is None:
        raise NotFound(f"There is no account {email}. Sign up in the browser first.")
    return user


def _print(result: "Preview", verb: str) -> None:
    click.echo(f"An export of {result.app}.")
    for habit in result.habits:
        span = f", {habit.first} to {habit.last}" if habit.first else ""
        kept = f", {habit.kept} kept as they were said here" if habit.kept else ""
        archived = ", archived" if habit.archived else ""
        click.echo(f"- {habit.name} ({habit.action}, {habit.kind}, {habit.asks}{archived}{span})")
        click.echo(f"    days: {habit.new} new, {habit.changed} changed, {habit.same} the same{kept}")
    for note in result.notes:
        click.echo(f"! {note.where}: {note.text}")
    if result.unwritten:
        click.echo(f"! and {result.unwritten} more like these")
    if result.takes_settings:
        click.echo("Name, time zone, start of day and week are taken over.")
    if result.changes_nothing:
        click.echo("Everything is here already: nothing changes.")
    else:
        pauses = f" and {result.new_pauses} pauses" if result.new_pauses else ""
        click.echo(f"{result.new_habits} habits, {result.written} days{pauses} {verb} added or changed.")


COMMANDS = (import_file, export_file, make_demo)
