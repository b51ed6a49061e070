"""How an import looks: the file, its columns, what it would change, how far it is, and what was done."""

import reflex as rx

from habit_coach.transfer import formats
from habit_coach.transfer.files import LARGEST_FILE
from habit_coach.ui.components.buttons import button, link_button
from habit_coach.ui.components.fields import field
from habit_coach.ui.components.surfaces import banner, card
from habit_coach.ui.pages.settings.importing import Column, Import, Line

UPLOAD = "import"


def importing() -> rx.Component:
    return card(
        rx.el.p(
            "Hand in the file that another app exported, as it is. "
            "You see first what would change, and a file handed in twice doubles nothing.",
            class_name="muted",
        ),
        rx.el.p(f"Exports that can be read: {formats.known()}.", class_name="muted small"),
        rx.el.div(
            rx.cond(Import.columns, rx.cond(~Import.found.done, _columns())),
            rx.cond(Import.busy != "", _progress()),
            rx.el.div(
                rx.cond(Import.busy == "", rx.cond(Import.found.says != "", _found(), _waiting())),
                rx.cond(Import.error != "", banner("circle-alert", Import.error, bad=True)),
                class_name="stack",
                aria_live="polite",
            ),
            class_name="stack",
        ),
        title="Bring your history along",
    )


def _waiting() -> rx.Component:
    """Nothing can be shown yet: a file is to be chosen, or its columns."""
    return rx.cond(
        Import.columns,
        rx.el.div(button("Cancel", on_click=Import.cancel), class_name="form-actions"),
        _drop_zone(),
    )


def _progress() -> rx.Component:
    """A bar that moves while days are written, and only sways while the file is read."""
    return rx.el.div(
        rx.el.p(Import.busy),
        rx.cond(
            Import.percent >= 0,
            rx.el.progress(value=Import.percent, max=100, aria_label="Import"),
            rx.el.progress(aria_label="Import"),
        ),
        class_name="import-progress",
    )


def _columns() -> rx.Component:
    """The first rows, and which column is read as what."""
    return rx.el.fieldset(
        rx.el.legend("Which column is what?", class_name="found-says"),
        rx.el.p(
            "A table with a row for each day and habit has its habits in one column. "
            "Without it, each column that is not used here becomes a habit.",
            class_name="muted small",
        ),
        rx.el.div(
            rx.el.table(
                rx.el.thead(rx.el.tr(rx.foreach(Import.table.header, lambda name: rx.el.th(name, scope="col")))),
                rx.el.tbody(rx.foreach(Import.table.sample, _row)),
            ),
            class_name="first-rows",
            tab_index=0,
            role="region",
            aria_label="The first rows of the file",
        ),
        rx.el.div(rx.foreach(Import.columns, _column), class_name="choices"),
        disabled=Import.busy != "",
        class_name="stack mapping",
    )


def _row(cells: rx.Var[list[str]]) -> rx.Component:
    return rx.el.tr(rx.foreach(cells, lambda cell: rx.el.td(cell)))


def _column(column: rx.Var[Column]) -> rx.Component:
    return field(
        column.label,
        column.ours,
        id="column-" + column.ours,
        control=rx.el.select,
        children=[
            rx.el.option("—", value=""),
            rx.foreach(Import.table.header, lambda name: rx.el.option(name, value=name)),
        ],
        value=column.theirs,
        on_change=lambda theirs: Import.choose(column.ours, theirs),
    )


def _drop_zone() -> rx.Component:
    zone = rx.upload.root(
        rx.icon("file-up", size=24, aria_hidden="true"),
        button("Choose a file"),  # its click reaches the zone, which opens the browser's dialog
        rx.el.span("or drop it here"),
        id=UPLOAD,
        multiple=False,
        max_size=LARGEST_FILE,
        no_keyboard=True,
        on_drop=Import.receive(rx.upload_files(upload_id=UPLOAD)),
        class_name="drop-zone",
    )
    # The input inside is made by Reflex, without a name for screen readers.
    zone.children[0].children[0].custom_attrs["aria-label"] = "File to import"
    return zone


def _found() -> rx.Component:
    return rx.fragment(
        rx.el.p(Import.found.says, class_name="found-says"),
        rx.el.ul(rx.foreach(Import.found.lines, _found_line), class_name="found"),
        rx.cond(Import.found.notes, _notes()),
        rx.cond(
            Import.found.done,
            rx.el.div(
                button("Import another file", on_click=Import.cancel),
                link_button("See your habits", to="/habits", look="primary"),
                class_name="form-actions",
            ),
            rx.el.div(
                button("Cancel", on_click=Import.cancel),
                rx.cond(~Import.found.nothing_new, button("Import", look="primary", on_click=Import.write)),
                class_name="form-actions",
            ),
        ),
    )


def _found_line(line: rx.Var[Line]) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.el.span(line.name, class_name="habit-name"),
            rx.el.span(line.asks, " · ", line.days, class_name="habit-asks"),
            class_name="habit-words",
        ),
        rx.el.span(rx.cond(line.new, "new", "added to yours"), class_name="badge"),
        class_name="pause-row",
    )


def _notes() -> rx.Component:
    return rx.el.details(
        rx.el.summary(
            "What could not be taken as it was",
            rx.el.span(Import.found.notes.length(), class_name="badge is-warn"),
            class_name="fold",
        ),
        rx.el.ul(rx.foreach(Import.found.notes, lambda note: rx.el.li(note, class_name="small muted"))),
    )
