"""What a tap shows at once, in the browser, until the server has answered.

`pending` holds, by habit id, what is shown and how many answers are awaited: only the last answer clears it, so that
quick taps never flicker back. A refusal clears all of it, and the page shows what is stored.
"""

import reflex as rx
from reflex.experimental.client_state import ClientStateVar
from reflex_base.vars import VarData

pending = ClientStateVar.create("pending", default={})
NOW = "refs['_client_state_pending']"
SET = "refs['_client_state_setPending']"


def shown(row_id: rx.Var[str], known: rx.Var) -> rx.Var:
    """What a tap has just made of the row or, without one, what the server knows."""
    data = VarData.merge(
        pending.value._get_all_var_data(), row_id._get_all_var_data(), rx.Var.create(known)._get_all_var_data()
    )
    expression = f"({pending.value!s}?.[{row_id!s}]?.shown ?? {known!s})"
    return rx.Var(expression, _var_type=known._var_type, _var_data=data).guess_type()


def show(row_id: rx.Var[str], value: rx.Var | bool | float) -> rx.Var:
    """Show `value` for the row now; put it before the event that asks the server, in the same `on_click`."""
    value = rx.Var.create(value)
    data = VarData.merge(row_id._get_all_var_data(), value._get_all_var_data())
    waiting = f"({NOW}?.[{row_id!s}]?.waiting ?? 0) + 1"
    changed = f"({{...{NOW}, [{row_id!s}]: {{shown: {value!s}, waiting: {waiting}}}}})"
    return pending.set_value(rx.Var(changed, _var_data=data))


def settle(row_id: str) -> rx.event.EventSpec:
    """The server has answered one tap on the row; return it from the handler, after the rows."""
    return rx.call_script(f"{SET}?.(coach.settled({NOW}, {row_id!r}))")


def give_up() -> rx.event.EventSpec:
    """Show what is stored again: something was refused."""
    return rx.call_script(f"{SET}?.({{}})")
