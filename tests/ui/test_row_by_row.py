import reflex as rx
from hypothesis import given
from hypothesis import strategies as st
from reflex.state import State

from habit_coach.ui.row_by_row import ROWS, RowByRow


class Shelf(RowByRow, rx.State):
    rows: dict[str, str] = {}


def shelf() -> tuple[Shelf, State]:
    root = State(_reflex_internal_init=True)
    return root.get_substate(Shelf.get_full_name().split(".")), root


def sent(root: State) -> dict[str, str]:
    """What goes to the browser now."""
    delta = root.get_delta().get(Shelf.get_full_name(), {})
    root._clean()
    return delta


@given(st.lists(st.tuples(st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xyz")), st.booleans())))
def test_a_browser_that_keeps_what_it_is_sent_knows_every_row_as_it_is(steps):
    state, root = shelf()
    browser = {}
    for rows, sends in steps:
        state._put_rows(rows)
        if sends:
            browser |= sent(root)
            assert {row_id: browser[ROWS + row_id] for row_id in rows} == rows


def test_only_what_changed_is_sent():
    state, root = shelf()
    state._put_rows({"a": "x", "b": "y"})
    assert sent(root) == {ROWS + "a": "x", ROWS + "b": "y"}
    state._put_rows({"a": "x", "b": "z"})
    assert sent(root) == {ROWS + "b": "z"}
    state._put_rows({"b": "z", "a": "x"})
    assert sent(root) == {}


def test_after_a_reset_everything_is_sent_again():
    state, root = shelf()
    state._put_rows({"a": "x"})
    sent(root)
    state.reset()
    sent(root)
    state._put_rows({"a": "x"})
    assert sent(root) == {ROWS + "a": "x"}


def test_no_client_can_ask_for_a_delta_by_name():
    assert not {"get_delta", "rows_of"} & Shelf.event_handlers.keys()
