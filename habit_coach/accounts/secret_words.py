"""Random tokens that are shown once and kept as hashes."""

import hashlib
import secrets


def new_token() -> str:
    """256 bits that nobody can guess, in letters that go into a URL."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """The form in which a token is kept. It is random, so that one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
