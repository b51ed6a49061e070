"""The sentences of an explanation: what was seen, in the person's own numbers, and nothing about causes."""

from dataclasses import dataclass, replace

from habit_coach.predictions.schema import HORIZON

WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True)
class Facts:
    """Counts behind one prediction, as of the evening before; -1 for a quota that the habit does not have.

    `amount_last` and `amount_level` are in the habit's standard deviations from its mean, None where there are none.
    """

    kept_7: int
    due_7: int
    kept_28: int
    due_28: int
    kept_all: int
    due_all: int
    weekday: int
    weekday_kept: int
    weekday_due: int
    others_kept: int
    others_due: int
    streak: int
    miss_streak: int
    silence: int
    own_silence: int
    quota_left: int
    days_left: int
    amount_last: float | None = None
    amount_level: float | None = None

    def with_amounts(self, last: float, level: float) -> "Facts":
        """The same facts with what is known of the amounts."""
        return replace(self, amount_last=None if last != last else last, amount_level=None if level != level else level)


def sentence(family: str, facts: Facts, *, speaks_for: bool) -> str | None:
    """What to say of a family, or None where the person's numbers do not show it."""
    return SENTENCES[family](facts, speaks_for) if family in SENTENCES else None


def recent(facts: Facts, speaks_for: bool) -> str | None:
    if not facts.due_7 or speaks_for != (2 * facts.kept_7 >= facts.due_7):
        return None
    if facts.due_7 == 1:
        return f"You {'kept' if facts.kept_7 else 'missed'} it on the one due day so far."
    return f"You kept it on {facts.kept_7} of the last {facts.due_7} due days."


def long_run(facts: Facts, speaks_for: bool) -> str | None:
    kept, due = (facts.kept_28, facts.due_28) if facts.due_28 >= 14 else (facts.kept_all, facts.due_all)
    if due < 8 or speaks_for != (2 * kept >= due):
        return None
    return f"Over the longer run you kept it on {kept} of {due} due days."


def weekday(facts: Facts, speaks_for: bool) -> str | None:
    if facts.weekday_due < 2:
        return None
    rate, usual = facts.weekday_kept / facts.weekday_due, facts.kept_all / facts.due_all
    if speaks_for != (rate >= usual):
        return None
    return f"You kept it on {facts.weekday_kept} of the last {facts.weekday_due} {WEEKDAYS[facts.weekday]}."


def streak(facts: Facts, speaks_for: bool) -> str | None:
    if facts.streak and speaks_for:
        return "You kept it the last time." if facts.streak == 1 else f"You are on a streak of {facts.streak} due days."
    if facts.miss_streak and not speaks_for:
        return (
            "You missed it the last time."
            if facts.miss_streak == 1
            else f"It was missed on the last {facts.miss_streak} due days."
        )
    return None


def others(facts: Facts, speaks_for: bool) -> str | None:
    if facts.others_due < 3 or speaks_for != (2 * facts.others_kept >= facts.others_due):
        return None
    return f"Your other habits were kept {facts.others_kept} of {facts.others_due} times in the last week."


def logging(facts: Facts, speaks_for: bool) -> str | None:
    if speaks_for:
        return "You logged something on the day before." if facts.silence == 0 else None
    if facts.silence >= HORIZON:
        return "Nothing has been logged yet."
    if facts.silence >= 2:
        return f"Nothing has been logged for {facts.silence} days."
    return f"This habit was last logged {facts.own_silence} days ago." if 2 <= facts.own_silence < HORIZON else None


def amount(facts: Facts, speaks_for: bool) -> str | None:
    if facts.amount_level is None or abs(facts.amount_level) < 0.25 or speaks_for != (facts.amount_level > 0):
        return None
    return f"Lately your amounts were on the {'better' if speaks_for else 'weaker'} side of your own average."


def quota(facts: Facts, speaks_for: bool) -> str | None:
    if facts.quota_left < 0 or facts.days_left < 1 or speaks_for != (2 * facts.quota_left <= facts.days_left):
        return None
    return f"{facts.quota_left} more to go with {facts.days_left} days left in the period."


SENTENCES = {
    "recent": recent,
    "long_run": long_run,
    "weekday": weekday,
    "streak": streak,
    "others": others,
    "logging": logging,
    "amount": amount,
    "quota": quota,
}
