"""The list that is shown, and what can be done with it: order, archive, delete."""

from collections.abc import Callable
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from habit_coach import db
from habit_coach.accounts.models import User
from habit_coach.habits import habit
from habit_coach.habits.models import Habit
from habit_coach.ui.arguments import an_id
from habit_coach.ui.pages.habits import pauses
from habit_coach.ui.pages.habits.rows import Listing, by_group, dropped, group_stepped, listing, stepped
from habit_coach.ui.session import signed_in


class Habits(rx.State):
    """What the person has, and whether they are putting it in order."""

    shown: Listing = Listing()
    arranging: bool = False
    said: str = ""

    @rx.event
    def load(self):
        with db.session() as session:
            shown = listing(session, signed_in(session, self))
        self.shown = shown
        return pauses.Pauses.load

    @rx.event
    def arrange(self):
        self.arranging, self.said = not self.arranging, ""

    @rx.event
    def step(self, habit_id: str, step: int):
        """Move a habit up (-1) or down (1) within its group."""
        with db.session(writes=True) as session:
            user = signed_in(session, self)
            habits = habit.listed(session, user)
            moved = habit.owned(session, user, an_id(habit_id))
            ordered = habit.reorder(session, user, stepped(habits, moved.id, step))
            group = [one.id for one in ordered if one.group == moved.group and one.archived_at is None]
            shown = listing(session, user)
        self.shown = shown
        self.said = f"{moved.name} is number {group.index(moved.id) + 1} of {len(group)}."
        return rx.call_script(f"coach.focus('{'up' if step < 0 else 'down'}-{moved.id}')")

    @rx.event
    def step_group(self, name: str, step: int):
        """Move a group with all of its habits."""
        with db.session(writes=True) as session:
            user = signed_in(session, self)
            ordered = habit.reorder(session, user, group_stepped(habit.listed(session, user), name, step))
            names = list(by_group([one for one in ordered if one.archived_at is None]))
            shown = listing(session, user)
        if name in names:
            self.said = f"{name or 'Habits without a group'}: number {names.index(name) + 1} of {len(names)}."
        self.shown = shown

    @rx.event
    def drop(self, habit_id: str, on: str):
        """Put a habit where another is, in that one's group."""
        with db.session(writes=True) as session:
            user = signed_in(session, self)
            moved, target = (habit.owned(session, user, an_id(one)) for one in (habit_id, on))
            if moved.group != target.group:
                habit.update(session, user, moved.id, {"group": target.group})
            habit.reorder(session, user, dropped(habit.listed(session, user), moved.id, target.id))
            shown = listing(session, user)
        self.shown, self.said = shown, f"{moved.name} was moved."

    @rx.event
    def put_away(self, habit_id: str):
        name = _change(self, habit_id, habit.archive).name
        return undoable(f"{name} is in the archive.", Habits.take_up(habit_id))

    @rx.event
    def take_up(self, habit_id: str):
        _change(self, habit_id, habit.unarchive)

    @rx.event
    def delete(self, habit_id: str):
        name = _change(self, habit_id, habit.delete).name
        return undoable(f"{name} was deleted.", Habits.bring_back(habit_id))

    @rx.event
    def bring_back(self, habit_id: str):
        _change(self, habit_id, habit.restore)


def _change(page: Habits, habit_id: str, act: Callable[[Session, User, UUID], Habit]) -> Habit:
    """Do this to one habit, and show the list as it then is."""
    with db.session(writes=True) as session:
        user = signed_in(session, page)
        changed = act(session, user, an_id(habit_id))
        shown = listing(session, user)
    page.shown = shown
    return changed


def undoable(sentence: str, undo: rx.event.EventSpec) -> rx.event.EventSpec:
    return rx.toast(sentence, duration=8000, action={"label": "Undo", "on_click": undo})
