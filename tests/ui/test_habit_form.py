from datetime import date

import pytest

from habit_coach.errors import Invalid
from habit_coach.habits.drafts import draft_from
from habit_coach.habits.schedule import SCHEDULE
from habit_coach.ui.pages.editor.values import as_typed, draft_values, preview, schedule_from, schedule_values

MONDAY = date(2026, 3, 2)
NEW = {"name": "Read", "kind": "binary", "schedule": "daily", "color": "#0090ff"}


@pytest.mark.parametrize(
    "schedule",
    [
        {"kind": "daily"},
        {"kind": "weekdays", "days": ["mon", "sat"]},
        {"kind": "per_period", "times": 3, "period": "month"},
        {"kind": "every", "n": 2, "unit": "week"},
        {"kind": "monthly", "days": [1, 31, "last"]},
        {"kind": "monthly", "nth": -1, "weekday": "fri"},
    ],
    ids=lambda schedule: schedule["kind"],
)
def test_every_schedule_comes_out_of_the_form_as_it_went_in(schedule):
    known = SCHEDULE.validate_python(schedule)
    assert SCHEDULE.validate_python(schedule_from(as_typed(schedule_values(known)))) == known


def test_the_preview_says_the_schedule_and_the_days_that_come_next():
    typed = {"schedule": "every", "n": "3", "n_unit": "day", "start_date": "2026-03-01"}
    assert preview(typed, MONDAY) == "Every 3 days. Next: Wed 4 Mar, Sat 7 Mar, Tue 10 Mar."


def test_the_preview_says_what_is_still_wrong():
    assert preview({"schedule": "weekdays"}, MONDAY) == "Choose at least one weekday."
    typed = {"schedule": "per_period", "times": "9", "period": "week"}
    assert preview(typed, MONDAY) == "A week has room for at most 7 times."


def test_a_start_at_the_end_of_the_calendar_is_only_said():
    typed = {"schedule": "every", "n": "365", "n_unit": "day", "start_date": "9999-12-31"}
    assert preview(typed, MONDAY).startswith("Every 365 days")


def test_a_number_may_be_written_with_a_comma():
    typed = NEW | {"kind": "numeric", "target": "2,5", "unit": "km", "direction": "at_least"}
    assert draft_from(draft_values(typed, [])).target == 2.5


def test_what_belongs_to_the_other_kind_is_left_out():
    typed = NEW | {"target": "20", "unit": "pages", "direction": "at_most"}
    draft = draft_from(draft_values(typed, ["07:30", ""]))
    assert (draft.target, draft.unit, draft.direction, draft.reminders) == (None, "", "at_least", ["07:30"])


@pytest.mark.parametrize(
    ("field", "typed"), [("target", {"kind": "numeric", "target": "many"}), ("start_date", {"start_date": "soon"})]
)
def test_what_is_no_number_or_day_gets_a_sentence_at_its_field(field, typed):
    with pytest.raises(Invalid) as refused:
        draft_values(NEW | typed, [])
    assert refused.value.fields.keys() == {field}
