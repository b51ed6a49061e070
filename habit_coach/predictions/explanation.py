"""Why a prediction is what it is: each family's share of the log-odds, and a sentence with the person's own numbers.

Shares are exact: `base + sum of contributions = log-odds served`. The rule's log-odds are split over its three terms
along the chord from the base rate, `w_t (r_t - p0) * (logit p - logit p0) / (p - p0)`; trees by TreeSHAP (Lundberg et
al. 2020), the linear expert by its terms. They describe what goes together with keeping a habit, never what causes it.
"""

from dataclasses import dataclass

import numpy as np

from habit_coach.predictions.experts import Linear
from habit_coach.predictions.features import Rows, window_of
from habit_coach.predictions.history import DayTotals, Floats, History
from habit_coach.predictions.model import EXPERTS, Head, Model
from habit_coach.predictions.phrases import Facts, sentence
from habit_coach.predictions.rule import TERMS, log_odds, recent, rule
from habit_coach.predictions.schema import COLUMN, FEATURES, HORIZON, START

TOP = 3
LEAST_EFFECT = 0.05


@dataclass(frozen=True)
class Reason:
    """One family's share: `effect` in log-odds, above zero where it speaks for keeping the habit."""

    family: str
    effect: float
    text: str


@dataclass(frozen=True)
class Contributions:
    """`base + by_feature.sum(axis=1)` is the log-odds served."""

    base: Floats
    by_feature: Floats


def contributions(
    model: Model, matrix: Floats, losses: Floats | None = None, starter: Model | None = None
) -> Contributions:
    """Each feature's share of the log-odds of every row."""
    head = model.next
    share = head.shares(matrix.shape[0], losses)
    middle = float(log_odds(np.array([model.prior]))[0])
    by_rule = rule_terms(matrix, model.prior)
    parts = {
        "rule": (np.full(matrix.shape[0], middle), by_rule),
        "recent": (np.full(matrix.shape[0], middle), recent_terms(matrix, model.prior)),
        "linear": linear_terms(head.linear, matrix),
        "trees": tree_terms(head, matrix, middle, by_rule),
    }
    if starter:
        inner = contributions(starter, matrix)
        parts["starter"] = (inner.base, inner.by_feature)
    base, total = np.zeros(matrix.shape[0]), np.zeros(matrix.shape)
    for column, name in enumerate(EXPERTS):
        if name in parts and (share[:, column] > 0).any():
            base += share[:, column] * parts[name][0]
            total += share[:, column, None] * parts[name][1]
    return Contributions(head.platt.slope * base + head.platt.shift, head.platt.slope * total)


def rule_terms(matrix: Floats, prior: float) -> Floats:
    """The rule's log-odds above the base rate's, split over its terms."""
    slope = chord(rule(matrix), prior)
    blend = sum((weight * matrix[:, COLUMN[name]] for name, weight in TERMS), np.zeros(matrix.shape[0]))
    # The rule is kept within its floor: what the floor takes away is taken from every term alike.
    kept = np.where(
        np.abs(blend - prior) > 1e-9, (rule(matrix) - prior) / np.where(blend == prior, 1.0, blend - prior), 1.0
    )
    terms = np.zeros(matrix.shape)
    for name, weight in TERMS:
        terms[:, COLUMN[name]] = weight * (matrix[:, COLUMN[name]] - prior) * kept * slope
    return terms


def recent_terms(matrix: Floats, prior: float) -> Floats:
    terms = np.zeros(matrix.shape)
    terms[:, COLUMN["recent_5"]] = (recent(matrix) - prior) * chord(recent(matrix), prior)
    return terms


def chord(stated: Floats, prior: float) -> Floats:
    """Slope of the logit between the base rate and the stated chance; its derivative where they meet."""
    far = np.abs(stated - prior) > 1e-6
    rise = log_odds(stated) - float(log_odds(np.array([prior]))[0])
    return np.asarray(np.where(far, rise / np.where(far, stated - prior, 1.0), 1 / (prior * (1 - prior))))


def linear_terms(linear: Linear | None, matrix: Floats) -> tuple[Floats, Floats]:
    if linear is None:
        return np.zeros(matrix.shape[0]), np.zeros(matrix.shape)
    return np.full(matrix.shape[0], linear.intercept), linear.terms(matrix)


