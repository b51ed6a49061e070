from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlmodel import select

from habit_coach import clock, db
from habit_coach.accounts.models import User
from habit_coach.habits import habit as habits
from habit_coach.habits.entry import Change, check_in
from habit_coach.notifications import events, inbox, nudges, outbox, preferences, reminders, subscriptions
from habit_coach.notifications.models import Kind, Prompt
from habit_coach.notifications.subscriptions import NewChannel
from habit_coach.predictions import nightly
from tests.conftest import use
from tests.notifications.conftest import arrive, mail_server  # noqa: F401
from tests.predictions.conftest import DAY, TODAY, grown, mark_day, noon  # noqa: F401

SHAKY = "x..x" * 8 + "x."  # kept on about half of the days, each time at 20:00; missed once, yesterday
EVENING = timedelta(hours=7, minutes=30)  # from noon to half an hour before that


@pytest.fixture(autouse=True)
def hearing():
    events.introduce()


def look() -> None:
    with db.session(writes=True) as session:
        nudges.send_due(session)
    arrive()


def told(user: User, kind: Kind = Kind.nudge) -> list:
    with db.session() as session:
        return [one for one in inbox.listed(session, user) if one.kind == kind]


def prompts() -> list[Prompt]:
    with db.session() as session:
        return list(session.scalars(select(Prompt).order_by(Prompt.day, Prompt.id)))


def choose(user: User, **wanted) -> None:
    with db.session(writes=True) as session:
        preferences.update(session, user, wanted)


def send_mails() -> None:
    with db.session(writes=True) as session:
        claims = outbox.claim(session, "email", 50)
    for one in claims:
        outbox.deliver("email", one)


def test_after_a_first_miss_a_habit_at_risk_is_nudged_once_with_the_persons_own_numbers(grown, noon):  # noqa: F811
    user, habit = grown(SHAKY, icon="📚")
    nightly.score_due()
    noon.shift(EVENING - timedelta(minutes=1))
    look()
    assert told(user) == []
    noon.shift(timedelta(minutes=1))
    look(), look()
    (nudge,) = told(user)
    assert (nudge.title, nudge.habit_id, nudge.day) == ("📚 Read may slip today", habit, TODAY)
    assert nudge.body.startswith("You missed it the last time. You kept it on 4 of the last 7 due days.")


@pytest.mark.parametrize("past", ["x" * 33 + ".", "x" * 28 + "......", "x..x" * 8 + "xx"])
def test_a_habit_that_goes_well_slipped_days_ago_or_was_just_kept_is_left_in_peace(grown, noon, past):  # noqa: F811
    user, _ = grown(past)
    nightly.score_due()
    noon.shift(EVENING)
    look()
    assert told(user) == []


def test_a_quota_is_nudged_when_no_day_can_be_spared_any_more(grown, noon):  # noqa: F811
    quota = {"schedule": {"kind": "per_period", "times": 5, "period": "week"}}
    user, _ = grown("x......" * 5, name="Five times", **quota)  # weeks of Mondays to Sundays; today is a Monday
    for days in (0, 1, 1):
        noon.shift(days * DAY)
        nightly.score_due()
        noon.shift(timedelta(hours=8))
        look()
        assert len(told(user)) == (clock.now().date() == TODAY + 2 * DAY)
        noon.shift(-timedelta(hours=8))


def test_of_several_habits_one_is_nudged_a_day_and_then_rests_for_a_week(grown, noon):  # noqa: F811
    user, first = grown(SHAKY, name="First")
    _, second = grown("xx.." * 8 + "x.", user=user, name="Second")
    sent = []
    for _ in range(9):
        nightly.score_due()
        noon.shift(EVENING)
        look()
        sent.append([prompt.habit_id for prompt in prompts() if prompt.day == clock.now().date()])
        noon.shift(-EVENING)
        with db.session(writes=True) as session:  # each is kept and missed by turns, and stays at a turning point
            for place, habit in enumerate((first, second)):
                if (clock.now().date() - TODAY).days % 4 in (1 + place, 3 - place):
                    mark_day(session, user, habit, clock.now().date())
        noon.shift(DAY)
    assert all(len(day) <= 1 for day in sent)
    for habit in (first, second):
        days = [place for place, day in enumerate(sent) if habit in day]
        assert all(later - earlier > 7 for earlier, later in pairwise(days))
    assert sent[0] == [second]


def test_what_is_done_put_away_or_logged_later_is_not_nudged(grown, noon):  # noqa: F811
    people = [grown(SHAKY, email=f"ada{number}@example.com") for number in range(4)]
    nightly.score_due()
    (done, _), (archived, _), (late, _), (off, _) = people
    noon.shift(timedelta(hours=1))
    with db.session(writes=True) as session:
        check_in(session, done, people[0][1], Change())
        habits.archive(session, archived, people[1][1])
        for days in range(1, 4):
            check_in(session, late, people[2][1], Change(day=TODAY - days * DAY))
    choose(off, nudges=False)
    noon.shift(EVENING - timedelta(hours=1))
    look()
    assert [told(user) for user, _ in people] == [[], [], [], []]
    assert {prompt.state for prompt in prompts()} == {"dropped"}


def test_who_wants_no_nudges_gets_none(grown, noon):  # noqa: F811
    user, _ = grown(SHAKY)
    choose(user, nudges=False)
    nightly.score_due()
    assert prompts() == []


