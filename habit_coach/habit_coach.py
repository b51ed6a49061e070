"""The composition root: the Reflex app with the REST API in front of it, and every page."""

import asyncio
import gc
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import reflex as rx
from anyio import to_thread

from habit_coach import sentry
from habit_coach.api.app import build_api
from habit_coach.ui import errors, live
from habit_coach.ui.pages import (  # noqa: F401 - importing a page registers it
    admin,
    doors,
    editor,
    habit,
    habits,
    insights,
    landing,
    lost,
    notifications,
    recovery,
    report,
    settings,
    today,
    welcome,
)
from habit_coach.ui.serving import PagesWithoutSlash, RestFirst, behind
from habit_coach.ui.session import FreshStart, PlainText

THREADS = 12
KIT = ("tokens", "base", "parts", "forms", "surfaces", "floating", "shell")
STYLESHEETS = (
    *KIT,
    "landing",
    "today",
    "day-row",
    "bars",
    "habit",
    "habits",
    "insights",
    "editor",
    "settings",
    "admin",
    "notifications",
)

sentry.start("web")
api = build_api()
app = rx.App(
    api_transformer=[PagesWithoutSlash, partial(behind, api)],
    backend_exception_handler=errors.show,
    stylesheets=[f"/{name}.css" for name in STYLESHEETS],
    head_components=[
        rx.el.script(src="/app.js"),
        rx.el.link(rel="manifest", href="/manifest.json"),
        rx.el.link(rel="apple-touch-icon", href="/apple-touch-icon.png"),
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        rx.el.meta(name="theme-color", content="#f8f5ef", custom_attrs={"media": "(prefers-color-scheme: light)"}),
        rx.el.meta(name="theme-color", content="#161412", custom_attrs={"media": "(prefers-color-scheme: dark)"}),
    ],
    toaster=rx.toast.provider(position="bottom-center", rich_colors=False, expand=False, visible_toasts=3),
    html_lang="en",
    reset_style=False,
)
# Reflex's own overlay speaks of servers and addresses; the shell has a banner of ours.
app.app_wraps.pop((5, "Overlay"))
app.add_middleware(FreshStart(), index=0)
app.add_middleware(PlainText(), index=0)
app.register_lifespan_task(live.publish, app=app)


@app.register_lifespan_task
async def few_threads() -> None:
    """For routes and for pages: together with those for passwords and files fewer than the pool has connections, so
    that the event loop, which cannot wait for one, always finds one.
    """
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))


def front() -> RestFirst:
    """What is served."""
    return RestFirst(api, app())


# What is loaded by now stays: looking through it for garbage would hold everybody for a tenth of a second.
gc.freeze()
