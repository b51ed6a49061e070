"""What every signed-in page has around it: the guard, the ear for changes, and the shell."""

from collections.abc import Callable

import reflex as rx

from habit_coach.ui.bell import Bell
from habit_coach.ui.live import Feed, Live
from habit_coach.ui.shell import shell

Content = Callable[[], rx.Component]


def page(route: str, title: str, load: rx.event.EventHandler) -> Callable[[Content], Content]:
    """Register the decorated function as the content of a signed-in page.

    `load` runs when the page opens and whenever the user's data changed elsewhere. It resolves the user with
    `signed_in` first, which sends whoever is not signed in to the sign-in page.
    """

    def register(content: Content) -> Content:
        @rx.page(route=route, title=f"{title} · Habit Coach", on_load=[Live.follow, load, Bell.load])
        def framed() -> rx.Component:
            return shell(route, content(), live(load))

        # The build keeps what it makes of a component with its module: the page's own code stays out of other pages.
        framed.__module__ = content.__module__
        return content

    return register


def live(load: rx.event.EventHandler) -> rx.Component:
    """Runs `load` whenever the user's data changed somewhere else."""

    def on_change(rest: rx.RestProp) -> rx.Component:
        return rx.el.span(rest, hidden=True, on_mount=[load, Bell.load])

    # The name must be the page's own: memos are known by it across the app.
    on_change.__name__ = on_change.__qualname__ = "on_change_" + load.state_full_name.replace(".", "_")
    on_change.__module__ = load.fn.__module__
    listener = rx.memo(on_change)
    return rx.cond(Feed.version > 0, listener(key=Feed.version.to_string()))
