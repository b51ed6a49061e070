"""The places of the app, in the order in which they stand in the navigation."""

from typing import NamedTuple


class Place(NamedTuple):
    """A page that is always one step away; `icon` is a lucide name."""

    name: str
    route: str
    icon: str


NOTIFICATIONS = "/notifications"
REPORT = "/report"

PLACES = (
    Place("Today", "/today", "sun"),
    Place("Habits", "/habits", "list-checks"),
    Place("Insights", "/insights", "chart-column"),
    Place("Report", REPORT, "calendar-check"),
    Place("Settings", "/settings", "settings"),
)

# Only admins see it, and only they find anything there.
ADMIN = Place("Admin", "/admin", "shield")
NEW_HABIT = "/habits/new"
WELCOME = "/welcome"
