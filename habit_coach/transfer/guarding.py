"""Keeps spreadsheets from running what a person wrote: a cell that begins like a formula gets an apostrophe."""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def guarded(cell: str) -> str:
    """The cell as a spreadsheet shows it without running it."""
    return f"'{cell}" if cell.lstrip(" '").startswith(DANGEROUS) else cell


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return cell[1:] if cell.startswith("'") and guarded(cell[1:]) == cell else cell
