"""Rows that can be dragged to another place. Whoever cannot drag needs buttons beside them."""

import reflex as rx
from reflex.event import no_args_event_spec
from reflex.experimental.client_state import ClientStateVar
from reflex_components_core.el.elements.typography import Li

held = ClientStateVar.create("held_row", "")
under = ClientStateVar.create("row_under", "")


class DraggableLi(Li):
    """A list item that hears of dragging, by the browser's own drag and drop."""

    on_drag_start: rx.EventHandler[no_args_event_spec]
    on_drag_enter: rx.EventHandler[no_args_event_spec]
    on_drag_over: rx.EventHandler[no_args_event_spec]
    on_drag_end: rx.EventHandler[no_args_event_spec]
    on_drop: rx.EventHandler[no_args_event_spec]


def sortable_row(*children, id: rx.Var[str], sorting: rx.Var[bool], on_dropped, class_name: str, **props):
    """A row that can be dragged while `sorting`; `on_dropped` hears the id of the held row and of the one under it."""
    look = rx.cond(
        sorting & (held.value != ""),
        rx.cond(
            held.value == id, f"{class_name} is-held", rx.cond(under.value == id, f"{class_name} is-under", class_name)
        ),
        class_name,
    )
    return DraggableLi.create(
        *children,
        draggable=sorting,
        on_drag_start=held.set_value(id),
        on_drag_enter=under.set_value(id),
        on_drag_over=rx.prevent_default,
        on_drop=[rx.prevent_default, on_dropped(held.value, id), held.set_value("")],
        on_drag_end=held.set_value(""),
        class_name=look,
        **props,
    )