def tree_terms(head: Head, matrix: Floats, middle: float, by_rule: Floats) -> tuple[Floats, Floats]:
    """TreeSHAP on top of `START` times the rule's own terms."""
    if head.trees is None:
        return np.full(matrix.shape[0], middle), by_rule
    found = np.asarray(head.trees.predict(matrix, pred_contrib=True, num_threads=2), dtype=float)
    return START * middle + found[:, -1], START * by_rule + found[:, :-1]


def reasons(
    history: History, rows: Rows, matrix: Floats, shares: Contributions
) -> list[tuple[list[Reason], list[Reason]]]:
    """For each row the strongest families for and against, at most three each, those that can be said in a sentence."""
    facts = facts_of(history, rows, matrix)
    names = list(dict.fromkeys(feature.family for feature in FEATURES))
    member = np.array([[feature.family == name for name in names] for feature in FEATURES], dtype=float)
    effects = shares.by_feature @ member
    return [both_sides(names, effect, fact) for effect, fact in zip(effects, facts, strict=True)]


def both_sides(names: list[str], effects: Floats, facts: Facts) -> tuple[list[Reason], list[Reason]]:
    """The reasons for and against one prediction, strongest first."""
    said = []
    for name, effect in zip(names, effects, strict=True):
        text = sentence(name, facts, speaks_for=effect > 0)
        if abs(effect) >= LEAST_EFFECT and text:
            said.append(Reason(name, round(float(effect), 3), text))
    said.sort(key=lambda reason: -abs(reason.effect))
    return [one for one in said if one.effect > 0][:TOP], [one for one in said if one.effect < 0][:TOP]


def facts_of(history: History, rows: Rows, matrix: Floats) -> list[Facts]:
    """The person's own numbers behind each row, as counts that can be said aloud."""
    window, totals, days = window_of(history, rows), DayTotals.of(history), history.judged
    same = window.seen & ((window.day - rows.target[:, None]) % 7 == 0)
    same &= np.cumsum(same, axis=1) <= 6
    week_kept, week_due = totals.between(history.owner[rows.series], rows.as_of - 6, rows.as_of)
    low, high = days.up_to(rows.series, rows.as_of - 7), days.up_to(rows.series, rows.as_of)
    week_kept = week_kept - (days.kept_before[high] - days.kept_before[low])
    columns = {
        "kept_7": window.done[:, :7].sum(axis=1),
        "due_7": window.seen[:, :7].sum(axis=1),
        "kept_28": window.done[:, :28].sum(axis=1),
        "due_28": window.seen[:, :28].sum(axis=1),
        "kept_all": window.done.sum(axis=1),
        "due_all": window.seen.sum(axis=1),
        "weekday": (rows.target + 3) % 7,
        "weekday_kept": (window.done * same).sum(axis=1),
        "weekday_due": same.sum(axis=1),
        "others_kept": week_kept,
        "others_due": week_due - (high - low),
        "streak": matrix[:, COLUMN["streak"]],
        "miss_streak": matrix[:, COLUMN["miss_streak"]],
        "silence": np.nan_to_num(matrix[:, COLUMN["silence"]], nan=HORIZON),
        "own_silence": np.nan_to_num(matrix[:, COLUMN["own_silence"]], nan=HORIZON),
        "quota_left": np.nan_to_num(rows.quota_left, nan=-1),
        "days_left": np.nan_to_num(rows.days_left, nan=-1),
    }
    whole = [
        Facts(**dict(zip(columns, map(int, numbers), strict=True))) for numbers in zip(*columns.values(), strict=True)
    ]
    return [
        fact.with_amounts(float(last), float(level))
        for fact, last, level in zip(
            whole, matrix[:, COLUMN["value_last"]], matrix[:, COLUMN["value_level"]], strict=True
        )
    ]


def days_until_break(chance_kept: float) -> int:
    """Due days until a miss is as likely as not, were every day as likely to be kept: ln 0.5 / ln p, at most 99."""
    if chance_kept <= 0.5:
        return 1
    return int(min(99, np.ceil(np.log(0.5) / np.log(min(chance_kept, 1 - 1e-9)))))
