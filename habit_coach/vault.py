"""Keeps what must be read again, such as a shared secret, sealed in the database under a key made from ours."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from habit_coach.settings import settings


def seal(secret: str) -> str:
    """`secret`, encrypted and signed."""
    return _fernet(settings().secret).encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """What `seal` was given. Raises InvalidToken when it was changed, or sealed under another key."""
    return _fernet(settings().secret).decrypt(sealed.encode()).decode()


def derived(secret: bytes, purpose: str, length: int = 32) -> bytes:
    """Key material for one purpose (HKDF, RFC 5869), so that a key of one kind never doubles as one of another."""
    return HKDF(hashes.SHA256(), length, salt=None, info=purpose.encode()).derive(secret)


@lru_cache(maxsize=2)
def _fernet(secret: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived(secret, "vault")))
