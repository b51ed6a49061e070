"""The queue that wakes the worker: Redis where there is one, else a file of its own.

It is signed, since whoever can write to it could run code.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from huey import Huey, RedisHuey, SqliteHuey
from huey.serializer import SignedSerializer

from habit_coach import throttle
from habit_coach.settings import settings


def queue() -> Huey:
    """The process's queue."""
    return _open(settings().redis_url, settings().data)


def depth() -> int | None:
    """How many tasks wait for a worker; None while Redis does not answer."""
    if not throttle.answers():
        return None
    waiting: int = queue().pending_count()
    return waiting


@lru_cache(maxsize=4)
def _open(redis_url: str, folder: Path) -> Huey:
    options: dict[str, Any] = {"results": False, "serializer": SignedSerializer(secret=settings().secret.decode())}
    if redis_url:
        return RedisHuey("habit-coach", url=redis_url, **options)
    folder.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("habit-coach", filename=str(folder / "queue.db"), **options)
