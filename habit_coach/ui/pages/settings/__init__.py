"""Settings: one card a concern, each with its own state and file."""

from habit_coach.ui.pages.settings import page

__all__ = ["page"]
