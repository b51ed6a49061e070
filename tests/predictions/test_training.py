import json

import numpy as np
import pytest

from habit_coach.errors import Invalid
from habit_coach.predictions.evaluation import evaluate_table
from habit_coach.predictions.examples import examples_of, strangers
from habit_coach.predictions.experts import best_rounds, boosted, parameters
from habit_coach.predictions.explanation import contributions, days_until_break, reasons
from habit_coach.predictions.model import EXPERTS, Model, of_json, starter, to_json
from habit_coach.predictions.risk import risk_of
from habit_coach.predictions.rule import chance, log_odds, rule
from habit_coach.predictions.training import fit_table
from tests.predictions.worlds import table, week_of, world


@pytest.fixture(scope="module")
def frame():
    return world(persons=26, habits=2, days=90)


@pytest.fixture(scope="module")
def model(frame):
    return fit_table(frame)


def test_a_model_learns_what_the_rule_does_not_see(model):
    assert model.next.trees is not None
    assert set(model.about["held_back"]["next"]["trusted"]) >= {"linear", "trees"}
    fresh = examples_of(world(persons=10, habits=2, days=90, seed=7), model.prior)
    error = ((chance(model.next_log_odds(fresh.matrix)) - fresh.done) ** 2).mean()
    assert error < ((rule(fresh.matrix) - fresh.done) ** 2).mean() - 0.003


def test_the_same_data_and_seed_give_the_same_file_to_the_bit(frame, model):
    assert to_json(fit_table(frame)) == to_json(model)


def test_a_model_file_read_back_predicts_the_same(frame, model):
    matrix = examples_of(frame, model.prior).matrix[:200]
    again = of_json(to_json(model))
    np.testing.assert_array_equal(again.next_log_odds(matrix), model.next_log_odds(matrix))
    np.testing.assert_array_equal(again.week_chances(matrix), model.week_chances(matrix))
    assert again.version == model.version


def test_a_damaged_file_and_other_features_are_refused(model):
    stored = json.loads(to_json(model))
    with pytest.raises(Invalid, match="checksum"):
        of_json(json.dumps(stored | {"prior": 0.9}))
    with pytest.raises(Invalid, match="not JSON"):
        of_json("{")
    with pytest.raises(Invalid, match="not of the form"):
        of_json("{}")


def test_the_trees_are_served_on_top_of_half_the_rules_log_odds(frame, model):
    matrix = examples_of(frame, model.prior).matrix[:50]
    trees = model.opinions(matrix)[:, EXPERTS.index("trees")]
    raw = model.next.trees.predict(matrix, raw_score=True)
    np.testing.assert_allclose(trees, 0.5 * log_odds(rule(matrix)) + raw)


def test_without_a_tree_the_trees_say_what_the_whole_rule_says():
    by_rule = np.array([-2.0, 0.5])
    np.testing.assert_array_equal(boosted(None, np.zeros((2, 1)), by_rule), by_rule)


def test_a_signal_earns_rounds_and_none_where_the_rule_is_not_beaten():
    luck = np.random.default_rng(4)
    signal, by_rule = luck.normal(size=(2_000, 1)), np.zeros(2_000)
    done = (luck.random(2_000) < chance(2 * signal[:, 0])).astype(float)
    first, second = slice(0, 1_000), slice(1_000, 2_000)
    train, held = ((signal[part], done[part], by_rule[part]) for part in (first, second))
    settings = parameters(1, [0], 1_000)
    assert best_rounds(train, held, settings) > 50
    told = np.where(held[1] == 1, 9.0, -9.0)
    assert best_rounds(train, (held[0], held[1], told), settings) == 0


def test_a_fifth_of_the_people_is_held_back_whole_but_nobody_where_they_are_few():
    many, few = (examples_of(world(persons=persons, habits=1, days=20)) for persons in (20, 9))
    aside = strangers(many, 0.2, seed=1)
    assert np.unique(many.person[aside]).size == 4
    assert not np.isin(many.person[~aside], many.person[aside]).any()
    assert not strangers(few, 0.2, seed=1).any()


def test_contributions_add_up_to_what_is_served(frame, model):
    examples = examples_of(frame, model.prior)
    matrix = examples.matrix[::53]
    losses = np.random.default_rng(0).uniform(0, 20, (matrix.shape[0], len(EXPERTS)))
    shares = contributions(model, matrix, losses, starter=model)
    served = model.next_log_odds(matrix, losses, starter=model)
    np.testing.assert_allclose(shares.base + shares.by_feature.sum(axis=1), served, atol=1e-9)


def test_reasons_use_the_persons_own_numbers():
    examples = examples_of(week_of("x......" * 6), 0.5)
    last = np.arange(examples.size) == examples.size - 1
    rows = examples.take(last)
    ((speaking_for, against),) = reasons(rows.history, rows.rows, rows.matrix, contributions(Model(0.5), rows.matrix))
    assert speaking_for == []
    assert "You kept it on 1 of the last 7 due days." in [reason.text for reason in against]


def test_with_no_model_the_answer_is_the_rule(frame):
    matrix = examples_of(frame, 0.5).matrix
    np.testing.assert_allclose(chance(Model(0.5).next_log_odds(matrix)), rule(matrix))


def test_at_least_more_is_never_likelier(frame, model):
    week = model.week_chances(examples_of(frame, model.prior).matrix)
    assert (np.diff(week, axis=1) <= 0).all()
    assert ((week > 0) & (week < 1)).all()


def test_too_few_rows_and_a_single_outcome_are_refused():
    with pytest.raises(Invalid, match="at least 100"):
        fit_table(world(persons=1, habits=1, days=99))
    with pytest.raises(Invalid, match="every day was kept"):
        fit_table(week_of("x" * 120))


def test_where_nothing_can_be_learned_the_rule_is_what_is_left():
    luck = np.random.default_rng(3)
    noise = table([(f"p{p}", "h", d, float(luck.random() < 0.5), np.nan) for p in range(5) for d in range(40)])
    model = fit_table(noise)
    assert model.next.start[[EXPERTS.index("linear"), EXPERTS.index("trees")]].sum() < 0.5
    report = evaluate_table(noise)
    assert report["model"]["brier"] <= report["rule"]["brier"] + 0.002


def test_the_starter_that_ships_fits_this_version_and_tells_a_kept_habit_from_a_dropped_one():
    kept, dropped = (
        examples_of(week_of(marks), starter().prior).matrix[-1:] for marks in ("x" * 30, "x" * 10 + "." * 20)
    )
    assert chance(starter().next_log_odds(kept))[0] > 0.8
    assert chance(starter().next_log_odds(dropped))[0] < 0.2
    assert set(starter().about["sources"]) == {"fitabase", "lifesnaps"}


def test_risk_levels_carry_their_precision(model):
    levels = model.about["risk"]
    assert levels["high"]["from"] > levels["medium"]["from"]
    assert 0 <= levels["high"]["precision"] <= 1
    assert risk_of(0.01, levels) == "high"
    assert risk_of(0.99, levels) == "low"


def test_days_until_a_break_grow_with_the_chance():
    assert [days_until_break(chance_kept) for chance_kept in (0.2, 0.5, 0.9, 0.99)] == [1, 1, 7, 69]
