"""Making a habit, and changing one."""

from habit_coach.ui.pages.editor import page

__all__ = ["page"]
