"""The inbox: what the app has told, and answers to it."""

from habit_coach.ui.pages.notifications import choosing, page  # noqa: F401 - importing a page registers it
