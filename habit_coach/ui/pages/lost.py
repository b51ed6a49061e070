"""The page for an address where there is none."""

import reflex as rx

from habit_coach.ui.components.buttons import link_button
from habit_coach.ui.components.surfaces import empty_state
from habit_coach.ui.shell import frame


@rx.page(route="404", title="Nothing here · Habit Coach")
def lost() -> rx.Component:
    return nothing_here()


def nothing_here() -> rx.Component:
    """What stands at an address that is none, or that is not for whoever looks."""
    return frame(
        empty_state(
            "There is nothing at this address",
            "The link may be old, or a letter went astray. Your habits are where you left them.",
            link_button("Go to today", to="/today", look="primary"),
            level=1,
        )
    )
