from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from habit_coach.habits.figures import checkpoint
from habit_coach.habits.standing import first_needed
from habit_coach.reports.figures import LOOKS_BACK, Known, report
from tests.habits.strategies import lived


def known(plan, marks, folded):
    return Known(UUID(int=1), "Read", "", "", "min", plan, marks, folded, False, lambda: "19:40", False)


@given(lived(), st.integers(0, 13), st.integers(1, 130))
def test_a_report_from_a_checkpoint_is_that_of_the_whole_history(life, since, back):
    plan, marks, today = life
    first = today - timedelta(days=since)
    folded = checkpoint(plan, marks, first - timedelta(days=back))
    needed = min(first_needed(plan, folded), first - LOOKS_BACK)
    recent = {day: mark for day, mark in marks.items() if day >= needed}
    found = report([known(plan, recent, folded)], first, today, [])
    assert found == report([known(plan, marks, None)], first, today, [])
