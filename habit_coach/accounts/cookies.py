"""The cookies of browsers and REST clients; all are HttpOnly."""

from habit_coach.settings import settings

SESSION_COOKIE = "habit_coach_session"
FORM_COOKIE = "habit_coach_form"
STEP_COOKIE = "habit_coach_step"
PROVIDER_COOKIE = "habit_coach_provider"
REFRESH_COOKIE = "habit_coach_refresh"
PATHS = {REFRESH_COOKIE: "/api/v1/auth"}


def path(cookie: str) -> str:
    """Below which the browser sends it."""
    return PATHS.get(cookie, "/")


def wire_name(cookie: str) -> str:
    """Its name as the browser knows it: on https with a prefix, so that no other host of the domain can set it."""
    if not settings().is_https:
        return cookie
    return f"__Host-{cookie}" if path(cookie) == "/" else f"__Secure-{cookie}"
