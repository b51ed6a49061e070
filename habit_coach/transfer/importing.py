"""Taking a file's content into an account: first shown, then written, all of it or nothing.

A habit of the same name and kind that is there already is added to; several of one name are paired in their order.
What a person said here stays. What an earlier import said follows the file, so the same file twice changes nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from habit_coach import db, feed
from habit_coach.accounts import audit, users
from habit_coach.accounts.models import User
from habit_coach.accounts.users import Profile
from habit_coach.errors import Conflict
from habit_coach.habits import bulk, reminding, standing
from habit_coach.habits import habit as habits
from habit_coach.habits.bulk import Said
from habit_coach.habits.drafts import HabitDraft
from habit_coach.habits.entry import TABLE
from habit_coach.habits.models import Habit, PauseRow
from habit_coach.habits.plan import Pause
from habit_coach.habits.schedule import describe
from habit_coach.transfer import arriving, collecting, taking_over
from habit_coach.transfer.content import Content, FoundHabit, Note

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class HabitPreview:
    """What becomes of one habit of the file, and what it will ask for.

    Days are counted as new, changed, the same, or kept as they were said here.
    """

    name: str
    kind: str
    asks: str
    action: Literal["new", "merged"]
    archived: bool
    first: date | None
    last: date | None
    new: int
    changed: int
    same: int
    kept: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import will do, or has done; `unwritten` notes beyond the first 200 are only counted.

    An account without habits also `takes_settings`: its profile, and what it wants of notifications and the report.
    """

    app: str
    habits: list[HabitPreview]
    new_pauses: int
    takes_settings: bool
    notes: list[Note]
    unwritten: int

    @property
    def new_habits(self) -> int:
        return sum(habit.action == "new" for habit in self.habits)

    @property
    def written(self) -> int:
        """Days that are added or changed."""
        return sum(habit.new + habit.changed for habit in self.habits)

    @property
    def changes_nothing(self) -> bool:
        return not (self.new_habits or self.written or self.new_pauses or self.takes_settings)


@dataclass(slots=True)
class _Match:
    """A habit of the file, the one here that it is added to, and the days that differ."""

    found: FoundHabit
    habit: Habit | None
    new: dict[date, Said] = field(default_factory=dict)
    changed: dict[date, Said] = field(default_factory=dict)
    same: int = 0
    kept: int = 0


class _PauseKey(NamedTuple):
    habit_id: UUID | None
    first: date
    last: date | None


class _Ground(NamedTuple):
    """What of the account an import rests on: the habits that are added to, and how the new ones will be judged."""

    pairs: tuple[UUID | None, ...]
    has_habits: bool
    pauses: frozenset[_PauseKey]
    week_start: int


@dataclass(frozen=True, slots=True)
class _Task:
    """What an import has to do, as planned on that ground."""

    preview: Preview
    matches: list[_Match]
    pauses: set[_PauseKey]
    profile: Profile | None
    ground: _Ground

    @property
    def new(self) -> list[FoundHabit]:
        return [match.found for match in self.matches if match.habit is None]

    @property
    def added_pauses(self) -> list[Pause]:
        """Those of the account."""
        return [Pause(pause.first, pause.last) for pause in self.pauses if pause.habit_id is None]

    @property
    def week_start(self) -> int:
        """The first day of the week once the settings are taken over."""
        if self.preview.takes_settings and self.profile is not None and self.profile.week_start is not None:
            return self.profile.week_start
        return self.ground.week_start


def preview(session: Session, user: User, content: Content) -> Preview:
    """What `apply` would do with this content now. Nothing is written."""
    matches = _matched(session, user, content)
    return _as_preview(session, user, content, matches, _missing_pauses(session, user, content, matches))


