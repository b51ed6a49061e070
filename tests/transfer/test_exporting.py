"""What leaves comes back: nothing that a person put in is lost on the way."""

import csv
import io
import json
import uuid
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from habit_coach import db
from habit_coach.accounts import sessions
from habit_coach.accounts.sessions import Device
from habit_coach.accounts.users import Profile
from habit_coach.errors import Invalid
from habit_coach.habits import bulk, profile, standing
from habit_coach.habits import entry as entries
from habit_coach.habits import habit as habits
from habit_coach.habits.drafts import HabitDraft
from habit_coach.habits.entry import Change
from habit_coach.habits.models import Habit, PauseRow
from habit_coach.habits.plan import Pause, Plan
from habit_coach.habits.rows import rule_as_json
from habit_coach.notifications import preferences
from habit_coach.notifications.models import Kind
from habit_coach.reports import weekly
from habit_coach.transfer import exporting, own_json
from tests.habits.strategies import plans
from tests.transfer.conftest import Account
from tests.transfer.test_loop_csv import DAYS, NEW, REAL

ROOT = Path(__file__).parents[2]
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
instants = st.integers(0, 80_000_000).map(lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
said = st.builds(
    lambda state, value, note, source, at: (state, value, note, source, at),
    st.sampled_from(["done", "missed", "skipped"]),
    st.one_of(st.none(), st.floats(0, 1e9, allow_nan=False)),
    words,
    st.sampled_from(["web", "api", "import"]),
    instants,
)
days = st.dictionaries(st.dates(date(2023, 12, 1), date(2026, 7, 4)), said, max_size=15)
described = st.fixed_dictionaries(
    {
        "name": words.filter(str.strip).map(str.strip),
        "description": words,
        "icon": st.sampled_from(["", "📚", "🏋️"]),
        "color": st.sampled_from(["#0090ff", "#123456"]),
        "group": words.map(str.strip),
        "tags": st.lists(words.filter(str.strip).map(str.strip), max_size=3, unique=True),
        "reminders": st.lists(st.sampled_from(["07:30", "21:05"]), max_size=2, unique=True).map(sorted),
        "remind_only_if_open": st.booleans(),
    }
)
lives = st.lists(st.tuples(plans, described, days, st.booleans()), max_size=3)


def written(account, name: str) -> bytes:
    out = io.BytesIO()
    with db.session() as session:
        exporting.FORMS[name].write(session, account.user(session), out)
    return out.getvalue()


def figures(account) -> list:
    with db.session() as session:
        user = account.user(session)
        return [standing.of(session, user, habit) for habit in habits.listed(session, user, archived=None)]


def live(account, plan: Plan, description: dict, history: dict, archived: bool, position: int) -> None:
    """Rows as the app leaves them, written without the importer."""
    numeric = plan.kind == "numeric"
    rules = [
        rule_as_json(rule) | ({"target": max(rule.target or 1.0, 1.0)} if numeric else
                              {"target": None, "direction": "at_least"})
        for rule in plan.rules
    ]  # fmt: skip
    with db.session(writes=True) as session:
        user = account.user(session)
        at = datetime(2024, 1, 1, tzinfo=UTC)
        habit = Habit(user_id=user.id, kind=plan.kind, rules=rules, start_date=plan.start, position=position)
        for name, value in (description | {"created_at": at, "updated_at": at}).items():
            setattr(habit, name, value)
        habit.archived_at = at if archived else None
        session.add(habit)
        session.flush()
        for pause in set(plan.pauses):
            session.add(PauseRow(user_id=user.id, habit_id=habit.id, first=pause.first, last=pause.last))
        session.flush()
        said = {
            day: bulk.Said(state, value if numeric else None, note, at, source)
            for day, (state, value, note, source, at) in history.items()
        }
        bulk.insert(session, list(bulk.rows(user.id, habit.id, said)))
        standing.rebuild(session, user, habit)


@pytest.mark.parametrize("form", ["json", "archive"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lived=lives,
    vacations=st.sets(st.builds(Pause, st.dates(date(2024, 1, 1), date(2024, 3, 1))), max_size=2),
    week_start=st.integers(0, 6),
    notified=st.fixed_dictionaries(
        {
            "quiet_from": st.just("22:00"),
            "quiet_until": st.sampled_from(["06:30", "07:00"]),
            "by_email": st.lists(st.sampled_from(list(Kind)), unique=True),
            "nudges": st.booleans(),
        }
    ),
    reported=st.fixed_dictionaries(
        {"wanted": st.booleans(), "weekday": st.one_of(st.none(), st.integers(0, 6)), "hour": st.integers(0, 23)}
    ),
)
def test_an_export_imported_into_an_empty_account_is_the_same_account(
    database, tmp_path, form, lived, vacations, week_start, notified, reported
):
    old, new = Account(f"{uuid.uuid4().hex}@example.com"), Account(f"{uuid.uuid4().hex}@example.com")
    with db.session(writes=True) as session:
        told = Profile(name="Ada", timezone="Asia/Tokyo", day_start=3, week_start=week_start, region="DE")
        profile.update(session, old.user(session), told)
        preferences.update(session, old.user(session), notified)
        weekly.change_settings(session, old.user(session), reported)
        for pause in vacations:
            session.add(PauseRow(user_id=old.id, first=pause.first, last=pause.last))
    for position, (plan, description, history, archived) in enumerate(lived):
        live(old, plan, description, history, archived, position)
    path = tmp_path / f"{uuid.uuid4().hex}"
    path.write_bytes(written(old, form))
    shown = new.bring(path)
    assert shown.notes == []
    before, after = json.loads(written(old, "json")), json.loads(written(new, "json"))
    for document in (before, after):
        del document["account"]["email"], document["exported_at"]
    assert after == before
    assert figures(new) == figures(old)
    assert new.bring(path).changes_nothing


def test_the_day_that_has_begun_in_the_zone_of_the_export_comes_along(account, tmp_path):
    with db.session(writes=True) as session:
        profile.update(session, account.user(session), Profile(timezone="Asia/Tokyo"))
    path = tmp_path / "export.json"
    with time_machine.travel("2026-07-04T20:00:00+02:00", tick=False):
        with db.session(writes=True) as session:
            habit = habits.create(session, account.user(session), HabitDraft(name="Swim"))
            entries.check_in(session, account.user(session), habit.id, Change())
        path.write_bytes(written(account, "json"))
        other = Account("grace@example.com")
        other.bring(path)
    assert list(other.days("Swim")) == list(account.days("Swim")) == ["2026-07-05"]


def test_a_profile_is_taken_over_only_by_an_empty_account(account, tmp_path):
    path = tmp_path / "export.json"
    path.write_bytes(written(account, "json").replace(b"Europe/Berlin", b"Asia/Tokyo"))
    with db.session(writes=True) as session:
        habits.create(session, account.user(session), HabitDraft(name="Swim"))
    account.bring(path)
    with db.session() as session:
        assert account.user(session).timezone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"version": 2}, "Update it first"),
        ({"habits": [{"name": "x"}]}, "cannot be read at habits / 0"),
        ({"account": {"timezone": "Mars/Olympus"}}, "time zone"),
        ({"surprise": 1}, "cannot be read at surprise"),
    ],
)
def test_an_export_that_was_changed_by_hand_is_refused_with_the_place(account, tmp_path, change, sentence):
    path = tmp_path / "export.json"
    path.write_text(json.dumps(json.loads(written(account, "json")) | change))
    with pytest.raises(Invalid, match=sentence):
        account.bring(path)


