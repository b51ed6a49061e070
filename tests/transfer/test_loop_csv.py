from pathlib import Path

import pytest

REAL = Path(__file__).parents[1] / "fixtures" / "loop_habits_csv_v2.3.1.zip"
NEW = "Position,Name,Type,Question,Description,FrequencyNumerator,FrequencyDenominator,Color,Unit,Target Type,Target Value,Archived?\n"  # noqa: E501
OLD = "Position,Name,Question,Description,NumRepetitions,Interval,Color\n"
DAYS = "Date,Value,Notes\n"


@pytest.fixture
def loop(make_zip):
    """A zip of one habit, described by its row and by its days."""

    def make(row: str, days: str, header: str = NEW):
        return make_zip({"Habits.csv": header + row, "001/Checkmarks.csv": days, "001/Scores.csv": "Date,Score\n"})

    return make


def test_a_real_export_comes_whole(account):
    account.bring(REAL)
    assert [(h.name, h.kind, h.archived_at is not None) for h in account.habits()] == [
        ("someone", "binary", True),
        ("value habit", "numeric", False),
        ("bool habit", "binary", False),
    ]
    assert account.days("value habit") == {
        "2026-07-02": ("done", 30.0, "hi"),
        "2026-07-03": ("done", 3.0, ""),
        "2026-07-04": ("done", 12.0, ""),
    }
    assert account.days("bool habit") == {
        "2026-07-01": ("missed", None, "no"),
        "2026-07-02": ("done", None, "yes"),
        "2026-07-03": ("missed", None, ""),
        "2026-07-04": ("done", None, ""),
    }
    value = account.habit("value habit")
    assert (value.unit, value.color, value.description) == ("unit", "#1976d2", "quest\n\nmemo")
    assert value.rules[-1]["target"] == 12.0
    assert value.rules[-1]["direction"] == "at_most"


def test_strength_is_the_exports_own_score_to_four_decimals(account):
    account.bring(REAL)
    assert f"{account.strength('value habit'):.4f}" == "0.9712"


def test_a_frequency_without_an_equal_becomes_the_nearest_and_the_preview_says_so(account):
    shown = account.preview(REAL)
    assert [habit.asks for habit in shown.habits] == [
        "3 times a week",
        "at most 12 unit, once a month",
        "6 times a month",
    ]
    assert [(note.where, note.text) for note in shown.notes] == [
        ("bool habit", "3 times in any 14 days has no equal here; it becomes 6 times a month.")
    ]


@pytest.mark.parametrize(
    ("times", "days", "schedule", "is_said"),
    [
        (1, 1, {"kind": "daily"}, False),
        (5, 5, {"kind": "daily"}, False),
        (3, 7, {"kind": "per_period", "times": 3, "period": "week"}, False),
        (10, 30, {"kind": "per_period", "times": 10, "period": "month"}, False),
        (1, 3, {"kind": "every", "n": 3, "unit": "day"}, True),
        (2, 3, {"kind": "per_period", "times": 20, "period": "month"}, True),
    ],
)
def test_frequencies(account, loop, times, days, schedule, is_said):
    shown = account.bring(loop(f"001,Swim,YES_NO,,,{times},{days},#112233,,,,false\n", DAYS))
    assert account.habit("Swim").rules[-1]["schedule"] == schedule
    assert bool(shown.notes) == is_said


def test_what_loop_only_implies_or_does_not_know_is_no_entry(account, loop):
    days = DAYS + "2026-07-03,YES_AUTO,\n2026-07-02,UNKNOWN,\n2026-07-01,YES_MANUAL,\n2026-06-30,SKIP,ill\n"
    account.bring(loop("001,Swim,YES_NO,,,3,7,#112233,,,,false\n", days))
    assert account.days("Swim") == {"2026-07-01": ("done", None, ""), "2026-06-30": ("skipped", None, "ill")}


def test_the_smallest_amounts_are_printed_by_the_names_of_answers(account, loop):
    days = DAYS + "2026-07-04,SKIP,\n2026-07-03,YES_MANUAL,\n2026-07-02,YES_AUTO,\n2026-07-01,NO,\n2026-06-30,2500,\n"
    account.bring(loop("001,Run,NUMERICAL,,,1,1,#112233,km,AT_LEAST,5.0,false\n", days))
    assert {day: (state, value) for day, (state, value, _) in account.days("Run").items()} == {
        "2026-07-04": ("skipped", None),
        "2026-07-03": ("done", 0.002),
        "2026-07-02": ("done", 0.001),
        "2026-07-01": ("done", 0.0),
        "2026-06-30": ("done", 2.5),
    }


def test_an_export_of_before_2_3_1_has_bare_numbers_and_no_header(account, loop):
    path = loop("001,Swim,Did you swim?,,3,7,#112233\n", "2026-07-03,2\n2026-07-02,0\n2026-07-01,1\n", OLD)
    account.bring(path)
    assert account.days("Swim") == {"2026-07-03": ("done", None, ""), "2026-07-02": ("missed", None, "")}
    assert account.habit("Swim").description == "Did you swim?"


def test_an_old_export_of_amounts_becomes_numeric_and_says_where_its_target_is_from(account, loop):
    path = loop("001,Run,,,1,1,#112233\n", "2026-07-03,5000\n2026-07-02,4000\n2026-07-01,9000\n", OLD)
    shown = account.bring(path)
    assert account.habit("Run").rules[-1]["target"] == 5.0
    assert "does not say the target" in shown.notes[0].text


def test_folders_are_joined_by_number_whatever_became_of_the_name(account, make_zip):
    rows = '001,"Läufe, früh",YES_NO,,,1,1,#112233,,,,false\n002,読む,YES_NO,,,1,1,#112233,,,,false\n'
    path = make_zip(
        {
            "Habits.csv": NEW + rows,
            "001 Lufe frh/Checkmarks.csv": DAYS + "2026-07-04,YES_MANUAL,\n",
            "002/Checkmarks.csv": DAYS + '2026-07-03,YES_MANUAL,"a ""word"", and\nmore"\n',
            "Checkmarks.csv": "Date,Läufe, früh,読む,\n2026-07-04,YES_MANUAL,UNKNOWN,\n",
        }
    )
    account.bring(path)
    assert account.days("Läufe, früh") == {"2026-07-04": ("done", None, "")}
    assert account.days("読む") == {"2026-07-03": ("done", None, 'a "word", and\nmore')}


def test_a_row_that_cannot_be_read_is_named_and_the_rest_comes(account, loop):
    days = DAYS + "2026-07-03,YES_MANUAL,\nyesterday,YES_MANUAL,\n2026-07-01,MAYBE,\n2026-07-09,YES_MANUAL,\n"
    shown = account.bring(loop("001,Swim,YES_NO,,,1,1,#112233,,,,false\n", days))
    assert list(account.days("Swim")) == ["2026-07-03"]
    assert [(note.where, note.text) for note in shown.notes] == [
        ("001/Checkmarks.csv, line 3", "“yesterday,YES_MANUAL,” is not a day with a value."),
        ("001/Checkmarks.csv, line 4", "“2026-07-01,MAYBE,” is not a day with a value."),
        ("001/Checkmarks.csv, line 5", "2026-07-09 is still to come and is left out."),
    ]
