"""The weekly report, of the last week and of those before."""

from habit_coach.ui.pages.report import page  # noqa: F401 - importing a page registers it
