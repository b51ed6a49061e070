"""What the habit's page says of the next due day: how likely, and what speaks for and against it."""

from dataclasses import dataclass, field
from datetime import date

import reflex as rx

from habit_coach.predictions.hindsight import Hindsight
from habit_coach.predictions.serving import Prediction, Week
from habit_coach.ui.components.figures import ring
from habit_coach.ui.components.surfaces import card
from habit_coach.ui.words import counted, day_in_words, percent

RISKS = {"low": "Likely to be kept", "open": "It can go either way", "medium": "Could slip", "high": "Likely to slip"}
LIKELY = 0.65
ENOUGH_DAYS = 7


@dataclass(frozen=True)
class Outlook:
    """The prediction in words; `risk` is a key of RISKS, and without one there is only `says`."""

    shown: bool = False
    percent: int = 0
    risk: str = ""
    title: str = ""
    says: str = ""
    for_it: list[str] = field(default_factory=list)
    against: list[str] = field(default_factory=list)
    week: str = ""
    hindsight: str = ""
    source: str = ""


NOTHING = Outlook()


def outlook_of(prediction: Prediction, before: Hindsight | None, today: date) -> Outlook:
    """What to show of a prediction, and of how those `before` did."""
    if prediction.probability is None or prediction.for_day is None or prediction.status == "learning":
        return Outlook(shown=True, says=prediction.message)
    risk = prediction.risk or "low"
    if risk == "low" and prediction.probability < LIKELY:
        risk = "open"
    return Outlook(
        shown=True,
        percent=round(100 * prediction.probability),
        risk=risk,
        title=RISKS[risk],
        says=_says(prediction, today),
        for_it=[reason.text for reason in prediction.reasons if reason.effect >= 0],
        against=[reason.text for reason in prediction.reasons if reason.effect < 0],
        week=_week(prediction.week, prediction.days_until_break) if prediction.week else "",
        hindsight=_hindsight(before),
        source=_source(prediction),
    )


def _says(prediction: Prediction, today: date) -> str:
    chance = percent(prediction.probability)
    if prediction.quota_left is not None and prediction.days_left is not None:
        left = f"{prediction.quota_left} more in {counted(prediction.days_left, 'day')}"
        return f"{chance} likely that the quota is met: {left}."
    if prediction.for_day is None:
        return ""
    return f"{chance} likely to be kept {_when(prediction.for_day, today)}."


def _when(day: date, today: date) -> str:
    words = day_in_words(day, today)
    return words if words in ("today", "tomorrow") else f"on {words}"


def _week(week: Week, until_break: int | None) -> str:
    said = (
        f"Of the next 7 due days about {round(week.expected)} will be kept; five or more: {percent(week.goal_chance)}."
    )
    if week.lapse_chance >= 0.05:
        said += f" None at all: {percent(week.lapse_chance)}."
    if until_break and until_break > 1:
        said += f" At this rate a miss becomes as likely as not within {counted(until_break, 'due day')}."
    return said


def _hindsight(before: Hindsight | None) -> str:
    if before is None or before.days < ENOUGH_DAYS:
        return f"How reliable this is here shows once {counted(ENOUGH_DAYS, 'day')} that were foretold have passed."
    return (
        f"So far: on the last {counted(before.days, 'day')} it said {percent(before.stated)} on average, and "
        f"{percent(before.kept)} were kept. The likelier outcome came true on {before.right} of them."
    )


def _source(prediction: Prediction) -> str:
    by = f"model {prediction.model_version}" if prediction.source == "model" else "a simple rule of your recent rates"
    return f"By {by}. These are things that went together before, not causes."


def outlook(shown: rx.Var[Outlook]) -> rx.Component:
    return rx.cond(
        shown.shown,
        card(
            rx.cond(shown.risk != "", _prediction(shown), rx.el.p(shown.says, class_name="muted")), title="What is next"
        ),
    )


def _prediction(shown: rx.Var[Outlook]) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            ring(shown.percent, rx.el.strong(shown.percent, "%"), label=shown.says),
            rx.el.div(
                rx.el.p(shown.title, class_name="outlook-title", data_risk=shown.risk),
                rx.el.p(shown.says),
                rx.cond(shown.week != "", rx.el.p(shown.week, class_name="muted small")),
                class_name="outlook-words",
            ),
            class_name="outlook-head",
        ),
        rx.el.div(
            _side("Speaks for it", "plus", shown.for_it),
            _side("Speaks against it", "minus", shown.against),
            class_name="outlook-sides",
        ),
        rx.el.div(
            rx.el.p(shown.hindsight),
            rx.el.p(shown.source),
            class_name="outlook-about muted small",
        ),
        class_name="outlook",
    )


def _side(title: str, icon: str, reasons: rx.Var[list[str]]) -> rx.Component:
    return rx.cond(
        reasons,
        rx.el.div(
            rx.el.h3(title),
            rx.el.ul(
                rx.foreach(reasons, lambda text: rx.el.li(rx.icon(icon, size=16, aria_hidden="true"), rx.el.span(text)))
            ),
            class_name=f"outlook-side is-{icon}",
        ),
    )
