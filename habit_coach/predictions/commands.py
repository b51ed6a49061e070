"""`train` and `evaluate` at the command line.

What they do is imported when they run: the numeric libraries would slow every other command down by seconds.
"""

import json
from pathlib import Path

import click

from habit_coach.errors import HabitCoachError

data_option = click.option(
    "--data", type=click.Path(path_type=Path), required=True, help="Table as csv, csv.gz or parquet."
)
seed_option = click.option("--seed", default=1, show_default=True, help="The same seed gives the same result.")
exclude_option = click.option(
    "--exclude-category", "exclude", multiple=True, help="Leave out a category; may be repeated."
)


@click.command("train")
@data_option
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where to write the model (JSON).")
@seed_option
@exclude_option
def train_file(data: Path, out: Path, seed: int, exclude: tuple[str, ...]) -> None:
    """Train a model on a file of daily behaviour and write it to --out."""
    from habit_coach.predictions.training import train

    try:
        model = train(data, out, seed, exclude)
    except OSError as error:
        raise HabitCoachError(f"{out} cannot be written: {error.strerror}.") from error
    click.echo(json.dumps({"model": str(out), "version": model.version} | dict(model.about)))


@click.command("evaluate")
@data_option
@click.option(
    "--model", type=click.Path(path_type=Path), help="Judge this model; without it, training is cross-validated."
)
@seed_option
@exclude_option
def evaluate_file(data: Path, model: Path | None, seed: int, exclude: tuple[str, ...]) -> None:
    """Print one JSON object on how good the predictions on a file of daily behaviour are."""
    from habit_coach.predictions.evaluation import evaluate

    click.echo(json.dumps(evaluate(data, model, seed, exclude)))


COMMANDS = (train_file, evaluate_file)
