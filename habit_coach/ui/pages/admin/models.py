"""Models: which one predicts, how right it was, and what can be done about it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import reflex as rx
from sqlmodel import Session

from habit_coach import db
from habit_coach.accounts.models import User
from habit_coach.predictions import registry, trainings, watch
from habit_coach.predictions.models import PredictionModel, Status, TrainingRun
from habit_coach.predictions.watch import Report
from habit_coach.ui import formats
from habit_coach.ui.arguments import an_id
from habit_coach.ui.components.buttons import button
from habit_coach.ui.components.figures import bar, stat, stats
from habit_coach.ui.components.surfaces import banner, card
from habit_coach.ui.pages.admin.judged import Group, Trial, calibration, group, loss, trial, trials
from habit_coach.ui.pages.admin.parts import badge, nothing, row, when
from habit_coach.ui.session import admin_here
from habit_coach.ui.words import NOTHING_YET, counted, percent

LOOKS = {Status.champion: "good", Status.candidate: "", Status.retired: ""}


@dataclass(frozen=True)
class Line:
    """A model in words; `id` is empty where there is nothing to promote."""

    id: str
    name: str
    details: str
    status: str
    look: str


@dataclass(frozen=True)
class Numbers:
    """The model that is served, at a glance."""

    serves: str = ""
    since: str = ""
    rows: str = ""
    loss: str = ""
    rule_loss: str = ""


@dataclass(frozen=True)
class Training:
    """The newest training."""

    running: bool = False
    progress: int = 0
    says: str = "No training was asked for yet. The worker asks for one every week."


class Models(rx.State):
    lines: list[Line] = []
    trials: list[Trial] = []
    deciles: list[Group] = []
    ages: list[Group] = []
    alarms: list[str] = []
    numbers: Numbers = Numbers()
    training: Training = Training()

    @rx.event
    async def load(self):
        # Thousands of predictions take longer than the event loop may be held.
        await asyncio.to_thread(_show, self)

    @rx.event
    def train(self):
        with db.session(writes=True) as session:
            trainings.ask(session, admin_here(session, self).id)
        return Models.load

    @rx.event
    def promote(self, model_id: str):
        with db.session(writes=True) as session:
            admin = admin_here(session, self)
            model = registry.promote(session, an_id(model_id), admin.id, "promoted by hand")
        registry.reload()
        return [Models.load, rx.toast(f"{model.version} serves from now on.")]

    @rx.event
    def roll_back(self):
        with db.session(writes=True) as session:
            model = registry.roll_back(session, admin_here(session, self).id)
        registry.reload()
        return [Models.load, rx.toast(f"{model.version} serves again.")]

    @rx.event
    def return_to_rule(self):
        with db.session(writes=True) as session:
            registry.return_to_rule(session, "retired by hand", admin_here(session, self).id)
        registry.reload()
        return [Models.load, rx.toast("The rule answers from now on.")]


def _show(page: Models) -> None:
    with db.session() as session:
        admin = admin_here(session, page)
        found = watch.report(session)
        models = registry.listed(session)
        values = {
            "lines": [_line(one, admin) for one in models],
            "trials": [trial(one) for one in models if one.metrics.get("challenger")],
            "deciles": [group(one, found.rows) for one in found.deciles],
            "ages": [group(one, found.rows) for one in found.ages],
            "alarms": list(found.alarms),
            "numbers": _numbers(session, found, admin),
            "training": _training(trainings.latest(session, 1), admin),
        }
    for name, value in values.items():
        if getattr(page, name) != value:
            setattr(page, name, value)


def _line(model: PredictionModel, admin: User) -> Line:
    data = model.data
    people = counted(data["persons"], "person") if data else ""
    learned = f"learned from {formats.number(data['rows'])} days of {people}" if data else ""
    details = " · ".join(filter(None, [f"made {when(model.created_at, admin)}", learned, model.note]))
    can_serve = model.status != Status.champion
    name = f"{model.version}, {'comes with the app' if model.origin == registry.STARTER else 'trained here'}"
    return Line(str(model.id) if can_serve else "", name, details, model.status, LOOKS[Status(model.status)])


def _numbers(session: Session, found: Report, admin: User) -> Numbers:
    champion = registry.current_row(session)
    return Numbers(
        champion.version if champion else "The rule",
        f"since {when(champion.promoted_at, admin)}" if champion else "no model is served",
        formats.number(found.rows),
        loss(found.model["brier"]) if found.model else NOTHING_YET,
        f"the rule {loss(found.rule['brier'])}; lower is better" if found.rule else "nothing to judge yet",
    )


def _training(newest: Sequence[TrainingRun], admin: User) -> Training:
    if not newest:
        return Training()
    run = newest[0]
    if run.ended_at is None:
        return Training(True, run.progress, f"{run.stage.capitalize()} … {percent(run.progress / 100)}")
    return Training(False, 100, f"{when(run.ended_at, admin).capitalize()}: {run.outcome}")


def models() -> rx.Component:
    return rx.el.div(
        rx.foreach(Models.alarms, lambda alarm: banner("triangle-alert", alarm, bad=True)),
        stats(
            stat("Serves", Models.numbers.serves, Models.numbers.since),
            stat("Brier score, four weeks", Models.numbers.loss, Models.numbers.rule_loss),
            stat("Predictions judged", Models.numbers.rows),
        ),
        card(
            rx.cond(Models.training.running, bar(Models.training.progress, Models.training.says)),
            rx.el.p(Models.training.says, aria_live="polite"),
            title="Training",
            tools=button("Train now", small=True, disabled=Models.training.running, on_click=Models.train),
        ),
        card(
            rx.cond(
                Models.deciles,
                calibration(Models.deciles, Models.ages),
                nothing("What was said is judged once its day has passed."),
            ),
            title="What was said, and what happened",
        ),
        card(
            rx.cond(
                Models.lines,
                rx.el.ul(rx.foreach(Models.lines, _row), class_name="admin-rows"),
                nothing("No model yet: the worker installs the one that comes with the app."),
            ),
            rx.cond(Models.trials, trials(Models.trials)),
            title="Registry",
            tools=rx.el.div(
                button("Roll back", small=True, on_click=Models.roll_back),
                button("Use the rule", small=True, on_click=Models.return_to_rule),
                class_name="toolbar",
            ),
        ),
        class_name="stack",
    )


def _row(line: rx.Var[Line]) -> rx.Component:
    promote = button("Promote", small=True, aria_label="Promote " + line.name, on_click=Models.promote(line.id))
    return row(line.name, line.details, badge(line.status, line.look), rx.cond(line.id != "", promote), key=line.name)
