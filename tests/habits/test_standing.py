"""Whatever happens to a habit, and in whatever order: its kept standing is the whole history, folded anew."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from habit_coach import clock, db
from habit_coach.accounts import users
from habit_coach.accounts.users import Profile
from habit_coach.habits import bulk, entry, habit, pauses, profile, rows, standing
from habit_coach.habits.drafts import HabitDraft
from habit_coach.habits.entry import Change
from habit_coach.habits.figures import figures
from tests.habits.strategies import schedules

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
DAY = timedelta(days=1)
back = st.one_of(st.just(0), st.just(0), st.integers(0, 8), st.integers(0, 150))
descriptions = st.one_of(
    st.just({"kind": "binary"}),
    st.just({"kind": "numeric", "target": 2.0}),
    st.just({"kind": "numeric", "target": 2.0, "direction": "at_most"}),
    st.just({"kind": "numeric", "target": 0.0, "direction": "at_most"}),
)
said = st.one_of(
    st.fixed_dictionaries({"state": st.sampled_from(["done", "done", "missed", "skipped"])}),
    st.fixed_dictionaries({"value": st.sampled_from([0.0, 0.5, 2.0, 5.0])}),
    st.fixed_dictionaries({"increment": st.sampled_from([1.0, -1.0])}),
    st.just({"note": "early"}),
)


@dataclass
class Life:
    """A habit, the person who keeps it, and their clock. Each method is something that can happen to it.

    `told` is where the last check-in said that the habit stands.
    """

    session: object
    user: object
    id: object
    travel: object
    is_binary: bool
    told: object = None

    def day(self, back):
        return clock.today(self.user) - back * DAY

    def check_in(self, back, said):
        if self.is_binary and {"value", "increment"} & said.keys():
            said = {}
        self.told = entry.check_in(self.session, self.user, self.id, Change(day=self.day(back), **said)).figures

    def remove_and_put_back(self, back, put_back):
        before = entry.remove(self.session, self.user, self.id, self.day(back))
        if put_back:
            entry.put_back(self.session, self.user, self.id, self.day(back), before)

    def pause(self, back, days, of_all):
        last = None if days is None else self.day(back) + days * DAY
        pauses.start(self.session, self.user, self.day(back), last, None if of_all else self.id)

    def end_pauses(self):
        for pause in pauses.listed(self.session, self.user):
            pauses.end(self.session, self.user, pause.id)

    def change(self, schedule, target):
        changes = {"schedule": schedule.model_dump(mode="json")} | ({} if self.is_binary else {"target": target})
        habit.update(self.session, self.user, self.id, changes)

    def begin(self, back):
        habit.update(self.session, self.user, self.id, {"start_date": self.day(back).isoformat()})

    def import_days(self, first, last):
        given = {self.day(number): bulk.Said("done") for number in range(first, last) if number % 3}
        one = habit.owned(self.session, self.user, self.id)
        given = {day: said for day, said in given.items() if day >= one.start_date}
        if given:
            bulk.write(self.session, self.user, one, given)

    def live_elsewhere(self, timezone, day_start, week_start):
        profile.update(self.session, self.user, Profile(timezone=timezone, day_start=day_start, week_start=week_start))

    def sleep(self, days):
        self.travel.shift(days * DAY)

    def catch_up(self):
        standing.catch_up_some(self.session, 10)


def some(name, *arguments):
    return st.tuples(st.just(name), *arguments)


days = st.one_of(st.just(1), st.integers(1, 9), st.integers(1, 120))
events = st.one_of(
    some("check_in", back, said),
    some("check_in", st.just(0), said),
    some("remove_and_put_back", back, st.booleans()),
    some("pause", st.integers(-3, 20), st.one_of(st.none(), st.integers(0, 20)), st.booleans()),
    some("end_pauses"),
    some("change", schedules, st.sampled_from([1.0, 5.0])),
    some("begin", st.integers(0, 200)),
    some("import_days", st.integers(0, 5), st.integers(5, 140)),
    some(
        "live_elsewhere",
        st.sampled_from(["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"]),
        st.sampled_from([0, 3]),
        st.integers(0, 6),
    ),
    some("sleep", days),
    some("sleep", st.just(1)),
    some("catch_up"),
)


def same(found, expected):
    for name in expected.__dataclass_fields__:
        one, other = getattr(found, name), getattr(expected, name)
        assert one == (pytest.approx(other) if isinstance(other, float) else other), name


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 200), descriptions, schedules, st.lists(events, min_size=1, max_size=12))
def test_a_standing_is_the_whole_history_whatever_happened(database, begun, described, schedule, happened):
    with time_machine.travel(NOON, tick=False) as travel, db.session(writes=True) as session:
        user = users.create(session, f"{uuid4().hex}@example.com", "seven green bottles")
        draft = HabitDraft(name="Read", schedule=schedule, start_date=clock.today(user) - begun * DAY, **described)
        life = Life(session, user, habit.create(session, user, draft).id, travel, described["kind"] == "binary")
        for name, *arguments in happened:
            life.told = None
            getattr(life, name)(*arguments)
            session.expire_all()
            one = habit.owned(session, user, life.id)
            marks = rows.marks_of_one(session, user, life.id)
            expected = figures(rows.plan_of(session, user, one), marks, clock.today(user))
            same(standing.of(session, user, one), expected)
            same(life.told or expected, expected)
