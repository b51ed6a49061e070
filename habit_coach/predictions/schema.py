"""What the model is told: the features in order, the family each belongs to, and the sign where it is known."""

import hashlib
from dataclasses import dataclass

WINDOW = 90
HORIZON = 210
START = 0.5  # how much of the rule's log-odds trees start from
AGES = ((0, 0), (1, 2), (3, 6), (0, 6), (7, 13), (14, 27), (28, 55), (56, None))  # of habits, in due days


@dataclass(frozen=True)
class Feature:
    """`sign` is 1 where more can only help, -1 where more can only hurt, 0 where the model may decide.

    Few signs are fixed: of two overlapping rates the longer one rightly counts against the shorter.
    """

    name: str
    family: str
    sign: int = 0


FEATURES = (
    Feature("own_rate", "long_run", 1),
    Feature("rate_3", "recent"),
    Feature("rate_7", "recent", 1),
    Feature("rate_14", "recent"),
    Feature("rate_28", "long_run", 1),
    Feature("rate_56", "long_run"),
    Feature("recent_2", "recent"),
    Feature("recent_5", "recent"),
    Feature("recent_13", "recent", 1),
    Feature("recent_30", "long_run"),
    Feature("weekday_rate", "weekday"),
    Feature("weekday_lift", "weekday"),
    Feature("weekend_lift", "weekday"),
    Feature("weekday_number", "weekday"),
    Feature("weekday_level", "weekday"),
    Feature("lag_1", "streak"),
    Feature("lag_2", "streak"),
    Feature("lag_3", "streak"),
    Feature("same_after", "streak"),
    Feature("streak", "streak"),
    Feature("miss_streak", "streak", -1),
    Feature("since_kept", "streak"),
    Feature("flips", "streak"),
    Feature("run_length", "streak"),
    Feature("trend_short", "recent"),
    Feature("trend_long", "recent"),
    Feature("age", "long_run"),
    Feature("others_yesterday", "others"),
    Feature("others_lift", "others"),
    Feature("others_week", "others"),
    Feature("others_month", "others"),
    Feature("others_lead", "others"),
    Feature("others_weekday_lift", "others"),
    Feature("habits_judged", "others"),
    Feature("own_silence", "logging"),
    Feature("silence", "logging"),
    Feature("logged_week", "logging"),
    Feature("value_last", "amount"),
    Feature("value_level", "amount"),
    Feature("value_margin", "amount"),
    Feature("value_room", "amount"),
    Feature("value_spread", "amount"),
    Feature("density", "schedule"),
    Feature("density_week", "schedule"),
    Feature("gap", "schedule"),
    Feature("hour", "hour"),
    Feature("quota_left", "quota"),
    Feature("days_left", "quota"),
)
NAMES = tuple(feature.name for feature in FEATURES)
COLUMN = {name: column for column, name in enumerate(NAMES)}


def schema_hash() -> str:
    """Changes with the features, their order and bounds, and the trees' start: a model of another schema is refused."""
    text = "\n".join([f"{WINDOW} {HORIZON} {START}", *(f"{feature.name} {feature.sign}" for feature in FEATURES)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
