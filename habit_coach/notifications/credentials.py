"""Credentials of channels, sealed: a copy of the database tells nobody."""

import json
from typing import Any

from cryptography.fernet import InvalidToken

from habit_coach import vault
from habit_coach.mail import Undelivered


def seal(plain: dict[str, Any]) -> str:
    """The encrypted form, for the database."""
    return vault.seal(json.dumps(plain))


def unseal(sealed: str) -> dict[str, Any]:
    """The plain form. Raises Undelivered when the server's secret has changed since: it has to be set up anew."""
    try:
        plain: dict[str, Any] = json.loads(vault.unseal(sealed))
    except InvalidToken:
        raise Undelivered(
            "The server's secret has changed: remove this channel and add it again", permanent=True
        ) from None
    return plain
