"""The admin page: who has an account, what runs behind the pages, and whether all is well."""

from habit_coach.ui.pages.admin import page

__all__ = ["page"]
