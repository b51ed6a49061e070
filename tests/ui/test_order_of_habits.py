from dataclasses import dataclass
from uuid import UUID

import pytest

from habit_coach.ui.pages.habits.rows import dropped, group_stepped, stepped


@dataclass
class Habit:
    id: UUID
    group: str


def ident(number):
    return UUID(int=number)


def listed(*groups):
    return [Habit(ident(number), group) for number, group in enumerate(groups)]


def numbers(order):
    return [one.int for one in order]


def test_a_habit_moves_within_its_group_past_those_of_other_groups():
    assert numbers(stepped(listed("a", "b", "a"), ident(2), -1)) == [2, 0, 1]


@pytest.mark.parametrize(("moved", "step"), [(0, -1), (2, 1)])
def test_the_first_cannot_move_up_and_the_last_cannot_move_down(moved, step):
    assert numbers(stepped(listed("a", "a", "a"), ident(moved), step)) == [0, 1, 2]


def test_a_group_moves_with_all_of_its_habits():
    assert numbers(group_stepped(listed("a", "a", "b", ""), "b", -1)) == [2, 0, 1, 3]
    assert numbers(group_stepped(listed("a", "b"), "a", -1)) == [0, 1]
    assert numbers(group_stepped(listed("a", "b"), "unknown", 1)) == [0, 1]


def test_a_habit_takes_the_place_of_the_one_that_it_is_dropped_on():
    assert numbers(dropped(listed("", "", "", ""), ident(3), ident(1))) == [0, 3, 1, 2]
    assert numbers(dropped(listed("", "", "", ""), ident(0), ident(2))) == [1, 2, 0, 3]
    assert numbers(dropped(listed("", ""), ident(0), ident(0))) == [0, 1]
