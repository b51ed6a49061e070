"""`backup`, `restore`, `move` and `partition` at the command line.

What they do is imported when they run, so that other commands start fast.
"""

from pathlib import Path

import click

from habit_coach.settings import driver_url, settings


@click.command()
def backup() -> None:
    """Back up the database and its key into the data folder, while the app goes on; the newest seven are kept."""
    from habit_coach.operations import backups

    path = backups.make()
    backups.forget_old()
    click.echo(f"Wrote {path} ({path.stat().st_size / 1e6:.1f} MB).")
    if settings().secret_key is not None:
        click.echo("HABIT_COACH_SECRET_KEY is not in it: keep it in a safe place, too.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace a database that has accounts; it is backed up first.")
def restore(file: Path, force: bool) -> None:
    """Put a backup in the place of the database. Stop web and worker first."""
    from habit_coach.operations import backups

    if saved := backups.restore(file, force=force):
        click.echo(f"What was there is now in {saved}.")
    click.echo("Restored. Start web and worker again.")


@click.command()
@click.option("--to", "target", required=True, help="An empty database: postgresql://user:password@host/name")
def move(target: str) -> None:
    """Move everything into another database. Stop web and worker first."""
    from habit_coach.operations import moving

    moved = moving.move(driver_url(target), lambda name, count: click.echo(f"{count:>10,}  {name}"))
    click.echo(f"Moved {moved:,} rows. Now set DATABASE_URL to the new database, and start web and worker again.")


@click.command()
@click.option("--parts", type=click.IntRange(2, 1024), default=32, show_default=True, help="How many parts.")
def partition(parts: int) -> None:
    """Keep the entries in parts by user (PostgreSQL). Stop web and worker first."""
    from habit_coach.operations import partitions

    click.echo(f"{partitions.partition(parts):,} entries are in {parts} parts now. Start web and worker again.")


COMMANDS = (backup, restore, move, partition)
