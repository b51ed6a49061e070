"""Habits of every kind, with histories that cross a leap day, month ends and a new year."""

from datetime import date, timedelta

from hypothesis import strategies as st

from habit_coach.habits.plan import Mark, Pause, Plan, Rule
from habit_coach.habits.schedule import WEEKDAYS, Daily, Every, Monthly, PerPeriod, Schedule, Weekdays

DAY = timedelta(days=1)
FIRST, LAST = date(2023, 12, 20), date(2024, 8, 10)
AMOUNTS = [0.0, 0.5, 1.0, 2.0, 3.5, 5.0, 20.0]

dates = st.dates(FIRST, LAST)
weekday = st.sampled_from(WEEKDAYS)
schedules: st.SearchStrategy[Schedule] = st.one_of(
    st.just(Daily()),
    st.builds(lambda days: Weekdays(days=tuple(days)), st.sets(weekday, min_size=1)),
    st.builds(lambda times: PerPeriod(times=times, period="week"), st.integers(1, 7)),
    st.builds(lambda times: PerPeriod(times=times, period="month"), st.sampled_from([1, 2, 10, 29, 30, 31])),
    st.builds(lambda n: Every(n=n, unit="day"), st.integers(1, 40)),
    st.builds(lambda n: Every(n=n, unit="week"), st.integers(1, 3)),
    st.builds(
        lambda days: Monthly(days=tuple(days)),
        st.sets(st.sampled_from([1, 15, 28, 29, 30, 31, "last"]), min_size=1),
    ),
    st.builds(lambda nth, day: Monthly(nth=nth, weekday=day), st.sampled_from([1, 2, 5, -1]), weekday),
)
targets = st.sampled_from([None, 0.0, 1.0, 2.0, 10.0])
rules = st.builds(Rule, dates, schedules, targets, st.sampled_from(["at_least", "at_most"]))
pauses = st.one_of(
    st.builds(lambda first, days: Pause(first, first + days * DAY), dates, st.integers(0, 45)),
    st.builds(Pause, dates),
)
plans = st.builds(
    lambda kind, start, rules, pauses, week_start: Plan(
        kind, start, tuple(sorted(rules, key=lambda rule: rule.since)), tuple(pauses), week_start
    ),
    st.sampled_from(["binary", "numeric"]),
    st.dates(FIRST, FIRST + 100 * DAY),
    st.lists(rules, min_size=1, max_size=3, unique_by=lambda rule: rule.since),
    st.lists(pauses, max_size=2),
    st.integers(0, 6),
)
one_mark = st.builds(
    Mark,
    st.sampled_from(["done", "done", "done", "missed", "skipped"]),
    st.sampled_from([None, None, *AMOUNTS]),
)
marks = st.dictionaries(dates, one_mark, max_size=60)


@st.composite
def lived(draw: st.DrawFn) -> tuple[Plan, dict[date, Mark], date]:
    """A plan, its marks, and a today: dense or sparse histories, and sometimes a start still to come."""
    plan = draw(plans)
    found = draw(marks)
    if draw(st.booleans()):
        days = [plan.start + number * DAY for number in range(draw(st.integers(0, 230)))]
        habitual = draw(st.lists(st.sampled_from([Mark("done"), Mark("done", 1.0), None]), min_size=1, max_size=9))
        usual = {day: habitual[number % len(habitual)] for number, day in enumerate(days)}
        found = {day: mark for day, mark in usual.items() if mark is not None} | found
    return plan, found, draw(dates)