def apply(user_id: UUID, content: Content, tell: Tell = lambda done, of: None) -> Preview:
    """Write the content into the account and say what was done; doing it again changes nothing.

    New habits are written hidden, in transactions of its own that are short, and shown together with everything else
    in a last one. `tell(done, of)` hears of the progress in days. Raises Conflict where there is no room for so many
    habits, or where the account was changed while the import ran.
    """
    with db.session() as session:
        task = _planned(session, users.get(session, user_id), content)
    if task.preview.changes_nothing:
        return task.preview
    written = 0

    def count(days: int) -> None:
        nonlocal written
        written += days
        tell(written, task.preview.written)

    with collecting.later(), ExitStack() as undo:
        with db.session(writes=True) as session:
            made = arriving.begin(session, users.get(session, user_id), task.new)
        undo.callback(arriving.discard, user_id, list(made))
        arriving.write(user_id, made, count)
        arriving.judge(user_id, made, task.added_pauses, task.week_start)
        with db.session(writes=True) as session:
            _settle(session, users.get(session, user_id), content, task, made, count)
        undo.pop_all()
    return task.preview


def _planned(session: Session, user: User, content: Content) -> _Task:
    matches = _matched(session, user, content)
    pauses = _missing_pauses(session, user, content, matches)
    preview = _as_preview(session, user, content, matches, pauses)
    _require_room(session, user, preview)
    return _Task(preview, matches, pauses, content.profile, _ground(session, user, content))


def _settle(
    session: Session,
    user: User,
    content: Content,
    task: _Task,
    made: dict[UUID, FoundHabit],
    count: Callable[[int], None],
) -> None:
    """Everything that is seen of an import, in one transaction."""
    session.execute(select(col(User.id)).where(col(User.id) == user.id).with_for_update())  # one import at a time
    if _ground(session, user, content) != task.ground:
        raise Conflict("Your account was changed while the file was being written. Nothing of it is kept: try again.")
    _require_room(session, user, task.preview)
    if task.preview.takes_settings:
        taking_over.take_over(session, user, content)
    _add_pauses(session, user, task.added_pauses)
    for match in task.matches:
        if match.habit is not None:
            _add_to(session, user, match, task.pauses)
            count(len(match.new) + len(match.changed))
    arriving.show(session, user, made)
    audit.record(
        session,
        user.id,
        "data.imported",
        app=content.app,
        habits=task.preview.new_habits,
        entries=task.preview.written,
    )
    feed.changed(session, user.id)


def _add_pauses(session: Session, user: User, pauses: Sequence[Pause]) -> None:
    """Pauses of the account: every habit that is seen is judged anew."""
    if not pauses:
        return
    session.add_all(PauseRow(user_id=user.id, first=pause.first, last=pause.last) for pause in pauses)
    session.flush()
    standing.rebuild_all(session, user)
    reminding.schedule_all(session, user)


def _ground(session: Session, user: User, content: Content) -> _Ground:
    return _Ground(
        tuple(habit.id if habit else None for habit in _paired(session, user, content)),
        bool(habits.listed(session, user, archived=None)),
        frozenset(pause for pause in _pauses(session, user) if pause.habit_id is None),
        user.week_start,
    )


def _matched(session: Session, user: User, content: Content) -> list[_Match]:
    matches = [_Match(*pair) for pair in zip(content.habits, _paired(session, user, content), strict=True)]
    for match in matches:
        if match.habit is None:
            match.new = match.found.entries
        else:
            _compare(match, _days(session, match.habit))
    return matches


def _paired(session: Session, user: User, content: Content) -> list[Habit | None]:
    """For each habit of the file, the one here that it is added to."""
    waiting: defaultdict[tuple[str, str], list[Habit]] = defaultdict(list)
    for habit in habits.listed(session, user, archived=None):
        waiting[_key(habit.name, habit.kind)].append(habit)
    same_name = (waiting[_key(found.draft.name, found.draft.kind)] for found in content.habits)
    return [candidates.pop(0) if candidates else None for candidates in same_name]


def _key(name: str, kind: str) -> tuple[str, str]:
    return name.strip().casefold(), kind


def _days(session: Session, habit: Habit) -> dict[date, Said]:
    query = select(TABLE.c.day, TABLE.c.state, TABLE.c.value, TABLE.c.note, TABLE.c.source).where(
        TABLE.c.user_id == habit.user_id, TABLE.c.habit_id == habit.id
    )
    return {day: Said(state, value, note, source=source) for day, state, value, note, source in session.execute(query)}


