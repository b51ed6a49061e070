"""Rows of which only those that changed are sent to the browser."""

from typing import Any

import reflex as rx
from reflex.state import _override_base_method  # how Reflex tells an override from an event handler
from reflex_base.constants.state import FIELD_MARKER
from reflex_base.vars import VarData

ROWS = f"rows{FIELD_MARKER}"


class RowByRow(rx.State, mixin=True):
    """A state with `rows` by id; its pages say in which order they stand.

    Reflex sends a var whole when anything in it has changed. Here each row has a key of its own in the browser, and a
    change sends the rows that it touched. A subclass declares `rows: dict[str, Row] = {}` and sets it by `_put_rows`.
    """

    _touched: dict[str, Any] = {}

    def _put_rows(self, rows: dict[str, Any]) -> None:
        if rows != self.rows:
            waiting = self._touched if "rows" in self.dirty_vars else {}
            self._touched = waiting | {row_id: row for row_id, row in rows.items() if self.rows.get(row_id) != row}
            self.rows = rows

    @_override_base_method
    def get_delta(self) -> dict[str, dict[str, Any]]:
        delta = super().get_delta()
        own = delta.get(self.get_full_name(), {})
        if own.pop(ROWS, None) is not None:
            own |= {ROWS + row_id: row for row_id, row in self._touched.items()}
        return delta

    @classmethod
    def rows_of(cls, ids: rx.Var[list[str]]) -> rx.Var:
        """The rows with these ids, in their order, as the browser knows them."""
        rows = cls.rows
        known = str(rows).removesuffix(f".{ROWS}")
        found = rx.Var(
            f"{ids!s}.map((id) => {known}[{ROWS!r} + id])",
            _var_data=VarData.merge(rows._get_all_var_data(), ids._get_all_var_data()),
        )
        return found.to(list[rows._var_type.__args__[1]])
