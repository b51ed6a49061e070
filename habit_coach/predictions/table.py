"""Reading the long table of daily behaviour from a file, and refusing a bad one in a sentence."""

import zlib
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow

from habit_coach.errors import Invalid

REQUIRED = ("person", "habit", "date", "done", "value", "due")
OPTIONAL = ("category", "source", "hour", "quota_left", "days_left")
BOOLEANS = {"true": 1.0, "false": 0.0, "1": 1.0, "0": 0.0, "1.0": 1.0, "0.0": 0.0, "yes": 1.0, "no": 0.0, "": np.nan}


def read_table(path: Path, exclude_categories: Collection[str] = ()) -> pd.DataFrame:
    """The table in `path` (csv, csv.gz or parquet), checked and without the categories to leave out.

    Raises Invalid, with a sentence that says what to mend, for a file that is not such a table.
    """
    frame = checked(read_raw(path))
    if exclude_categories:
        frame = frame[~frame["category"].isin(list(exclude_categories))].reset_index(drop=True)
    if frame.empty:
        raise Invalid(f"{path.name} has no rows left once the excluded categories are gone.")
    return frame


def read_raw(path: Path) -> pd.DataFrame:
    """The file as pandas reads it, ids and dates as text."""
    name = path.name.lower()
    if not path.is_file():
        raise Invalid(f"There is no file {path}.")
    try:
        if name.endswith((".parquet", ".pq")):
            return pd.read_parquet(path)
        if name.endswith((".csv", ".csv.gz")):
            text = dict.fromkeys(("person", "habit", "category", "source", "date", "done", "due"), str)
            return pd.read_csv(path, dtype=text, keep_default_na=False, na_values={"value": ["", "NA", "nan"]})
    except pd.errors.EmptyDataError:
        raise Invalid(f"{path.name} is empty.") from None
    except (ValueError, OSError, EOFError, zlib.error, pyarrow.ArrowException) as error:
        raise Invalid(f"{path.name} cannot be read as a table: {str(error).splitlines()[0]}") from error
    raise Invalid(f"{path.name} must end in .csv, .csv.gz or .parquet.")


def checked(raw: pd.DataFrame) -> pd.DataFrame:
    """The rows with their proper types, sorted by person, habit and date, each day once."""
    missing = [column for column in REQUIRED if column not in raw.columns]
    if missing:
        raise Invalid(f"The table lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}.")
    if raw.empty:
        raise Invalid("The table has no rows.")
    frame = pd.DataFrame({column: named(raw, column) for column in ("person", "habit")})
    for column in ("category", "source"):
        frame[column] = raw[column].astype(str).to_numpy() if column in raw.columns else ""
    frame["date"] = dates(raw["date"])
    frame["done"] = flags(raw["done"], "done")
    frame["due"] = flags(raw["due"], "due") == 1
    for column in ("value", "hour", "quota_left", "days_left"):
        frame[column] = numbers(raw[column], column) if column in raw.columns else np.nan
    if (repeated := frame.duplicated(["person", "habit", "date"])).any():
        first = frame[repeated].iloc[0]
        raise Invalid(f"{first['person']} has {first['habit']} twice on {first['date']:%Y-%m-%d}; keep one row a day.")
    return frame.sort_values(["person", "habit", "date"], ignore_index=True)


def named(raw: pd.DataFrame, column: str) -> pd.Series:
    """Ids as text; an empty one is refused."""
    if raw[column].isna().any() or (text := raw[column].astype(str)).str.strip().eq("").any():
        raise Invalid(f"The column {column} has empty cells.")
    return text.reset_index(drop=True)


def dates(column: pd.Series) -> np.ndarray:
    """Days as datetime64[D], from ISO text or from dates."""
    if not pd.api.types.is_datetime64_any_dtype(column) and not column.map(type).astype(str).str.contains("date").all():
        shaped = column.astype(str).str.fullmatch(r"\d{4}-\d{2}-\d{2}([ T]00:00(:00)?)?")
        if not shaped.all():
            raise Invalid(f"The date {column[~shaped].iloc[0]!r} is not of the form 2024-12-31.")
        column = column.astype(str).str.slice(0, 10)
    parsed = pd.to_datetime(column, errors="coerce", format="ISO8601")
    if parsed.isna().any():
        raise Invalid(f"The date {column[parsed.isna()].iloc[0]!r} does not exist.")
    return parsed.to_numpy().astype("datetime64[s]")


def flags(column: pd.Series, name: str) -> np.ndarray:
    """1, 0 or nan, from numbers, booleans or words."""
    text = column.astype(object).where(column.notna(), "").astype(str).str.strip().str.lower()
    known = text.isin(list(BOOLEANS))
    if not known.all():
        raise Invalid(f"The column {name} holds {column[~known].iloc[0]!r}; it takes 1, 0 or nothing.")
    return text.map(BOOLEANS).to_numpy(dtype=float)


def numbers(column: pd.Series, name: str) -> np.ndarray:
    """Finite numbers or nan."""
    text = column.astype(object).where(column.notna(), np.nan).replace("", np.nan)
    parsed = pd.to_numeric(text, errors="coerce")
    wrong = (parsed.isna() & text.notna()) | np.isinf(parsed.to_numpy(dtype=float))
    if wrong.any():
        raise Invalid(f"The column {name} holds {column[wrong].iloc[0]!r}, which is not a number.")
    return parsed.to_numpy(dtype=float)
