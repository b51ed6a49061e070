import numpy as np

from habit_coach.predictions.calibration import NONE, calibration_error, fit_platt, platt_if_due
from habit_coach.predictions.metrics import auc, inside_series, paired
from habit_coach.predictions.mixture import past_losses, pooled_start, weights
from habit_coach.predictions.rule import chance, log_odds


def test_weights_move_to_the_expert_that_was_right_about_this_person():
    start = np.array([0.5, 0.5, 0.0])
    moved = weights(start, np.array([[0.0, 0.0, 0.0], [10.0, 2.0, 0.0], [2.0, 10.0, 0.0]]))
    np.testing.assert_allclose(moved[0], start)
    assert moved[1, 1] > 0.9
    assert moved[2, 0] > 0.9
    assert (moved[:, 2] == 0).all()


def test_only_losses_settled_before_the_forecast_and_of_the_same_person_count():
    person = np.array([0, 0, 0, 1])
    target = np.array([10, 11, 12, 11])
    losses = np.array([[1.0], [2.0], [4.0], [8.0]])
    assert past_losses(person, target, target - 1, losses)[:, 0].tolist() == [0, 1, 3, 0]


def test_the_pool_starts_from_what_did_best_but_trusts_little_evidence_little():
    luck = np.random.default_rng(0)
    truth = luck.normal(0, 1.5, 4000)
    done = (luck.random(4000) < chance(truth)).astype(float)
    opinions = np.stack([np.zeros(4000), truth], axis=1)
    assert pooled_start(opinions, done, np.array([0.5, 0.5]))[1] > 0.8
    assert pooled_start(opinions[:20], done[:20], np.array([0.5, 0.5]))[1] < 0.7


def test_a_calibrated_forecast_is_left_alone_and_a_skewed_one_mended():
    luck = np.random.default_rng(1)
    truth = luck.normal(0, 1.5, 3000)
    done = (luck.random(3000) < chance(truth)).astype(float)
    block = np.arange(3000) // 30
    half = block % 2 == 1
    assert platt_if_due(truth, done, block, half, seed=1) == NONE
    mended = platt_if_due(truth * 2 + 1, done, block, half, seed=1)
    assert calibration_error(chance(mended(truth * 2 + 1)), done) < 0.04
    assert fit_platt(truth, done).slope > 0.9


def test_what_only_one_half_drifted_by_is_not_corrected():
    luck = np.random.default_rng(1)
    truth = luck.normal(0, 1.5, 3000)
    done = (luck.random(3000) < chance(truth)).astype(float)
    block, half = np.arange(3000) // 30, np.arange(3000) < 1500
    assert calibration_error(chance(truth + half), done) > 0.04
    assert platt_if_due(truth + half, done, block, half, seed=1) == NONE


def test_auc_counts_ties_half_and_is_silent_without_both_outcomes():
    assert auc(np.array([0.2, 0.8]), np.array([0.0, 1.0])) == 1
    assert auc(np.array([0.5, 0.5]), np.array([0.0, 1.0])) == 0.5
    assert auc(np.array([0.5, 0.5]), np.array([1.0, 1.0])) is None


def test_auc_inside_a_series_ignores_the_difference_between_series():
    stated = np.array([0.1, 0.1, 0.9, 0.9])
    done = np.array([0.0, 1.0, 1.0, 0.0])
    found = inside_series(stated, done, np.array([0, 0, 1, 1]))
    assert found == {"auc_within": 0.5, "auc_within_five": None, "auc_within_pairs": 0.5}


def test_auc_inside_a_series_is_also_told_of_series_with_five_of_either_outcome():
    told, guessed = np.linspace(0, 1, 10), np.array([0.9, 0.1])
    done = np.array([0.0] * 5 + [1.0] * 5 + [0.0, 1.0])
    found = inside_series(np.concatenate([told, guessed]), done, np.repeat([0, 1], [10, 2]))
    assert found == {"auc_within": 0.5, "auc_within_five": 1.0, "auc_within_pairs": 0.96154}


def test_the_paired_interval_is_over_persons_and_absent_with_two():
    better, worse = np.zeros(90), np.full(90, 0.1)
    found = paired(better, worse, np.repeat(np.arange(9), 10))
    assert found["high"] < 0
    assert paired(better[:20], worse[:20], np.repeat([0, 1], 10))["low"] is None


def test_log_odds_and_chance_undo_each_other():
    stated = np.array([0.01, 0.5, 0.99])
    np.testing.assert_allclose(chance(log_odds(stated)), stated)
