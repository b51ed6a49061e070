"""What a habit asks of each day of its life: its rules by date, its pauses, and the marks a person left."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, NamedTuple

from habit_coach.habits.schedule import PerPeriod, Schedule

Kind = Literal["binary", "numeric"]
Direction = Literal["at_least", "at_most"]
State = Literal["done", "missed", "skipped"]
DAY = timedelta(days=1)
NO_DAYS: frozenset[date] = frozenset()


class Mark(NamedTuple):
    """An entry without its row. `value` is in the habit's unit, None where no number was given."""

    state: State
    value: float | None = None


Marks = Mapping[date, Mark]


@dataclass(frozen=True, slots=True)
class Rule:
    """What counts from `since` on. `target` is in the habit's unit, for each due day or, of a budget, each period."""

    since: date
    schedule: Schedule
    target: float | None = None
    direction: Direction = "at_least"

    def same_as(self, other: "Rule") -> bool:
        """Whether both ask the same, whenever they began."""
        return replace(self, since=other.since) == other


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which nothing is asked, both ends included; `last` None is a pause still running."""

    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A habit as its rules see it.

    `rules` ascend by `since`, and the first counts from the start even when its `since` is later.
    `pauses` are the habit's and the account's together, and may overlap. `week_start` is 0 for Monday to 6 for Sunday.
    """

    kind: Kind
    start: date
    rules: tuple[Rule, ...]
    pauses: tuple[Pause, ...] = ()
    week_start: int = 0

    def rule_on(self, day: date) -> Rule:
        """The rule that `day` is, or was, lived under."""
        return self.rules[max(0, bisect_right(self.rules, day, key=lambda rule: rule.since) - 1)]

    def spans(self, first: date, last: date) -> Iterator[tuple[Rule, date, date]]:
        """The rules from `first` to `last`, ascending, each with its own first and last day there."""
        for rule, following in zip(self.rules, [*self.rules[1:], None], strict=True):
            end = last if following is None else min(last, following.since - DAY)
            if first <= end:
                yield rule, first, end
                if end == last:
                    return
                first = end + DAY

    def paused(self, day: date) -> bool:
        """Whether `day` lies in a pause."""
        return any(pause.first <= day and (pause.last is None or day <= pause.last) for pause in self.pauses)

    def paused_days(self, first: date, last: date) -> frozenset[date]:
        """The paused days from `first` to `last`, for those who ask about many days."""
        if not self.pauses:
            return NO_DAYS
        return frozenset(
            date.fromordinal(number)
            for pause in self.pauses
            for number in range(
                max(first, pause.first).toordinal(),
                (last if pause.last is None else min(last, pause.last)).toordinal() + 1,
            )
        )

    def is_limit(self, rule: Rule) -> bool:
        """Whether `rule` is kept by doing less: then a day on which nothing was logged is a good one."""
        return self.kind == "numeric" and rule.direction == "at_most"

    def is_budget(self, rule: Rule) -> bool:
        """Whether `rule` asks for an amount in each period, rather than for a number of days."""
        return self.kind == "numeric" and isinstance(rule.schedule, PerPeriod) and rule.schedule.times == 1

    def changed(
        self,
        since: date,
        *,
        schedule: Schedule | None = None,
        target: float | None = None,
        direction: Direction | None = None,
    ) -> "Plan":
        """The plan with what is given counting from `since` on; what is left out stays as it was.

        A second change on the same day replaces the first. Days before `since`, and rules dated later, stay as they
        are. A change that changes nothing returns this plan.
        """
        since = max(since, self.start)
        before = self.rule_on(since)
        changed = Rule(
            since,
            before.schedule if schedule is None else schedule,
            before.target if target is None else target,
            direction or before.direction,
        )
        if changed.same_as(before):
            return self
        first, *later = self.rules
        first = replace(first, since=min(first.since, self.start))
        return replace(self, rules=_in_order(changed, [first, *later]))


def _in_order(changed: Rule, rules: list[Rule]) -> tuple[Rule, ...]:
    """`changed` in its place among `rules`, without rules that only repeat the one before."""
    others = [rule for rule in rules if rule.since != changed.since]
    kept: list[Rule] = []
    for rule in sorted([*others, changed], key=lambda rule: rule.since):
        if not kept or not rule.same_as(kept[-1]):
            kept.append(rule)
    return tuple(kept)


def amount(rule: Rule, mark: Mark | None) -> float:
    """What a numeric habit's mark comes to, in its unit.

    A mark done without a number counts as the target; a limit missed without a number counts as twice the limit,
    where its progress is nought.
    """
    if mark is None or mark.state == "skipped":
        return 0.0
    if mark.value is not None:
        return mark.value
    target = rule.target or 0.0
    if mark.state == "done":
        return target
    return (2 * target or 1.0) if rule.direction == "at_most" else 0.0
