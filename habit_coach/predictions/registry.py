"""Which model is served: kept in the database, loaded once a process, followed by every process within seconds.

Without a model that can be trusted the rule answers. The model that comes with the package is the first champion, with
at least half of the weight on the rule: each person's own days decide how far it is believed beyond that.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import cast
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, CursorResult, Table, func, select, update
from sqlmodel import Session, col

from habit_coach import clock, db
from habit_coach.accounts import audit
from habit_coach.errors import Conflict, Invalid, NotFound
from habit_coach.predictions import model as models
from habit_coach.predictions.model import EXPERTS, Model
from habit_coach.predictions.models import PredictionModel, Status
from habit_coach.predictions.schema import schema_hash

log = logging.getLogger(__name__)
TABLE = cast(Table, PredictionModel.__table__)  # type: ignore[attr-defined]
RULE = Model(prior=0.5)
RULE_VERSION = "rule"
FOLLOW_EVERY = timedelta(seconds=10)
STARTER, TRAINED = "starter", "trained"
AUTOMATIC = "promoted by the gate"


@dataclass(frozen=True)
class Served:
    """A model with the name that its predictions carry."""

    model: Model
    version: str

    @property
    def is_rule(self) -> bool:
        return self.version == RULE_VERSION

    @cached_property
    def starter(self) -> Model | None:
        """The starter where this model learned to listen to it as one of its experts."""
        return models.starter() if self.model.next.start[EXPERTS.index("starter")] > 0 else None


THE_RULE = Served(RULE, RULE_VERSION)


@dataclass
class Followed:
    """What this process serves, and when it last asked whether that is still the champion."""

    served: Served = THE_RULE
    champion: UUID | None = None
    asked_at: datetime | None = None
    database: str = ""


_followed = Followed()


def current(session: Session) -> Served:
    """The model to serve now; at most every ten seconds the database is asked whether it changed."""
    now, database = clock.now(), str(db.engine().url)
    fresh = _followed.asked_at is not None and abs(now - _followed.asked_at) < FOLLOW_EVERY
    if fresh and _followed.database == database:
        return _followed.served
    if _followed.database != database:
        _followed.champion, _followed.served = None, THE_RULE
    champion = session.scalar(select(col(PredictionModel.id)).where(col(PredictionModel.status) == Status.champion))
    if champion != _followed.champion:
        _followed.served = _opened(session, champion) if champion else THE_RULE
    _followed.champion, _followed.asked_at, _followed.database = champion, now, database
    return _followed.served


def reload() -> None:
    """Ask the database anew at the next prediction of this process, and read the model's text again."""
    _followed.asked_at = _followed.champion = None
    _followed.served = THE_RULE


def _opened(session: Session, model_id: UUID) -> Served:
    """The champion ready to serve, or the rule where it cannot be trusted."""
    row = session.get_one(PredictionModel, model_id)
    try:
        return opened(row)
    except Invalid as refused:
        log.error("The model %s is not served, the rule answers instead: %s", row.version, refused.message)
        return THE_RULE


def opened(row: PredictionModel) -> Served:
    """The model of a row. Raises Invalid for a wrong checksum or for features that this version does not compute."""
    model = models.of_json(row.text)
    if json.loads(row.text)["checksum"] != row.checksum:
        raise Invalid("The model's checksum is not the one that was registered: train it again.")
    return Served(cautious(model) if row.origin == STARTER else model, row.version)


def cautious(model: Model) -> Model:
    """The model with at least half of its starting weight on the rule."""
    start = model.next.start
    by_rule = np.eye(len(EXPERTS))[0]
    share = max(0.0, (0.5 - start[0]) / (1 - start[0])) if start[0] < 1 else 0.0
    return replace(model, next=replace(model.next, start=start * (1 - share) + by_rule * share))