@pytest.mark.parametrize(
    ("quiet", "comes"), [(("19:00", "07:00"), "18:30"), (("19:00", "19:45"), "19:45"), (("22:00", "07:00"), "19:30")]
)
def test_a_nudge_keeps_out_of_the_quiet_hours_and_on_its_day(grown, noon, quiet, comes):  # noqa: F811
    user, _ = grown(SHAKY)
    choose(user, quiet_from=quiet[0], quiet_until=quiet[1])
    nightly.score_due()
    assert [f"{prompt.due_at:%d %H:%M}" for prompt in prompts()] == [f"16 {comes}"]


def test_two_workers_nudge_once(grown, noon):  # noqa: F811
    people = [grown(SHAKY, email=f"ada{number}@example.com")[0] for number in range(6)]
    nightly.score_due()
    noon.shift(EVENING)
    with ThreadPoolExecutor(4) as many:
        list(many.map(lambda _: look(), range(8)))
    assert [len(told(user)) for user in people] == [1] * 6


def test_a_habit_that_reminds_by_itself_says_it_there(grown, noon):  # noqa: F811
    user, _ = grown("x..." * 8 + "x.", reminders=["13:00"])
    nightly.score_due()
    noon.shift(EVENING)
    with db.session(writes=True) as session:
        reminders.plan_due(session)
    look()
    assert told(user) == []
    (reminder,) = told(user, Kind.reminder)
    assert reminder.body == "Still open today. You kept it on 2 of the last 7 due days."


def test_each_send_is_logged_with_what_was_predicted(grown, noon):  # noqa: F811
    user, nudged = grown(SHAKY)
    _, reminded = grown("x" * 30, user=user, reminders=["13:00"])
    nightly.score_due()
    noon.shift(EVENING)
    with db.session(writes=True) as session:
        reminders.plan_due(session)
    look()
    logged = {prompt.habit_id: prompt for prompt in prompts()}
    assert {habit: (one.kind, one.state, one.propensity) for habit, one in logged.items()} == {
        nudged: ("nudge", "sent", 1.0),
        reminded: ("reminder", "sent", 1.0),
    }
    assert logged[nudged].probability < 0.55 < logged[reminded].probability
    assert all(len(one.version) == 12 for one in logged.values())


def test_a_share_can_be_held_back_by_lot_to_see_what_nudges_do(grown, noon, monkeypatch):  # noqa: F811
    use(monkeypatch, nudges_held_back="0.5")
    monkeypatch.setattr(nudges.random, "random", iter([0.49, 0.51]).__next__)
    people = [grown(SHAKY, email=f"ada{number}@example.com")[0] for number in range(2)]
    nightly.score_due()
    noon.shift(EVENING)
    look()
    assert sorted(prompt.state for prompt in prompts()) == ["held_back", "sent"]
    assert {prompt.propensity for prompt in prompts()} == {0.5}
    assert sum(len(told(user)) for user in people) == 1


def test_a_nudge_that_breaks_is_dropped_and_the_next_is_sent(grown, noon, monkeypatch):  # noqa: F811
    broken, ada = grown(SHAKY, email="broken@example.com")[0], grown(SHAKY)[0]
    nightly.score_due()
    noon.shift(EVENING)
    slipping = nudges.outlook.slipping

    def fails_for_one(session, user):
        if user.id == broken.id:
            raise ZeroDivisionError
        return slipping(session, user)

    monkeypatch.setattr(nudges.outlook, "slipping", fails_for_one)
    look()
    assert (len(told(broken)), len(told(ada))) == (0, 1)


def test_a_nudge_that_cannot_be_planned_leaves_the_night_and_the_others_whole(grown, noon, monkeypatch):  # noqa: F811
    broken, ada = grown(SHAKY, email="broken@example.com")[0], grown(SHAKY)[0]
    suggest = nudges.smart_time.suggest

    def fails_for_one(session, user, habit):
        if user.id == broken.id:
            raise ZeroDivisionError
        return suggest(session, user, habit)

    monkeypatch.setattr(nudges.smart_time, "suggest", fails_for_one)
    assert nightly.score_due()["predictions"] == 2
    assert [prompt.user_id for prompt in prompts()] == [ada.id]


def test_a_nudge_comes_by_mail_and_one_click_ends_nudges_alone(grown, noon, mail_server):  # noqa: F811
    user, _ = grown(SHAKY)
    nightly.score_due()
    noon.shift(EVENING)
    look()
    send_mails()
    (mail,) = mail_server.mails
    assert "may slip today" in mail["Subject"]
    with db.session(writes=True) as session:
        preferences.no_email_for(session, user, Kind.nudge)
        assert set(preferences.of(session, user).by_email) == {"reminder", "note", "report"}


def test_the_night_tells_webhooks_that_want_predictions(grown, noon):  # noqa: F811
    user, habit = grown(SHAKY)
    grown(SHAKY, email="grace@example.com")
    with db.session(writes=True) as session:
        hook = NewChannel("webhook", "https://1.1.1.1/hook", "Hook", ["prediction"])
        channel, _ = subscriptions.add(session, user, hook)
    nightly.score_due(), nightly.score_due()
    with db.session() as session:
        (sent,) = subscriptions.log(session, user, channel.id, 10)
    assert sent.payload["type"] == "prediction.made"
    said = sent.payload["data"]
    assert (said["habit_id"], said["habit"], said["day"], said["risk"]) == (str(habit), "Read", str(TODAY), "medium")
    assert said["reasons"][0]["text"] == "You kept it on 4 of the last 7 due days."
    assert 0.4 < said["probability"] < 0.55
