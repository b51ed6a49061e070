"""Invented exports, in the form in which each app writes them."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from habit_coach.errors import Invalid
from habit_coach.transfer import formats


@pytest.fixture
def file(tmp_path: Path):
    """A file with this text, or this value as JSON; its name tells nothing."""

    def make(content: object, name: str = "download") -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    return make


def notes(shown) -> list[str]:
    return [f"{note.where}: {note.text}" for note in shown.notes]


HABITBULL = """HabitName,HabitDescription,HabitCategory,CalendarDate,Value,CommentText
"Yoga, slow",on the mat,Body,2026-07-01,1,
"Yoga, slow",on the mat,Body,07/02/2026,0,ill
"Yoga, slow",on the mat,Body,2026-07-03,-2150000000,
Pages,,Mind,2026-07-01,30,
Pages,,Mind,2026-07-02,10,late
Pages,,Mind,2026-07-03,20,
"""


def test_habitbull(account, file):
    shown = account.bring(file(HABITBULL))
    assert account.days("Yoga, slow") == {"2026-07-01": ("done", None, ""), "2026-07-02": ("missed", None, "ill")}
    assert account.days("Pages")["2026-07-02"] == ("done", 10.0, "late")
    assert account.habit("Pages").rules[0]["target"] == 20.0
    assert (account.habit("Yoga, slow").group, account.habit("Yoga, slow").description) == ("Body", "on the mat")
    assert len(notes(shown)) == 2


BEAVER = [
    {
        "name": "Run",
        "id": "a",
        "tags": ["sport"],
        "star": True,
        "period": {"period_type": "W", "period_count": 1, "target_count": 3},
        "records": [
            {"day": "2026-07-01", "done": True, "text": "5 km #_50%"},
            {"day": "2026-07-02", "done": False, "text": "ill #skip"},
            {"day": "2026-07-03", "done": False},
        ],
    },
    {"name": "Call", "id": "b", "tags": [], "status": "archive", "records": [{"day": "2026-06-01", "done": True}]},
    {"name": "Gone", "id": "c", "tags": [], "status": "soft_delete", "records": []},
]


@pytest.mark.parametrize(
    "document",
    [
        {"user_email": "a@example.com", "exported_at": "2026-07-04 10:00:00", "habits": BEAVER},
        {"data": {"habits": BEAVER[::-1], "order": ["a", "b", "c"]}},
    ],
    ids=["its export", "its file on the disk"],
)
def test_beaverhabits(account, file, document):
    shown = account.bring(file(document))
    assert [habit.name for habit in account.habits()] == ["Run", "Call"]
    assert account.days("Run") == {
        "2026-07-01": ("done", None, "5 km #_50%"),
        "2026-07-02": ("skipped", None, "ill"),
        "2026-07-03": ("missed", None, ""),
    }
    assert account.habit("Run").tags == ["sport", "starred"]
    assert account.habit("Call").archived_at is not None
    assert sorted(notes(shown)) == [
        "Gone: It was deleted there and is left out.",
        "Run, 2026-07-01: A yes-or-no habit has no parts here: the percentage stays in the note.",
    ]


TROVE = {
    "habits": [
        {
            "id": "1",
            "name": "Drink water 💧",
            "description": "8 glasses",
            "frequency": "FREQ=DAILY",
            "coinReward": 2,
            "targetCompletions": 2,
            "completions": ["2026-07-01T08:00:00.000Z", "2026-07-01T23:30:00.000Z", "2026-07-01T21:30:00.000Z"],
            "pinned": True,
        },
        {
            "id": "2",
            "name": "Gym",
            "description": "",
            "frequency": "FREQ=WEEKLY;BYDAY=MO,WE,FR",
            "completions": ["2026-07-01T18:00:00.000Z"],
        },
        {
            "id": "3",
            "name": "Pay rent",
            "frequency": "2026-12-01T00:00:00.000Z",
            "isTask": True,
            "completions": [],
        },
        {"id": "4", "name": "Old", "frequency": "FREQ=YEARLY", "archived": True, "completions": []},
    ]
}
SETTINGS = {"system": {"timezone": "Europe/Berlin"}}


def test_habittrove_as_a_folder_and_as_a_zip(account, tmp_path, file, make_zip):
    file(TROVE, "data/habits.json"), file(SETTINGS, "data/settings.json"), file("not to be read", "data/auth.json")
    shown = account.bring(tmp_path / "data")
    assert account.days("Drink water 💧") == {"2026-07-01": ("done", 2.0, ""), "2026-07-02": ("done", 1.0, "")}
    assert account.days("Gym") == {"2026-07-01": ("done", None, "")}
    assert account.habit("Gym").rules[0]["schedule"] == {"kind": "weekdays", "days": ["mon", "wed", "fri"]}
    assert account.habit("Old").archived_at is not None
    assert "Pay rent: It is a task that is done once, not a habit, and is left out." in notes(shown)
    assert "Old: “FREQ=YEARLY” has no equal here; it becomes every day." in notes(shown)
    zipped = make_zip({f"backup/data/{p.name}": p.read_text("utf-8") for p in (tmp_path / "data").iterdir()})
    assert account.bring(zipped).changes_nothing


@pytest.mark.parametrize(
    ("rule", "schedule"),
    [
        ("FREQ=DAILY;INTERVAL=2", {"kind": "every", "n": 2, "unit": "day"}),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", {"kind": "every", "n": 2, "unit": "week"}),
        ("FREQ=MONTHLY;BYMONTHDAY=1,-1", {"kind": "monthly", "days": [1, "last"]}),
        ("FREQ=MONTHLY;BYDAY=-1FR", {"kind": "monthly", "nth": -1, "weekday": "fri"}),
        ("FREQ=WEEKLY", {"kind": "per_period", "times": 1, "period": "week"}),
    ],
)
def test_habittroves_rules(account, file, rule, schedule):
    shown = account.bring(file({"habits": [{"name": "Gym", "frequency": rule, "completions": []}]}))
    assert account.habit("Gym").rules[0]["schedule"] == schedule
    assert notes(shown) == []


def ms(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)


def habitica(**tasks) -> dict:
    return {
        "apiToken": "secret-token-of-habitica",
        "auth": {"local": {"email": "a@example.com"}},
        "preferences": {"dayStart": 3, "timezoneOffset": -60},
        "tags": [{"id": "t1", "name": "Health"}],
        "tasks": {"habits": [], "dailys": [], "todos": [], "rewards": []} | tasks,
    }


def test_habitica_habits(account, file):
    water = {
        "id": "1",
        "text": "Drink water",
        "notes": "a glass",
        "tags": ["t1"],
        "up": True,
        "down": False,
        "history": [
            {"date": ms("2024-01-01T00:00"), "value": 4.0},
            {"date": ms("2026-07-02T00:30"), "value": 1.0, "scoredUp": 4, "scoredDown": 0},
        ],
    }
    smoking = {"id": "2", "text": "Smoking", "up": False, "down": True}
    smoking["history"] = [{"date": ms("2026-07-02T18:00"), "value": -1.0, "scoredUp": 0, "scoredDown": 1}]
    shown = account.bring(file(habitica(habits=[water, smoking], todos=[{"text": "Buy milk"}])))
    assert account.days("Drink water") == {"2026-07-01": ("done", 4.0, "")}, "before 3 o'clock it was still the 1st"
    assert account.habit("Drink water").tags == ["Health"]
    assert account.days("Smoking") == {"2026-07-02": ("done", 1.0, "")}
    assert account.habit("Smoking").rules[0] | {"since": ""} == {
        "since": "",
        "schedule": {"kind": "daily"},
        "target": 0.0,
        "direction": "at_most",
    }
    assert "Drink water: 1 old rows only hold averages and are left out." in notes(shown)
    assert "download: 1 to-dos are no habits and are left out." in notes(shown)
    assert "secret-token" not in str(account.everything())


def test_a_habitica_habit_with_plus_and_minus_becomes_two(account, file):
    both = {"id": "1", "text": "Eat", "up": True, "down": True}
    both["history"] = [{"date": ms("2026-07-01T12:00"), "value": 1.0, "scoredUp": 1, "scoredDown": 2}]
    account.bring(file(habitica(habits=[both])))
    assert account.days("Eat") == {"2026-07-01": ("done", None, "")}
    assert account.days("Eat (minus)") == {"2026-07-01": ("done", 2.0, "")}


def test_habitica_dailies(account, file):
    gym = {
        "id": "1",
        "text": "Gym",
        "frequency": "weekly",
        "everyX": 1,
        "startDate": "2026-01-01T00:00:00.000Z",
        "repeat": {"m": True, "w": True, "f": True, "t": False},
        "checklist": [{"text": "warm up"}],
        "reminders": [{"id": "r", "time": "2026-01-01T06:30:00.000Z"}],
        "history": [
            {"date": ms("2026-07-01T18:00"), "value": 1.0, "isDue": True, "completed": True},
            {"date": ms("2026-07-02T18:00"), "value": 1.0, "isDue": False, "completed": False},
            {"date": ms("2026-07-03T18:00"), "value": 0.1, "isDue": True, "completed": False},
        ],
    }
    rent = {"id": "2", "text": "Rent", "frequency": "monthly", "everyX": 1, "daysOfMonth": [1], "history": []}
    account.bring(file(habitica(dailys=[gym, rent])))
    found = account.habit("Gym")
    assert account.days("Gym") == {"2026-07-01": ("done", None, ""), "2026-07-03": ("missed", None, "")}
    assert found.rules[0]["schedule"] == {"kind": "weekdays", "days": ["mon", "wed", "fri"]}
    assert (found.description, found.reminders, found.start_date) == ("- warm up", ["07:30"], date(2026, 1, 1))
    assert account.habit("Rent").rules[0]["schedule"] == {"kind": "monthly", "days": [1]}


def test_habiticas_task_history(account, file):
    text = "Task Name,Task ID,Task Type,Date,Value\n"
    text += "Water,1,habit,2026-07-01 18:00:00,1.0\nWater,1,habit,2026-07-02 18:00:00,2.0\n"
    text += "Smoking,2,habit,2026-07-01 18:00:00,-1.0\n"
    text += "Gym,3,daily,2026-07-01 18:00:00,1.0\nGym,3,daily,2026-07-03 18:00:00,0.1\n"
    account.bring(file(text))
    assert set(account.days("Water").values()) == {("done", None, "")}
    assert account.days("Smoking") == {"2026-07-01": ("done", 1.0, "")}
    assert account.days("Gym") == {"2026-07-01": ("done", None, ""), "2026-07-03": ("missed", None, "")}


def epoch(day: str) -> int:
    return (date.fromisoformat(day) - date(1970, 1, 1)).days


def table_habit(**habit) -> dict:
    usual = {"name": "Read", "type": 1, "status": 1, "color": 2, "daily_goal": 1, "daily_goal_unit": ""}
    usual |= {"freq_type": 3, "freq_custom": "[1,1]", "start_date": epoch("2026-06-01"), "records": []}
    return {"habits": [usual | habit]}


def test_table_habit(account, file):
    records = [
        {"record_date": epoch("2026-07-01"), "record_type": 1, "record_value": 25, "reason": "good"},
        {"record_date": epoch("2026-07-02"), "record_type": 2, "record_value": 0, "reason": "ill"},
    ]
    reminder = json.dumps({"type": 2, "extra": [], "time": "7:05"})
    given = {"daily_goal": 20, "daily_goal_unit": "pages", "records": records, "reminder": reminder, "status": 3}
    account.bring(file(table_habit(freq_type=1, freq_custom="[3]", **given)))
    assert account.days("Read") == {"2026-07-01": ("done", 25.0, "good"), "2026-07-02": ("skipped", None, "ill")}
    read = account.habit("Read")
    assert (read.unit, read.reminders, read.start_date) == ("pages", ["07:05"], date(2026, 6, 1))
    assert read.rules[0]["schedule"] == {"kind": "per_period", "times": 3, "period": "week"}
    assert read.archived_at is not None


def test_a_negative_habit_of_table_habit_is_a_limit(account, file):
    account.bring(file(table_habit(type=2, daily_goal=2)))
    assert account.habit("Read").rules[0]["direction"] == "at_most"


def test_a_deleted_habit_of_table_habit_stays_behind(account, file):
    assert notes(account.bring(file(table_habit(status=2)))) == ["Read: It was deleted there and is left out."]
    assert account.habits() == []


def test_habitify(account, file):
    text = "Habit,Date,Total log,Unit,Status,Habit ID\n"
    text += "Run,2026-07-01,2.5,km,Completed,-N1\nRun,2026-07-02,0,km,Skipped,-N1\n"
    text += "Read,2026-07-02,5,pages,Failed,-N2\nRead,2026-07-03,1,,Completed,-N3\n"
    account.bring(file(text))
    assert account.days("Run") == {"2026-07-01": ("done", 2.5, ""), "2026-07-02": ("skipped", None, "")}
    assert account.habit("Run").rules[0]["target"] == 2.5
    numeric, binary = [habit for habit in account.habits() if habit.name == "Read"]
    assert (numeric.kind, numeric.rules[0]["target"], binary.kind) == ("numeric", 6.0, "binary")


HARSH = "# comment\n! Morning\nMeditated: 1\nGym: 3/7\nMoods: 0\nOld: 1w: 2024-06-15\n"
HARSH_LOG = (
    "2026-07-01 : Meditated : y :  : \n2026-07-01 : Gym : y : legs: heavy : 45\n2026-07-02 : Meditated : s : ill : \n"
)


def test_harsh_as_a_folder(account, tmp_path, file):
    file(HARSH, "harsh/habits"), file(HARSH_LOG, "harsh/log")
    shown = account.bring(tmp_path / "harsh")
    assert [(habit.name, habit.group) for habit in account.habits()] == [
        ("Meditated", "Morning"),
        ("Gym", "Morning"),
        ("Moods", "Morning"),
        ("Old", "Morning"),
    ]
    assert account.days("Meditated") == {"2026-07-01": ("done", None, ""), "2026-07-02": ("skipped", None, "ill")}
    assert account.days("Gym") == {"2026-07-01": ("done", 45.0, "legs: heavy")}
    assert account.habit("Gym").rules[0]["schedule"] == {"kind": "per_period", "times": 3, "period": "week"}
    assert account.habit("Old").archived_at is not None
    assert "Moods: It is only tracked and never due; here it becomes once a month." in notes(shown)


def test_harshs_log_alone(account, file):
    account.bring(file(HARSH_LOG))
    assert [habit.name for habit in account.habits()] == ["Meditated", "Gym"]


def test_a_plain_file_with_a_row_for_each_habit_and_day(account, file):
    account.bring(file("Date;Habit;Amount;Notes\n04.07.2026;Läufe;2.5;früh\n03.07.2026;Läufe;5;\n02.07.2026;Läufe;4;"))
    assert account.days("Läufe") == {
        "2026-07-04": ("done", 2.5, "früh"),
        "2026-07-03": ("done", 5.0, ""),
        "2026-07-02": ("done", 4.0, ""),
    }


def test_a_plain_file_with_a_column_for_each_habit(account, file):
    shown = account.bring(file("date,Swim,Pages\n2026-07-03,x,30\n2026-07-02,no,\n2026-07-01,maybe,20\n"))
    assert account.days("Swim") == {"2026-07-03": ("done", None, ""), "2026-07-02": ("missed", None, "")}
    assert account.days("Pages") == {"2026-07-03": ("done", 30.0, ""), "2026-07-01": ("done", 20.0, "")}
    assert "download, line 4: “2026-07-01” with “maybe” is not understood." in notes(shown)


def test_columns_may_be_mapped(account, file):
    path = file("Wann,Was,Ja\n2026-07-03,Swim,yes\n")
    with pytest.raises(Invalid, match="Say which column of download holds the day: Wann, Was, Ja"):
        account.bring(path)
    account.bring(path, mapping={"day": "Wann", "habit": "Was", "state": "Ja"})
    assert account.days("Swim") == {"2026-07-03": ("done", None, "")}


def test_a_mapping_to_a_column_that_is_not_there_says_which_are(account, file):
    with pytest.raises(Invalid, match=r"There is no column When\. The file has Wann, Was"):
        account.bring(file("Wann,Was\n"), mapping={"day": "When"})


def test_each_import_may_be_repeated(account, tmp_path, file):
    harsh = file(HARSH, "harsh/habits").parent
    file(HARSH_LOG, "harsh/log")
    for path in (file(HABITBULL, "1"), file({"habits": BEAVER}, "2"), file(TROVE, "3"), harsh):
        account.bring(path)
        before = account.everything()
        assert account.bring(path).changes_nothing
        assert account.everything() == before


def test_a_column_that_would_be_guessed_can_be_left_out(account, file):
    path = file("date,habit,note\n2026-07-03,Swim,secret\n")
    shown = account.bring(path, mapping={"note": ""})
    assert account.days("Swim") == {"2026-07-03": ("done", None, "")}
    assert any("mapped to nothing: note." in note for note in notes(shown))


def test_a_table_shows_its_columns_first_rows_and_what_is_guessed(file):
    path = file("Wann,habit,Ja\n" + "2026-07-03,Swim,yes\n" * 9)
    sheet = formats.sheet(path)
    assert sheet.header == ["Wann", "habit", "Ja"]
    assert sheet.sample == [["2026-07-03", "Swim", "yes"]] * 3
    assert sheet.guessed == {"habit": "habit"}


def test_an_export_of_an_app_has_no_columns_to_map(file):
    assert formats.sheet(file("Habit,Date,Total log,Unit,Status,Habit ID\nRun,2026-07-03,1,,Completed,x\n")) is None
    assert formats.sheet(file("only\none\n")) is None


def test_what_is_no_number_is_said_and_a_comma_may_stand_for_the_point(account, file):
    path = file("date;habit;value;state\n2026-07-01;Run;5,5;\n2026-07-02;Run;soon;\n2026-07-03;Run;far;done\n")
    shown = account.bring(path)
    assert account.days("Run") == {"2026-07-01": ("done", 5.5, ""), "2026-07-03": ("done", None, "")}
    assert "download, line 3: “2026-07-02” with “soon” is not understood." in notes(shown)
    assert "download, line 4: “far” is not a number; the day comes without it." in notes(shown)