def add(session: Session, model: Model, origin: str, metrics: dict[str, object]) -> PredictionModel:
    """Register a model as a candidate; the same model twice is one row."""
    text = models.to_json(model)
    known = session.scalar(select(PredictionModel).where(col(PredictionModel.version) == model.version))
    if known:
        return known
    about = dict(model.about)
    row = PredictionModel(
        version=model.version,
        text=text,
        checksum=models.checksum(models.contents(model)),
        schema_hash=schema_hash(),
        origin=origin,
        metrics=metrics | {name: about[name] for name in ("held_back", "risk") if name in about},
        data={name: about[name] for name in ("rows", "persons", "sources", "first_day", "last_day") if name in about},
        parameters=about.get("parameters", {}) | {"seed": about.get("seed")},
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def install_starter(session: Session) -> None:
    """Make the package's model the champion where there never was one, and where the champion is an older one of the
    package's, or was made for features that are gone.
    """
    champion = current_row(session)
    ever = session.scalar(select(func.count()).select_from(TABLE).where(TABLE.c.promoted_at.is_not(None)))
    if champion is None and ever:
        return
    newest = models.starter().version
    served = champion is not None and champion.schema_hash == schema_hash()
    if champion and served and (champion.origin != STARTER or champion.version == newest):
        return
    row = add(session, models.starter(), STARTER, {})
    if row.status != Status.champion:
        _crown(session, row, None, "comes with the package")


def promote(session: Session, model_id: UUID, by: UUID | None = None, note: str = AUTOMATIC) -> PredictionModel:
    """Make a model the champion; the one before is kept to roll back to.

    Raises NotFound for an unknown one, Invalid for one that is damaged or was made for other features.
    """
    row = one(session, model_id)
    opened(row)
    if row.status != Status.champion:
        _crown(session, row, by, note)
    return row


def roll_back(session: Session, by: UUID | None = None) -> PredictionModel:
    """Bring back the champion before this one. Raises Conflict where there is none that can be served."""
    champion = current_row(session)
    query = select(PredictionModel).where(
        col(PredictionModel.status) == Status.retired, col(PredictionModel.schema_hash) == schema_hash()
    )
    if champion and champion.promoted_at:
        query = query.where(col(PredictionModel.promoted_at) < champion.promoted_at)
    before = session.scalar(query.order_by(col(PredictionModel.promoted_at).desc()).limit(1))
    if before is None:
        raise Conflict("There is no earlier model to return to.")
    opened(before)
    _crown(session, before, by, "brought back")
    return before


def return_to_rule(session: Session, why: str, by: UUID | None = None) -> None:
    """Retire the champion: until another is promoted, the rule answers."""
    champion = current_row(session)
    if champion and _retire(session, TABLE.c.id == champion.id, why):
        _note(session, by, "model.retired", champion, why)


def current_row(session: Session) -> PredictionModel | None:
    """The champion's row."""
    query = select(PredictionModel).where(col(PredictionModel.status) == Status.champion)
    return session.scalar(query.execution_options(populate_existing=True))


def one(session: Session, model_id: UUID) -> PredictionModel:
    """A model's row. Raises NotFound where there is none."""
    row = session.get(PredictionModel, model_id)
    if row is None:
        raise NotFound("There is no such model.")
    return row


def listed(session: Session, limit: int = 50, before: UUID | None = None) -> Sequence[PredictionModel]:
    """The models, newest first, from behind the model `before`."""
    query = select(PredictionModel).order_by(col(PredictionModel.id).desc()).limit(limit)
    return session.scalars(query if before is None else query.where(col(PredictionModel.id) < before)).all()


def _crown(session: Session, row: PredictionModel, by: UUID | None, note: str) -> None:
    _retire(session, TABLE.c.status == Status.champion, f"followed by {row.version}")
    values = {"status": Status.champion, "promoted_at": clock.now(), "promoted_by": by, "note": note}
    session.execute(update(TABLE).where(TABLE.c.id == row.id).values(**values))
    session.refresh(row)
    _note(session, by, "model.promoted", row, note)


def _retire(session: Session, which: ColumnElement[bool], note: str) -> bool:
    done = session.execute(
        update(TABLE).where(which, TABLE.c.status == Status.champion).values(status=Status.retired, note=note)
    )
    return cast(CursorResult[object], done).rowcount > 0


def _note(session: Session, by: UUID | None, action: str, row: PredictionModel, note: str) -> None:
    log.warning("%s: %s (%s)", action, row.version, note)
    if by:
        audit.record(session, by, action, version=row.version)
