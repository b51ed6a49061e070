import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habit_coach.predictions.examples import examples_of
from habit_coach.predictions.features import Rows, features
from habit_coach.predictions.history import history_of
from habit_coach.predictions.schema import COLUMN, HORIZON
from tests.predictions.worlds import table, week_of, world


def row_after(frame: pd.DataFrame, days_ahead: int = 1, prior: float = 0.5) -> dict[str, float]:
    history = history_of(frame)
    last = np.array([history.day.max()])
    matrix = features(history, Rows.plain(np.zeros(1, dtype=int), last + days_ahead, last), prior)
    return {name: float(matrix[0, column]) for name, column in COLUMN.items()}


def test_training_rows_equal_the_rows_served_when_only_the_past_was_known():
    frame = world(persons=3, habits=3, days=40)
    frame["due"] = np.random.default_rng(1).random(len(frame)) < 0.8
    trained = examples_of(frame, prior=0.4)
    for position in range(0, trained.size, 37):
        target = trained.rows.target[position]
        days = frame["date"].to_numpy().astype("datetime64[D]").astype(int)
        known = frame[days < target]
        codes = known.groupby(["person", "habit"]).ngroup().drop_duplicates().to_numpy()
        series = np.searchsorted(codes, trained.rows.series[position])
        served = features(
            history_of(known), Rows.plain(np.array([series]), np.array([target]), np.array([target - 1])), 0.4
        )
        np.testing.assert_array_equal(served[0], trained.matrix[position])


@given(st.integers(1, 39), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_nothing_from_the_target_day_on_moves_a_feature(cut, seed):
    frame = world(persons=2, habits=2, days=40)
    luck = np.random.default_rng(seed)
    history = history_of(frame)
    target = history.first_day + cut
    rows = Rows.plain(np.arange(4), np.full(4, target), np.full(4, target - 1))
    later = history.day >= target
    changed = frame.copy()
    changed.loc[later, "done"] = luck.integers(0, 2, later.sum()).astype(float)
    changed.loc[later, "value"] = luck.uniform(0, 1e6, later.sum())
    changed.loc[later, "due"] = luck.random(later.sum()) < 0.5
    np.testing.assert_array_equal(features(history, rows, 0.5), features(history_of(changed), rows, 0.5))


def test_days_beyond_the_horizon_are_not_looked_at():
    recent = world(persons=1, habits=1, days=60)
    ancient = recent.assign(date=recent["date"] - np.timedelta64(HORIZON + 70, "D"), done=0.0)
    both = pd.concat([ancient, recent], ignore_index=True)
    assert row_after(both) == pytest.approx(row_after(recent), nan_ok=True)


def test_the_order_and_company_of_other_people_does_not_matter():
    frame = world(persons=4, habits=2, days=30)
    alone = frame[frame["person"] == "p2"].reset_index(drop=True)
    crowd, single = examples_of(frame, prior=0.5), examples_of(alone, prior=0.5)
    np.testing.assert_array_equal(crowd.matrix[crowd.person == 2], single.matrix)


def test_a_streak_and_a_row_of_misses_are_counted_over_due_days():
    assert row_after(week_of("..xx x"))["streak"] == 3
    assert row_after(week_of("xx. .."))["miss_streak"] == 3


def test_rates_are_shrunk_to_the_prior_and_then_to_the_own_rate():
    row = row_after(week_of("xxxx"), prior=0.5)
    assert row["own_rate"] == pytest.approx((4 + 4 * 0.5) / 8)
    assert row["rate_7"] == pytest.approx((4 + 2 * 0.75) / 6)


def test_the_weekday_of_the_target_is_what_counts():
    mondays_only = "x......" * 6
    assert row_after(week_of(mondays_only))["weekday_lift"] > 0.3
    assert row_after(week_of(mondays_only), days_ahead=2)["weekday_lift"] < 0


def test_other_habits_are_those_of_the_same_person_without_this_one():
    frame = table(
        [("a", "h", day, 0.0, np.nan) for day in range(7)]
        + [("a", "i", day, 1.0, np.nan) for day in range(7)]
        + [("b", "h", day, 0.0, np.nan) for day in range(7)]
    )
    row = row_after(frame)
    assert row["others_week"] == 1
    assert row["silence"] == 0
    assert np.isnan(row["own_silence"])


def test_a_habit_without_history_still_has_a_row():
    frame = week_of("   ")
    row = row_after(frame, prior=0.3)
    assert row["own_rate"] == pytest.approx(0.3)
    assert np.isnan(row["lag_1"])