@pytest.fixture
def swimmer(account):
    """Somebody with one habit, whose words are as nasty as words can be."""
    with db.session(writes=True) as session:
        user = account.user(session)
        draft = HabitDraft(name="=2+3", kind="numeric", target=2, unit="km", group="@body", start_date=date(2026, 7, 1))
        habit = habits.create(session, user, draft)
        for day, value, note in ((1, 2.5, "-1+1"), (2, 0.0, ""), (3, 1.0, 'say "hi",\nthen go')):
            entries.check_in(session, user, habit.id, Change(date(2026, 7, day), value=value, note=note))
    return account


def test_an_export_that_was_printed_anew_is_still_known(swimmer, tmp_path):
    path = tmp_path / "pretty"
    path.write_text(json.dumps(json.loads(written(swimmer, "json")), indent=2, sort_keys=True))
    other = Account("grace@example.com")
    assert other.bring(path).app == "Habit Coach"
    assert other.days("=2+3") == swimmer.days("=2+3")


def test_a_csv_runs_no_formula(swimmer):
    rows = list(csv.reader(io.StringIO(written(swimmer, "csv").decode(), newline="")))
    assert rows == [
        ["date", "habit", "group", "unit", "value", "state", "note"],
        ["2026-07-01", "'=2+3", "'@body", "km", "2.5", "done", "'-1+1"],
        ["2026-07-02", "'=2+3", "'@body", "km", "0.0", "done", ""],
        ["2026-07-03", "'=2+3", "'@body", "km", "1.0", "done", 'say "hi",\nthen go'],
    ]


