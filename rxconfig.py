"""What Reflex needs to know to build and to serve the app."""

import reflex as rx
from reflex_base.constants import StateManagerMode

from habit_coach.settings import settings
from habit_coach.ui.bundling import Bundling

config = rx.Config(
    app_name="habit_coach",
    app_module_import="habit_coach.habit_coach",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    cors_allowed_origins=sorted(settings().origins),
    trusted_proxy_hops=settings().trusted_proxy_hops,
    redis_url=settings().redis_url or None,
    state_manager_mode=StateManagerMode.REDIS if settings().redis_url else StateManagerMode.MEMORY,
    frontend_compression_formats=["gzip", "brotli"],
    plugins=[Bundling()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