def _compare(match: _Match, here: dict[date, Said]) -> None:
    for day, said in match.found.entries.items():
        written = here.get(day)
        if written is None:
            match.new[day] = said
        elif written.same_as(said):
            match.same += 1
        elif written.source == bulk.IMPORTED:
            match.changed[day] = said
        else:
            match.kept += 1


def _missing_pauses(session: Session, user: User, content: Content, matches: list[_Match]) -> set[_PauseKey]:
    """The pauses of the file that are not here; those of habits yet to be made are added with the habit."""
    wanted = {_PauseKey(None, pause.first, pause.last) for pause in content.pauses}
    for match in matches:
        if match.habit is not None:
            wanted |= {_PauseKey(match.habit.id, pause.first, pause.last) for pause in match.found.pauses}
    return wanted - _pauses(session, user)


def _pauses(session: Session, user: User) -> set[_PauseKey]:
    query = select(col(PauseRow.habit_id), col(PauseRow.first), col(PauseRow.last))
    return {_PauseKey(*row) for row in session.execute(query.where(col(PauseRow.user_id) == user.id))}


def _as_preview(
    session: Session, user: User, content: Content, matches: list[_Match], pauses: set[_PauseKey]
) -> Preview:
    of_new = sum(len(match.found.pauses) for match in matches if match.habit is None)
    return Preview(
        content.app,
        [_row(match) for match in matches],
        len(pauses) + of_new,
        taking_over.brings_news(session, user, content),
        [*content.notes, *(note for match in matches for note in _kept_as_here(match))],
        content.unwritten,
    )


def _kept_as_here(match: _Match) -> list[Note]:
    """A habit that is added to keeps what it asks for here; where the file asks for something else, that is said."""
    if match.habit is None:
        return []
    here, there = habits.as_draft(match.habit), match.found.draft
    if (here.schedule, here.target, here.direction) == (there.schedule, there.target, there.direction):
        return []
    return [Note(there.name, f"It is added to your habit, which stays as it is here: {_asked(here)}.")]


def _asked(draft: HabitDraft) -> str:
    if draft.kind == "binary":
        return describe(draft.schedule)
    return (
        f"{draft.direction.replace('_', ' ')} {draft.target:g} {draft.unit}".strip() + f", {describe(draft.schedule)}"
    )


def _row(match: _Match) -> HabitPreview:
    found = match.found
    return HabitPreview(
        name=found.draft.name,
        kind=found.draft.kind,
        asks=_asked(habits.as_draft(match.habit) if match.habit else found.draft),
        action="merged" if match.habit else "new",
        archived=found.archived,
        first=min(found.entries, default=None),
        last=max(found.entries, default=None),
        new=len(match.new),
        changed=len(match.changed),
        same=match.same,
        kept=match.kept,
    )


def _require_room(session: Session, user: User, done: Preview) -> None:
    count = len(habits.listed(session, user, archived=None)) + done.new_habits
    if count > habits.MOST_HABITS:
        raise Conflict(
            f"This would make {count} habits, and there is room for {habits.MOST_HABITS}. "
            "Delete some that you no longer need, or import a part of the file."
        )


def _add_to(session: Session, user: User, match: _Match, missing: set[_PauseKey]) -> None:
    assert match.habit is not None  # noqa: S101 - for the type checker
    habit = habits.owned(session, user, match.habit.id, lock=True)
    pauses = [pause for pause in match.found.pauses if _PauseKey(habit.id, pause.first, pause.last) in missing]
    session.add_all(
        PauseRow(user_id=user.id, habit_id=habit.id, first=pause.first, last=pause.last) for pause in pauses
    )
    days = match.new | match.changed
    if days:
        habit.start_date = min(habit.start_date, *days)
    session.flush()
    if days:
        bulk.write(session, user, habit, days)
    if pauses:
        standing.rebuild(session, user, habit)