def test_a_csv_comes_back_with_its_words_as_they_were(swimmer, tmp_path):
    path = tmp_path / "entries.csv"
    path.write_bytes(written(swimmer, "csv"))
    other = Account("grace@example.com")
    other.bring(path)
    assert other.days("=2+3") == swimmer.days("=2+3")
    assert (other.habit("=2+3").group, other.habit("=2+3").unit) == ("@body", "km")


def test_a_loop_export_that_was_imported_leaves_as_it_came(account):
    account.bring(REAL)
    with zipfile.ZipFile(REAL) as came, zipfile.ZipFile(io.BytesIO(written(account, "loop"))) as left:
        assert left.namelist() == came.namelist()
        for name in ("002 value habit/Scores.csv", "002 value habit/Checkmarks.csv", "003 bool habit/Checkmarks.csv"):
            assert left.read(name) == came.read(name), name
        assert left.read("001 someone/Checkmarks.csv") == came.read("001 someone/Checkmarks.csv")
        assert left.read("001 someone/Scores.csv") == came.read("001 someone/Scores.csv")
        assert left.read("Checkmarks.csv") == came.read("Checkmarks.csv")
        ours, theirs = (
            list(csv.reader(io.StringIO(archive.read("Habits.csv").decode(), newline=""))) for archive in (left, came)
        )
    assert ours[:2] == theirs[:2]
    question, memo = 3, 4
    assert ours[2][memo] == "quest\n\nmemo"
    assert [*ours[2][:question], *ours[2][memo + 1 :]] == [*theirs[2][:question], *theirs[2][memo + 1 :]]


def test_a_loop_export_comes_back_with_the_same_strength(account, make_zip, tmp_path):
    rows = "001,Swim,YES_NO,,,3,7,#112233,,,,false\n002,Run,NUMERICAL,,,1,1,#445566,km,AT_LEAST,5.0,true\n"
    swum = "".join(f"2026-06-{n},YES_MANUAL,{'x' * (n % 3)}\n" for n in range(10, 30, 2)) + "2026-07-01,SKIP,ill\n"
    ran = "2026-07-03,2500,\n2026-07-02,NO,\n2026-07-01,6000,far\n"
    account.bring(
        make_zip({"Habits.csv": NEW + rows, "001/Checkmarks.csv": DAYS + swum, "002/Checkmarks.csv": DAYS + ran})
    )
    path = tmp_path / "ours.zip"
    path.write_bytes(written(account, "loop"))
    other = Account("grace@example.com")
    other.bring(path)
    for name in ("Swim", "Run"):
        assert other.days(name) == account.days(name)
        assert other.strength(name) == account.strength(name)
    with zipfile.ZipFile(path) as archive:
        newest = archive.read("001 Swim/Scores.csv").decode().splitlines()[1]
    assert newest == f"2026-07-04,{account.strength('Swim'):.4f}"


