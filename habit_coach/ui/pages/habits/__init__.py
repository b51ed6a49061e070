"""Habits: all of them, by group, with what can be done to each."""

from habit_coach.ui.pages.habits import listing

__all__ = ["listing"]
