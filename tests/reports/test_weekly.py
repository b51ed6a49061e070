from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import time_machine
from sqlmodel import select

from habit_coach import db
from habit_coach.accounts.models import User
from habit_coach.notifications import outbox
from habit_coach.reports import letter, outlook, weekly
from tests.notifications.conftest import arrive, mail_server  # noqa: F401

letter.introduce()


@pytest.fixture(autouse=True)
def now():
    """A Tuesday noon in Berlin; the week before began on 2 March."""
    with time_machine.travel("2026-03-10T12:00:00+01:00", tick=False) as traveller:
        yield traveller


def work() -> int:
    return weekly.send_due()


def reports(person) -> list[str]:
    arrive()
    person.sign_in()
    found = person.call("GET", "/notifications").json()["items"]
    return sorted(one["link"].removeprefix("/report?week=") for one in found if one["kind"] == "report")


def report(person, **query) -> dict:
    answer = person.call("GET", "/reports/weekly", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def keep(person, habit: str, first: str, days: int) -> None:
    for n in range(days):
        person.check_in(habit, day=str(date.fromisoformat(first) + timedelta(days=n)))


def test_planned_is_held_against_done(ada):
    habit = ada.habit(start_date="2026-03-02")
    for day in (2, 3, 5):
        ada.check_in(habit, day=f"2026-03-0{day}")
    week = report(ada)
    assert (week["first"], week["last"]) == ("2026-03-02", "2026-03-08")
    assert (week["kept"], week["due"]) == (3, 7)
    assert week["rate"] == pytest.approx(3 / 7)
    assert week["habits"][0]["days"] == ["kept", "kept", "missed", "kept", "missed", "missed", "missed"]


def test_against_the_week_before_and_the_mean_of_four(ada):
    habit = ada.habit(start_date="2026-02-02")
    for first, days in {"2026-02-02": 7, "2026-02-16": 7, "2026-02-23": 3, "2026-03-02": 7}.items():
        keep(ada, habit, first, days)
    week = report(ada)
    assert week["rate_before"] == pytest.approx(3 / 7)
    assert week["rate_mean"] == pytest.approx(17 / 28)
    assert [one["rate"] for one in week["past"]][-5:] == pytest.approx([1, 0, 1, 3 / 7, 1])


def test_best_and_worst_are_named_when_there_is_a_difference(ada):
    good, poor = ada.habit(name="Read", start_date="2026-03-02"), ada.habit(name="Run", start_date="2026-03-02")
    assert report(ada)["best"] is None
    keep(ada, good, "2026-03-02", 7)
    week = report(ada)
    assert week["habits"][week["best"]]["id"] == good
    assert week["habits"][week["worst"]]["id"] == poor


def test_a_streak_that_broke_and_one_that_became_the_best_are_told(ada):
    lost, won = ada.habit(start_date="2026-02-20"), ada.habit(start_date="2026-02-20")
    keep(ada, lost, "2026-02-20", 10)
    keep(ada, won, "2026-02-20", 4)
    keep(ada, won, "2026-03-03", 6)
    told = {one["id"]: (one["lost"], one["record"]) for one in report(ada)["habits"]}
    assert told == {lost: (10, False), won: (0, True)}


def test_a_streak_that_broke_on_the_last_day_of_the_week_is_told(ada):
    habit = ada.habit(start_date="2026-02-20")
    keep(ada, habit, "2026-02-20", 16)
    (told,) = report(ada)["habits"]
    assert (told["days"][-2:], told["lost"], told["streak"]) == (["kept", "missed"], 16, 0)


def test_a_month_that_goes_on_counts_as_far_as_it_had_come(ada):
    """What was done after the week's end is not yet of it."""
    habit = ada.habit(start_date="2026-02-02", schedule={"kind": "per_period", "times": 2, "period": "month"})
    for day in ("2026-02-05", "2026-02-06", "2026-03-05", "2026-03-09"):
        ada.check_in(habit, day=day)
    (told,) = report(ada)["habits"]
    assert (told["streak"], told["lost"]) == (1, 0)
    assert report(ada, week="2026-03-10")["habits"][0]["streak"] == 2


def test_paused_days_are_not_held_against_anybody(ada):
    habit = ada.habit(start_date="2026-03-02")
    ada.call("POST", "/pauses", json={"first": "2026-03-04", "last": "2026-03-08"})
    ada.check_in(habit, day="2026-03-02")
    week = report(ada)
    assert (week["kept"], week["due"]) == (1, 2)


def test_a_week_without_habits_has_no_rate(ada):
    week = report(ada)
    assert (week["rate"], week["habits"], week["due"]) == (None, [], 0)


def test_the_running_week_can_be_read_and_a_coming_one_is_refused(ada):
    ada.habit()
    assert report(ada, week="2026-03-10")["first"] == "2026-03-09"
    assert ada.call("GET", "/reports/weekly", params={"week": "2026-03-20"}).status_code == 422


@pytest.mark.parametrize("week", ["0001-01-01", "1969-12-31", "9999-12-31"])
def test_a_week_that_no_habit_can_have_lived_is_refused(ada, week):
    ada.habit()
    assert ada.call("GET", "/reports/weekly", params={"week": week}).status_code == 422
    assert ada.call("POST", "/reports/weekly/email", params={"week": week}).status_code == 422


def test_a_weak_habit_gets_one_suggestion_with_the_persons_own_numbers(ada):
    habit = ada.habit(start_date="2026-01-05")
    for week in range(9):
        keep(ada, habit, str(date(2026, 1, 6) + timedelta(weeks=week)), 6 if week < 8 else 3)
    told = report(ada)["habits"][0]["suggestion"]
    assert told["text"] == "You kept it on 0 of the last 8 Mondays. Leave Monday out, or plan another time."


def test_a_good_week_needs_no_suggestion(ada):
    habit = ada.habit(start_date="2026-03-02")
    keep(ada, habit, "2026-03-02", 7)
    assert report(ada)["habits"][0]["suggestion"] is None


def test_it_is_sent_on_the_first_day_of_the_persons_week_at_eight_in_their_zone(ada, grace, now):
    for person in (ada, grace):
        person.habit(start_date="2026-03-02")
    work()
    now.move_to("2026-03-16T07:59:00+01:00")
    work()
    assert reports(ada) == []
    now.move_to("2026-03-16T08:00:00+01:00")
    work()
    assert (reports(ada), reports(grace)) == (["2026-03-09"], [])
    now.move_to("2026-03-16T08:00:00-04:00")
    work()
    assert reports(grace) == ["2026-03-09"]


def test_each_week_is_sent_once_whoever_works_and_however_often(ada, now):
    ada.habit(start_date="2026-03-02")
    work()
    for day in ("2026-03-16", "2026-03-23", "2026-03-30"):
        now.move_to(f"{day}T09:00:00+02:00")
        with ThreadPoolExecutor(4) as many:
            list(many.map(lambda _: work(), range(8)))
    assert reports(ada) == ["2026-03-09", "2026-03-16", "2026-03-23"]


def test_on_the_dot_in_the_week_in_which_the_clocks_change_it_is_about_that_week(ada, now):
    ada.habit(start_date="2026-03-02")
    work()
    for instant in ("2026-03-16T08:00:00+01:00", "2026-03-23T08:00:00+01:00", "2026-03-30T08:00:00+02:00"):
        now.move_to(instant)
        work()
    assert reports(ada) == ["2026-03-09", "2026-03-16", "2026-03-23"]


def test_a_report_that_breaks_keeps_nobody_elses_back_and_comes_later(ada, grace, now, monkeypatch):
    for person in (ada, grace):
        person.habit(start_date="2026-03-02")
    work()
    make, now_it_works = weekly.make, []

    def breaks_for_ada(session, user, *about):
        if user.email == ada.email and not now_it_works:
            raise ZeroDivisionError
        return make(session, user, *about)

    monkeypatch.setattr(weekly, "make", breaks_for_ada)
    now.move_to("2026-03-16T18:00:00+01:00")
    work()
    assert (reports(ada), reports(grace)) == ([], ["2026-03-09"])
    now_it_works.append(True)
    now.shift(timedelta(hours=1))
    work()
    assert reports(ada) == ["2026-03-09"]


def test_after_ten_hours_of_downtime_it_still_comes_once(ada, now):
    ada.habit(start_date="2026-03-02")
    work()
    now.move_to("2026-03-16T18:00:00+01:00")
    work(), work()
    assert reports(ada) == ["2026-03-09"]


def test_after_weeks_of_downtime_only_the_newest_comes(ada, now):
    ada.habit(start_date="2026-03-02")
    work()
    now.move_to("2026-04-08T18:00:00+02:00")
    work(), work()
    assert reports(ada) == ["2026-03-30"]


def test_the_day_and_hour_can_be_chosen_and_on_the_last_day_the_week_itself_is_told(ada, now):
    ada.habit(start_date="2026-03-02")
    ada.call("PATCH", "/reports/settings", json={"weekday": 6, "hour": 19})
    now.move_to("2026-03-15T19:00:00+01:00")
    work()
    assert reports(ada) == ["2026-03-09"]


def test_whoever_does_not_want_it_does_not_get_it(ada, now):
    ada.habit(start_date="2026-03-02")
    ada.call("PATCH", "/reports/settings", json={"wanted": False})
    now.move_to("2026-03-20T12:00:00+01:00")
    work()
    assert reports(ada) == []


def test_a_person_without_habits_is_left_in_peace(ada, now):
    work()
    now.move_to("2026-03-20T12:00:00+01:00")
    work()
    assert reports(ada) == []


def test_the_archive_keeps_what_was_sent_even_when_the_past_is_edited(ada, now):
    habit = ada.habit(start_date="2026-03-02")
    work()
    now.move_to("2026-03-17T12:00:00+01:00")
    work()
    ada.sign_in()
    assert ada.call("GET", "/reports/weekly/archive").json()["items"] == ["2026-03-09"]
    ada.check_in(habit, day="2026-03-10")
    assert report(ada, week="2026-03-10")["kept"] == 0


def test_the_mail_has_tables_inline_styles_and_nothing_from_outside(ada, mail_server):  # noqa: F811
    habit = ada.habit(name="Read <b>", icon="📚", start_date="2026-03-02")
    ada.check_in(habit, day="2026-03-02")
    assert ada.call("POST", "/reports/weekly/email").status_code == 202
    with db.session(writes=True) as session:
        claims = outbox.claim(session, "email", 5)
    for one in claims:
        outbox.deliver("email", one)
    (mail,) = mail_server.mails
    text, html = (part.get_payload(decode=True).decode() for part in mail.get_payload())
    assert "1 of 7 done" in text
    assert "📚 Read <b>: 14% (1 of 7)" in text
    for part in (text, html):
        assert part.count("May slip in the week to come") == part.count("One small change each") == 1
    assert "Read &lt;b&gt;" in html
    assert "prefers-color-scheme: dark" in html
    assert 'class="text title" style="padding: 0; font-family' in html
    assert 'class="dot kept" style="padding: 0; width: 14px' in html
    assert "<img" not in html
    assert "url(" not in html


def shaky(person) -> str:
    """A habit that is kept on a quarter of the days."""
    habit = person.habit(name="Run", icon="🏃", start_date="2026-02-02")
    for week in range(5):
        for day in (0, 4):
            person.check_in(habit, day=str(date(2026, 2, 2) + timedelta(weeks=week, days=day)))
    return habit


def test_what_may_slip_in_the_week_to_come_is_told_with_the_main_reason_and_one_suggestion(ada):
    steady, risky = ada.habit(name="Read", start_date="2026-02-02"), shaky(ada)
    keep(ada, steady, "2026-02-02", 36)
    week = report(ada)
    (told,) = week["at_risk"]
    assert (told["id"], told["name"]) == (risky, "Run")
    assert told["chance"].startswith("Likely on about 2 of its 7 days")
    assert told["why"] == "You kept it on 1 of the last 7 due days."
    assert {one["name"]: bool(one["suggestion"]) for one in week["habits"]} == {"Read": False, "Run": True}


def test_a_habit_that_is_not_due_next_week_does_not_slip_in_it(ada):
    monthly = ada.habit(name="Budget", start_date="2025-06-01", schedule={"kind": "monthly", "days": [1]})
    weekly_one = ada.habit(name="Sunday", start_date="2025-12-01", schedule={"kind": "weekdays", "days": ["sun"]})
    for habit in (monthly, weekly_one):
        ada.check_in(habit, day="2026-02-01")
    told = {one["name"]: one["chance"] for one in report(ada)["at_risk"]}
    assert list(told) == ["Sunday"]
    assert told["Sunday"].endswith("% likely on its one day.")


def test_a_habit_of_the_first_monday_of_each_month_may_have_a_weak_week(ada):
    nth = {"kind": "monthly", "nth": 1, "weekday": "mon"}
    ada.habit(name="Budget", start_date="2025-12-01", schedule=nth)
    (told,) = report(ada)["habits"]
    assert (told["kept"], told["due"], told["suggestion"]["change"]) == (0, 1, "remind")


def test_many_are_told_what_each_would_be_told_alone(ada, grace):
    for person in (ada, grace):
        keep(person, person.habit(name="Read", start_date="2026-02-02"), "2026-02-02", 36)
        shaky(person)
    with db.session() as session:
        both = session.exec(select(User)).all()
        alone = [outlook.risky(session, [user]) for user in both]
        assert outlook.risky(session, both) == alone[0] | alone[1]
    assert [len(told) for one in alone for told in one.values()] == [1, 1]


def test_an_outlook_that_breaks_for_many_is_asked_one_by_one(ada, grace, now, monkeypatch):
    for person in (ada, grace):
        shaky(person)
    work()
    risky = outlook.risky

    def breaks_for_two(session, users):
        if len(users) > 1:
            raise ZeroDivisionError
        return risky(session, users)

    monkeypatch.setattr(outlook, "risky", breaks_for_two)
    now.move_to("2026-03-16T18:00:00+01:00")
    work()
    assert (reports(ada), reports(grace)) == (["2026-03-09"], ["2026-03-09"])
    assert len(report(ada, week="2026-03-09")["at_risk"]) == 1


def test_weeks_long_past_foretell_nothing(ada):
    shaky(ada)
    assert report(ada, week="2026-02-16")["at_risk"] == []


def test_what_was_foretold_stays_in_the_archive(ada, now):
    habit = shaky(ada)
    work()
    now.move_to("2026-03-16T08:00:00+01:00")
    work()
    ada.sign_in()
    told = report(ada, week="2026-03-09")["at_risk"]
    assert len(told) == 1
    now.move_to("2026-05-11T08:00:00+02:00")
    ada.sign_in()
    keep(ada, habit, "2026-03-16", 50)
    assert report(ada, week="2026-03-09")["at_risk"] == told


def test_a_webhook_that_wants_reports_gets_the_figures(ada, now):
    shaky(ada)
    work()
    hook = ada.call("POST", "/channels", json={"kind": "webhook", "url": "https://1.1.1.1/", "wants": ["report"]})
    now.move_to("2026-03-16T08:00:00+01:00")
    work()
    ada.sign_in()
    (sent,) = ada.call("GET", f"/channels/{hook.json()['id']}/deliveries").json()["items"]
    told = sent["payload"]
    assert (told["type"], told["data"]["first"], told["data"]["kept"], told["data"]["due"]) == (
        "report",
        "2026-03-09",
        0,
        7,
    )
    assert told["data"]["at_risk"][0]["name"] == "Run"


def test_nobody_reads_anothers_week(ada, grace):
    ada.check_in(ada.habit(name="Secret", start_date="2026-03-02"), day="2026-03-02")
    assert report(grace)["habits"] == []