def test_paused_days_leave_to_loop_as_skips(swimmer):
    with db.session(writes=True) as session:
        session.add(PauseRow(user_id=swimmer.id, first=date(2026, 7, 4)))
    with zipfile.ZipFile(io.BytesIO(written(swimmer, "loop"))) as archive:
        assert archive.read("001 23/Checkmarks.csv").decode().splitlines()[1] == "2026-07-04,SKIP,"


def test_the_calendar_shows_what_is_due_and_what_was_done(account):
    with db.session(writes=True) as session:
        user = account.user(session)
        draft = HabitDraft(
            name="Swim", schedule={"kind": "weekdays", "days": ["mon", "fri"]}, reminders=["07:30"], group="Body"
        )
        habit = habits.create(session, user, draft)
        entries.check_in(session, user, habit.id, Change(note="cold"))
        habits.create(session, user, HabitDraft(name="Rent", schedule={"kind": "monthly", "days": [1, "last"]}))
        habits.create(
            session, user, HabitDraft(name="Gym", schedule={"kind": "per_period", "times": 3, "period": "week"})
        )
    calendar = icalendar.Calendar.from_ical(written(account, "calendar"))
    events = {str(event["summary"]): event for event in calendar.walk("VEVENT")}
    assert set(events) == {"Swim", "✓ Swim", "Rent", "Gym (3 times a week)"}
    assert events["Swim"]["rrule"] == {"FREQ": ["WEEKLY"], "BYDAY": ["MO", "FR"]}
    assert events["Swim"].decoded("dtstart").isoformat() == "2026-07-06T07:30:00+02:00"
    assert events["Rent"]["rrule"] == {"FREQ": ["MONTHLY"], "BYMONTHDAY": [1, -1]}
    assert events["Rent"].decoded("dtstart") == date(2026, 7, 31)
    assert events["Gym (3 times a week)"].decoded("dtstart") == date(2026, 7, 6)
    assert events["✓ Swim"].decoded("dtstart") == date(2026, 7, 4)
    assert events["✓ Swim"]["description"] == "cold"
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]


def test_the_archive_holds_everything_but_secrets(account):
    with db.session(writes=True) as session:
        sessions.start_in_browser(session, account.user(session), Device("Firefox", "192.0.2.7"))
    with zipfile.ZipFile(io.BytesIO(written(account, "archive"))) as archive:
        names = {"README.txt", "habit-coach.json", "entries.csv", "calendar.ics", "account.json"}
        assert set(archive.namelist()) == names
        about = json.loads(archive.read("account.json"))
    assert about["user"][0]["email"] == "ada@example.com"
    assert [login["device"] for login in about["login_session"]] == ["Firefox"]
    assert "account.created" in [event["action"] for event in about["audit_event"]]
    assert "hash" not in json.dumps(about)


def test_an_export_is_noted_and_an_unknown_form_refused(account):
    with db.session(writes=True) as session:
        exporting.begin(session, account.user(session), "csv")
        with pytest.raises(Invalid, match="Choose one of json, csv, loop, calendar, archive"):
            exporting.begin(session, account.user(session), "pdf")
    with zipfile.ZipFile(io.BytesIO(written(account, "archive"))) as archive:
        events = json.loads(archive.read("account.json"))["audit_event"]
    assert events[-1] | {"at": ""} == {"at": "", "action": "data.exported", "address": "", "details": {"form": "csv"}}


def test_the_documented_schema_is_the_one_that_is_read():
    documented = json.loads((ROOT / "docs" / "export-format.schema.json").read_text("utf-8"))
    assert documented == own_json.Document.model_json_schema()


def test_years_leave_and_come_back(account, tmp_path):
    first = date(2010, 1, 1)
    with db.session(writes=True) as session:
        user = account.user(session)
        habit = habits.create(session, user, HabitDraft(name="Swim", start_date=first))
        bulk.write(session, user, habit, {first + timedelta(days=n): bulk.Said("done") for n in range(6000)})
    path = tmp_path / "export"
    path.write_bytes(written(account, "json"))
    other = Account("grace@example.com")
    assert other.bring(path).written == 6000
