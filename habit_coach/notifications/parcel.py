"""What every channel is handed."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from habit_coach.accounts.models import User
from habit_coach.notifications.models import Notification

HOSTLESS = frozenset(("discord", "msteams", "pover", "slack", "tgram", "wxteams", "zulip"))


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery, complete. `delivery_id` stays the same however often it is tried.

    `credentials` are the channel's own; `payload` is what a webhook gets.
    """

    delivery_id: UUID
    user: User
    notification: Notification
    credentials: dict[str, Any] = field(default_factory=dict)
    payload: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str | None:
        """Where it is carried: a host, or a service that has a secret in a host's place. None for our mail server."""
        url = self.credentials.get("endpoint") or self.credentials.get("url")
        if url is None:
            return None
        parts = urlsplit(url)
        return parts.scheme if parts.scheme in HOSTLESS else f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
