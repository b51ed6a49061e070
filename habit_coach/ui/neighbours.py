"""The other web processes: each tells the rest, through a channel in Redis, whose data it has just changed."""

import asyncio
import logging
from collections.abc import Callable
from uuid import UUID, uuid4

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
CHANNEL = "habit-coach:changes"
TRY_AGAIN_SECONDS = 1.0
PATIENCE_SECONDS = 2.0


class Neighbours:
    """`heard` is told of each user whose data another process changed; `missed`, that some may have been missed."""

    def __init__(self, url: str, heard: Callable[[UUID], None], missed: Callable[[], None]) -> None:
        self.redis = Redis.from_url(
            url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS, decode_responses=True
        )
        self.heard, self.missed = heard, missed
        self.me = uuid4().hex

    async def tell(self, users: set[UUID]) -> None:
        """Tell of changes. Whom it does not reach now notices when it listens again."""
        try:
            await self.redis.publish(CHANNEL, " ".join([self.me, *(user.hex for user in users)]))
        except RedisError as error:
            log.warning("The other web processes could not be told of a change: %s", error)

    async def listen(self) -> None:
        """Hear of changes for as long as this process lives; after an interruption all may have been missed."""
        while True:
            try:
                async with self.redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    self.missed()
                    while True:
                        self._take(await channel.get_message(ignore_subscribe_messages=True, timeout=60))
            except RedisError as error:
                log.warning("Redis does not answer: %s. Pages catch up when it does.", error)
                await asyncio.sleep(TRY_AGAIN_SECONDS)

    def _take(self, message: dict[str, str] | None) -> None:
        sender, *users = message["data"].split() if message else [self.me]
        if sender != self.me:
            for user in users:
                self.heard(UUID(user))
