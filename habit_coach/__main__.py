"""The command line: `python -m habit_coach COMMAND`."""

import gc
import os
import shutil
import socket
import sys
from pathlib import Path

import click
from pydantic import ValidationError

from habit_coach import building, logs
from habit_coach.errors import HabitCoachError
from habit_coach.operations import commands as operations
from habit_coach.predictions import commands as predictions
from habit_coach.settings import Settings, settings
from habit_coach.transfer import commands as transfer


class Commands(click.Group):
    """Turns expected errors into one sentence."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except HabitCoachError as error:
            raise click.ClickException(error.message) from None
        except ValidationError as error:
            words = "\n".join(_setting_error(one["loc"], one["msg"]) for one in error.errors(include_url=False))
            raise click.ClickException(words) from None


def _setting_error(location: tuple[int | str, ...], message: str) -> str:
    name = f"HABIT_COACH_{str(location[0]).upper()}: " if location else ""
    return name + message.removeprefix("Value error, ")


@click.group(cls=Commands)
def main() -> None:
    """Habit Coach: keeps your habits, and helps before one slips."""


@main.command()
def prepare() -> None:
    """Check port and data folder, bring the database up to date, and build the pages if they changed."""
    _require_free_port(settings())
    _require_data_folder(settings().data)
    click.echo("Bringing the database up to date ...")
    _migrate()
    if building.is_current():
        click.echo("The pages are built already.")
    else:
        click.echo("Building the pages, once. This takes about half a minute ...")
        building.build()


@main.command()
def migrate() -> None:
    """Bring the database up to date."""
    _require_data_folder(settings().data)
    _migrate()


@main.command()
def build() -> None:
    """Build the pages."""
    building.build()


@main.command()
def serve() -> None:
    """Serve the pages, their websocket and the REST API on one port."""
    os.environ.update(
        {
            "__REFLEX_SKIP_COMPILE": "true",
            "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
            "REFLEX_ENV_MODE": "prod",
        }
    )
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    _require_data_folder(settings().data)
    if not building.STAMP.exists():
        raise HabitCoachError("The pages are not built yet. Run `python -m habit_coach prepare` first.")
    if settings().web_workers > 1:
        _count_together(settings().counters)
    click.echo(f"Habit Coach is at {settings().base_url}")
    Server(
        "habit_coach.habit_coach:front",
        factory=True,
        interface=Interfaces.ASGI,
        address=settings().host,
        port=settings().port,
        workers=settings().web_workers,
        workers_kill_timeout=3,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        log_dictconfig=logs.config(),
    ).serve()


@main.command()
def worker() -> None:
    """Run the background work: notifications on time, and the periodic jobs."""
    _require_data_folder(settings().data)
    from habit_coach import sentry
    from habit_coach.notifications.dispatcher import Dispatcher
    from habit_coach.tasks import huey

    logs.configure()
    sentry.start("worker")
    consumer = huey.create_consumer(
        workers=2, worker_type="thread", max_delay=1.0, flush_locks=True, graceful_signal="TERM", shutdown_timeout=8
    )
    dispatcher = Dispatcher(consumer.stop_flag)
    gc.freeze()  # what is loaded by now stays: the collector need not look through it in every long run
    dispatcher.start()
    click.echo("The worker is at work.")
    consumer.run()
    dispatcher.join()


@main.command()
def mcp() -> None:
    """Serve an assistant over stdio (MCP), with the personal token in HABIT_COACH_TOKEN."""
    from habit_coach.api import agents

    agents.over_stdio()


@main.command()
@click.argument("email")
@click.password_option(help="Asked for when left out, so that it stays out of the shell's history.")
def create_admin(email: str, password: str) -> None:
    """Make an account that may open the admin page."""
    from habit_coach import db
    from habit_coach.accounts import users
    from habit_coach.accounts.models import Role

    with db.session(writes=True) as session:
        users.create(session, email, password, role=Role.admin)
    click.echo(f"{email} can sign in as an admin.")


for one in (*transfer.COMMANDS, *predictions.COMMANDS, *operations.COMMANDS):
    main.add_command(one)


def _migrate() -> None:
    from habit_coach.operations import schema

    schema.migrate()


def _count_together(folder: Path) -> None:
    """Let the web processes write down what they count, each beginning at zero."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = os.fspath(folder)


def _require_free_port(chosen: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((chosen.host, chosen.port))
        except OSError as error:
            raise HabitCoachError(
                f"Port {chosen.port} cannot be used: {error.strerror}. "
                f"Stop what uses it, or choose another one: PORT={chosen.port + 1} make run"
            ) from None


def _require_data_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise HabitCoachError(
            f"The data folder {folder.resolve()} cannot be written to: {error.strerror}. "
            "Make it writable, or choose another one: HABIT_COACH_DATA=/path/to/folder make run"
        ) from None


if __name__ == "__main__":
    sys.exit(main())
