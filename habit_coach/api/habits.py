"""`/habits`: the habits themselves, their order and their pauses."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from habit_coach.api import cursors
from habit_coach.api.deps import Reader, ReadSession, Writer, WriteSession, as_reader, needs
from habit_coach.api.resources import Json, Resource
from habit_coach.api.schemas import Cursor, HabitChange, HabitList, HabitOut, Limit, Order, PauseIn, PauseList, PauseOut
from habit_coach.habits import habit as habits
from habit_coach.habits import pauses
from habit_coach.habits.drafts import HabitDraft

router = Resource.router("habits")


@router.post("/habits", status_code=201)
async def create(draft: HabitDraft, session: WriteSession, user: Writer) -> HabitOut:
    """Add a habit; without `start_date` it starts today."""
    return HabitOut.of(habits.create(session, user, draft))


@router.get("/habits", response_model=HabitList, openapi_extra=needs("read"))
async def listed(
    request: Request,
    archived: Annotated[bool | None, Query(description="true: those put away; else those in use.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Json:
    """The habits in the user's own order."""
    with as_reader(request, "read") as (connection, user):
        found = habits.rows(connection, user, archived=bool(archived))
    some, following = cursors.page(found, limit, cursor, lambda row: str(row["id"]))
    return Json({"items": [HabitOut.plain(row) for row in some], "next_cursor": following})


@router.post("/habits/reorder")
async def reorder(order: Order, session: WriteSession, user: Writer) -> HabitList:
    """Put the habits in this order."""
    return HabitList(items=[HabitOut.of(habit) for habit in habits.reorder(session, user, order.order)])


@router.get("/habits/{habit_id}")
async def one(habit_id: UUID, session: ReadSession, user: Reader) -> HabitOut:
    """One habit."""
    return HabitOut.of(habits.owned(session, user, habit_id))


@router.put("/habits/{habit_id}")
async def replace(habit_id: UUID, draft: HabitDraft, session: WriteSession, user: Writer) -> HabitOut:
    """Describe the habit anew; a new schedule, target or direction counts from today on."""
    return HabitOut.of(habits.update(session, user, habit_id, draft.model_dump(mode="json", exclude_none=True)))


@router.patch("/habits/{habit_id}")
async def change(habit_id: UUID, change: HabitChange, session: WriteSession, user: Writer) -> HabitOut:
    """Change parts of the habit; `archived` puts it away or takes it up again."""
    if change.archived is not None:
        (habits.archive if change.archived else habits.unarchive)(session, user, habit_id)
    return HabitOut.of(habits.update(session, user, habit_id, change.changes()))


@router.delete("/habits/{habit_id}", status_code=204)
async def delete(
    habit_id: UUID,
    session: WriteSession,
    user: Writer,
    hard: Annotated[bool, Query(description="Erase it with all of its entries, for good. Export first.")] = False,
) -> None:
    """Take the habit away; its history stays until it is erased with `hard`."""
    (habits.erase if hard else habits.delete)(session, user, habit_id)


@router.get("/habits/{habit_id}/pauses", tags=["pauses"])
async def pauses_of_habit(
    habit_id: UUID, session: ReadSession, user: Reader, limit: Limit = 100, cursor: Cursor = None
) -> PauseList:
    """The pauses of one habit, newest first."""
    habit = habits.owned(session, user, habit_id)
    found = [pause for pause in pauses.listed(session, user) if pause.habit_id == habit.id]
    some, following = cursors.page(found, limit, cursor)
    return PauseList(items=[PauseOut.of(pause) for pause in some], next_cursor=following)


@router.post("/habits/{habit_id}/pauses", status_code=201, tags=["pauses"])
async def pause_habit(habit_id: UUID, pause: PauseIn, session: WriteSession, user: Writer) -> PauseOut:
    """Pause one habit."""
    return PauseOut.of(pauses.start(session, user, pause.first, pause.last, habit_id))


@router.get("/pauses", tags=["pauses"])
async def all_pauses(session: ReadSession, user: Reader, limit: Limit = 100, cursor: Cursor = None) -> PauseList:
    """All pauses, newest first; those of the whole account have no `habit_id`."""
    some, following = cursors.page(pauses.listed(session, user), limit, cursor)
    return PauseList(items=[PauseOut.of(pause) for pause in some], next_cursor=following)


@router.post("/pauses", status_code=201, tags=["pauses"])
async def pause_all(pause: PauseIn, session: WriteSession, user: Writer) -> PauseOut:
    """Pause every habit: a vacation."""
    return PauseOut.of(pauses.start(session, user, pause.first, pause.last))


@router.delete("/pauses/{pause_id}", status_code=204, tags=["pauses"])
async def remove_pause(pause_id: UUID, session: WriteSession, user: Writer) -> None:
    """Take a pause back, as if it had never been."""
    pauses.remove(session, user, pause_id)
