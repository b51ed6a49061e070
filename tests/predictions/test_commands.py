import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from habit_coach.__main__ import main
from habit_coach.errors import Invalid
from habit_coach.predictions.evaluation import evaluate_table
from habit_coach.predictions.table import checked, read_table
from tests.predictions.worlds import table, world

COLUMNS = ["person", "habit", "category", "source", "date", "done", "value", "due"]


def write(frame: pd.DataFrame, path) -> str:
    plain = frame[COLUMNS].assign(date=frame["date"].dt.strftime("%Y-%m-%d"))
    if path.suffix == ".parquet":
        frame[COLUMNS].to_parquet(path)
    else:
        plain.to_csv(path, index=False)
    return str(path)


def run(*words: str):
    return CliRunner().invoke(main, list(words))


@pytest.mark.parametrize("name", ["days.csv", "days.csv.gz", "days.parquet"])
def test_a_table_is_read_alike_in_every_form(tmp_path, name):
    frame = world(persons=2, days=5)
    path = tmp_path / name
    write(frame, path)
    pd.testing.assert_frame_equal(read_table(path), frame, check_dtype=False, check_column_type=False, check_like=True)


def test_train_writes_a_model_that_evaluate_judges(tmp_path):
    data = write(world(persons=12, days=60), tmp_path / "days.csv")
    trained = run("train", "--data", data, "--out", str(tmp_path / "model.json"))
    assert trained.exit_code == 0, trained.output
    judged = run("evaluate", "--data", data, "--model", str(tmp_path / "model.json"))
    assert judged.exit_code == 0, judged.output
    report = json.loads(judged.output)
    figures = {"auc", "auc_within", "auc_within_five", "auc_within_pairs", "log_loss", "brier", "brier_skill", "ece"}
    assert {"rows", "persons", "model", "rule", "logistic", "personal", "by_age", "by_source", "week", "paired"} <= set(
        report
    )
    assert set(report["model"]) == figures


def test_evaluate_without_a_model_reports_strangers_and_the_same_people_later(tmp_path):
    data = write(world(persons=10, days=50), tmp_path / "days.csv")
    report = json.loads(run("evaluate", "--data", data).output)
    assert report["protocol"].startswith("people never seen")
    for later in ("later", "later_quarter", "later_by_person"):
        assert report[later]["protocol"].startswith("same people later")
        assert report[later]["week"]["model"].keys() >= {"onset", "onset_steady"}
    assert report["paired"]["rule"]["low"] <= report["paired"]["rule"]["high"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: frame.drop(columns="due"), "lacks the column due"),
        (lambda frame: frame.assign(date="31.12.2024"), "not of the form"),
        (lambda frame: frame.assign(date="2024-02-31"), "does not exist"),
        (lambda frame: pd.concat([frame, frame.head(1)]), "twice on 2024-01-01"),
        (lambda frame: frame.head(0), "no rows"),
        (lambda frame: frame.assign(done="maybe"), "holds 'maybe'"),
        (lambda frame: frame.assign(value="much"), "not a number"),
        (lambda frame: frame.assign(person=""), "empty cells"),
    ],
)
def test_a_bad_table_is_refused_in_a_sentence(tmp_path, change, words):
    frame = world(persons=1, days=3)
    plain = frame[COLUMNS].assign(date=frame["date"].dt.strftime("%Y-%m-%d"))
    path = tmp_path / "days.csv"
    change(plain).to_csv(path, index=False)
    answer = run("evaluate", "--data", str(path))
    assert answer.exit_code == 1
    assert words in answer.output
    assert "Traceback" not in answer.output


@pytest.mark.parametrize("name", ["none.csv", "days.xls", "torn.csv.gz", "torn.parquet", "empty.csv"])
def test_a_file_that_is_no_table_is_refused(tmp_path, name):
    for torn in ("days.xls", "torn.csv.gz", "torn.parquet"):
        (tmp_path / torn).write_bytes(b"no table")
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(Invalid):
        read_table(tmp_path / name)


def test_a_category_can_be_left_out(tmp_path):
    frame = world(persons=2, days=5)
    frame["category"] = np.where(frame["habit"] == "h0", "wear", "sport")
    write(frame, tmp_path / "days.csv")
    assert set(read_table(tmp_path / "days.csv", ("wear",))["habit"]) == {"h1"}
    with pytest.raises(Invalid, match="no rows left"):
        read_table(tmp_path / "days.csv", ("wear", "sport"))


def weekly() -> pd.DataFrame:
    frame = world(persons=6, habits=2, days=200)
    monday = frame["date"].dt.day_of_week == 0
    return frame.assign(due=monday, done=frame["done"].where(monday))


def gaps() -> pd.DataFrame:
    frame = world(persons=6, habits=2, days=80)
    return frame[np.random.default_rng(2).random(len(frame)) < 0.5].reset_index(drop=True)


def hundred_rows() -> pd.DataFrame:
    return world(persons=1, habits=1, days=100)


def one_person() -> pd.DataFrame:
    return world(persons=1, habits=3, days=90)


def numeric_only() -> pd.DataFrame:
    frame = world(persons=6, habits=3, days=60)
    return frame[frame["habit"] != "h0"].reset_index(drop=True)


def nothing_after_a_month() -> pd.DataFrame:
    frame = world(persons=6, habits=1, days=120)
    return frame.assign(done=frame["done"].where(frame["date"] < "2024-02-01", 0.0))


def constant_amounts() -> pd.DataFrame:
    return world(persons=5, habits=2, days=40).assign(value=5.0)


def many_short() -> pd.DataFrame:
    return world(persons=60, habits=1, days=3)


@pytest.mark.parametrize(
    "other", [weekly, gaps, hundred_rows, one_person, numeric_only, nothing_after_a_month, constant_amounts, many_short]
)
def test_data_of_any_shape_is_judged_without_a_stumble(other):
    report = evaluate_table(other())
    json.dumps(report, allow_nan=False)
    assert report["rows"] >= 0


def test_due_and_done_may_be_words_or_numbers():
    raw = pd.DataFrame(
        {
            "person": [1, 1],
            "habit": ["h", "h"],
            "date": ["2024-01-01", "2024-01-02"],
            "done": ["True", ""],
            "value": [1, None],
            "due": [1, "false"],
        }
    )
    frame = checked(raw)
    assert frame["done"].tolist()[0] == 1
    assert frame["due"].tolist() == [True, False]
    assert table([("p", "h", 0, 1.0, np.nan)])["due"].all()
