"""How often something may be tried: counted in memory, or in Redis where there are several processes.

Rates are words in the settings (`10 per 15 minutes`). Who is counted is hashed, so that no address or token is kept.
"""

import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import limits
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter

from habit_coach import clock
from habit_coach.errors import RateLimited
from habit_coach.settings import settings

log = logging.getLogger(__name__)
REST_SECONDS = 5.0
Answer = TypeVar("Answer")
_asked_again_at = 0.0  # on the monotonic clock


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of a rate: `remaining` of `allowed` until it begins anew in `resets_in` whole seconds."""

    allowed: int
    remaining: int
    resets_in: int


def spend(rate: str, purpose: str, *who: str) -> Budget:
    """Count one try. Raises RateLimited when the rate had been used up already."""
    item = _parsed(rate)
    if settings().rate_limits == "off":
        return Budget(item.amount, item.amount, 0)
    if not _ask(lambda limiter: limiter.hit(item, _key(purpose, *who))):
        raise refusal(rate, purpose, *who)
    return left(rate, purpose, *who)


def left(rate: str, purpose: str, *who: str) -> Budget:
    """What is left of a rate, without counting a try."""
    item, key = _parsed(rate), _key(purpose, *who)
    if settings().rate_limits == "off":
        return Budget(item.amount, item.amount, 0)
    found = _ask(lambda limiter: limiter.get_window_stats(item, key))
    return Budget(item.amount, max(0, found.remaining), max(1, round(found.reset_time - clock.now().timestamp())))


def forgive(rate: str, purpose: str, *who: str) -> None:
    """Begin anew: who was counted has shown that they may."""
    _ask(lambda limiter: limiter.clear(_parsed(rate), _key(purpose, *who)))


def refusal(rate: str, purpose: str, *who: str) -> RateLimited:
    """The error that says when to come back."""
    budget = left(rate, purpose, *who)
    minutes = -(-budget.resets_in // 60)
    wait = f"{minutes} minute{'s' if minutes > 1 else ''}" if budget.resets_in >= 60 else f"{budget.resets_in} seconds"
    return RateLimited(f"That was too often. Try again in {wait}.", budget.resets_in, budget.allowed)


_parsed = lru_cache(maxsize=64)(limits.parse)


def answers() -> bool:
    """Whether Redis answers, where the settings name one; waits half a second for it at most."""
    return not settings().redis_url or _limiter(settings().redis_url).storage.check()


def _ask(question: Callable[[FixedWindowRateLimiter], Answer]) -> Answer:
    """Ask Redis, or this process alone while Redis does not answer: then it is left in peace for some seconds."""
    global _asked_again_at
    if settings().redis_url and time.monotonic() >= _asked_again_at:
        try:
            return question(_limiter(settings().redis_url))
        except StorageError:
            log.warning("Redis does not answer; counting in this process alone.")
            _asked_again_at = time.monotonic() + REST_SECONDS
    return question(_limiter("memory"))


@lru_cache(maxsize=4)
def _limiter(where: str) -> FixedWindowRateLimiter:
    store: Storage = MemoryStorage()
    if where != "memory":
        options = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "key_prefix": "habit-coach"}
        store = RedisStorage(where, wrap_exceptions=True, **options)  # type: ignore[arg-type]
    return FixedWindowRateLimiter(store)


def _key(purpose: str, *who: str) -> str:
    return f"{purpose}:{hashlib.sha256(chr(0).join(who).encode()).hexdigest()[:32]}"


def start_over() -> None:
    """Forget every count of this process."""
    global _asked_again_at
    _limiter.cache_clear()
    _asked_again_at = 0.0
