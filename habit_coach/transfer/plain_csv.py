"""Any CSV with a column of days: its other columns by name, or as the person maps them.

One row a day and habit, with a column for the habit's name; or one row a day, with a column for each habit.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from habit_coach import clock
from habit_coach.clock import LivesSomewhere
from habit_coach.errors import Invalid
from habit_coach.habits.bulk import Said
from habit_coach.transfer.content import Content, Diary, FoundHabit, iso_day, middle, number
from habit_coach.transfer.files import Files, table
from habit_coach.transfer.guarding import unguarded

APP = "plain CSV"
USUAL = {
    "day": ("date", "day", "datum", "tag", "fecha", "jour"),
    "habit": ("habit", "name", "task", "activity", "habit name"),
    "value": ("value", "amount", "count", "quantity", "total"),
    "state": ("state", "status", "done", "completed"),
    "note": ("note", "notes", "comment", "text"),
    "unit": ("unit",),
    "group": ("group", "category"),
}
STATES = {
    **dict.fromkeys(("done", "yes", "y", "true", "x", "✓", "✔", "completed", "complete", "kept"), "done"),
    **dict.fromkeys(("missed", "no", "n", "false", "failed", "-", "✗"), "missed"),
    **dict.fromkeys(("skipped", "skip", "s", "excused"), "skipped"),
}
DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}")
SAMPLE = 3
DAY_FORMS = ("%d.%m.%Y", "%m/%d/%Y", "%Y/%m/%d")
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a person needs to map the columns: their names, the first rows by column, and ours as they are guessed."""

    header: list[str]
    sample: list[list[str]]
    guessed: dict[str, str]


def recognises(files: Files) -> bool:
    return len(files.names) == 1 and "day" in _columns(files.columns(files.names[0]), {})


def sheet(files: Files) -> Sheet | None:
    """The columns of the file; None for what is no table."""
    if files.single is None or "\x00" in files.head(files.names[0]) or len(files.columns(files.names[0])) < 2:
        return None
    header, rows = table(files, files.names[0])
    first = [[cells[name] for name in header] for _, cells in islice(rows, SAMPLE)]
    return Sheet(header, first, _columns(header, {})) if first else None


def read(files: Files, user: LivesSomewhere, mapping: Mapping[str, str] | None = None) -> Content:
    """The habits in the order in which the file names them.

    `mapping` gives the file's name for our columns, or nothing for one that is not to be guessed. Raises Invalid when
    a mapped column is not there, or none holds the day.
    """
    header, rows = table(files, files.names[0])
    columns = _columns(header, mapping or {})
    if "day" not in columns:
        raise Invalid(f"Say which column holds the day: {', '.join(header)}.")
    content = Content(APP)
    content.note(files.filename, "A plain file does not say how often a habit is due: all become daily.")
    unused = [name for name in header if name and name not in columns.values()] if "habit" in columns else []
    if unused:
        content.note(files.filename, f"Not taken along, as they are mapped to nothing: {', '.join(unused)}.")
    found: defaultdict[str, list[tuple[str, Row]]] = defaultdict(list)
    for where, cells in rows:
        for name, row in _by_habit(columns, header, cells):
            found[name].append((where, row))
    for name, own in found.items():
        content.habits.append(_habit(content, name, own, clock.today(user)))
    return content


def _columns(header: list[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """The file's name of each of our columns that it has."""
    missing = [theirs for theirs in mapping.values() if theirs and theirs not in header]
    unknown = [ours for ours in mapping if ours not in USUAL]
    if missing or unknown:
        raise Invalid(
            f"There is no column {', '.join(missing + unknown)}. The file has {', '.join(header)}; "
            f"they can be mapped to {', '.join(USUAL)}."
        )
    guessed = {
        ours: next((theirs for theirs in header if theirs.lower() in usual), None) for ours, usual in USUAL.items()
    }
    return {ours: theirs for ours, theirs in (guessed | dict(mapping)).items() if theirs}


def _by_habit(columns: dict[str, str], header: list[str], cells: Row) -> list[tuple[str, Row]]:
    """What one line says of each habit that it names."""
    own = {ours: unguarded(cells[theirs]) for ours, theirs in columns.items()}
    if "habit" in columns:
        return [(own["habit"].strip(), own)]
    others = [name for name in header if name and name not in columns.values()]
    return [(name, {"day": own["day"], "state": cells[name]}) for name in others if cells[name].strip()]


def _habit(content: Content, name: str, rows: list[tuple[str, Row]], today: date) -> FoundHabit:
    amounts = [amount for _, row in rows if (amount := _amount(row)) is not None]
    numeric = bool(set(amounts) - {0.0, 1.0})
    diary = Diary(content, today, numeric=numeric)
    for where, row in rows:
        day, said = _day(row["day"]), _said(row, numeric=numeric)
        if day is None or said is None:
            content.note(where, f"“{row['day']}” with “{row.get('state') or row.get('value', '')}” is not understood.")
            continue
        if row.get("value", "").strip() and _amount(row) is None:
            content.note(where, f"“{row['value']}” is not a number; the day comes without it.")
        diary.say(where, day, said)
    if numeric:
        content.note(name, f"The file does not say the target; it becomes {middle(amounts):g}, the middle of its days.")
    _, first = rows[0]
    return diary.habit(
        name,
        target=middle(amounts) if numeric else None,
        unit=first.get("unit"),
        group=first.get("group"),
    )


def _said(row: Row, *, numeric: bool) -> Said | None:
    note, word, amount = row.get("note", ""), row.get("state", "").strip().lower(), _amount(row)
    state = STATES.get(word)
    if state is None and amount is None and (word or row.get("value", "").strip()):
        return None
    if state is None and amount is None:
        state = "missed" if "state" in row else "done"
    if state is None:
        state = "done" if numeric or amount else "missed"
    return Said(state, amount if numeric and state != "skipped" else None, note)


def _amount(row: Row) -> float | None:
    text = (row.get("value") or row.get("state", "")).strip()
    return number(text.replace(",", ".") if DECIMAL_COMMA.fullmatch(text) else text)


def _day(text: str) -> date | None:
    found = iso_day(text)
    if found is not None:
        return found
    for form in DAY_FORMS:
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
