"""Passwords: what is accepted, and how they are kept."""

import base64
import hashlib
from functools import lru_cache
from threading import BoundedSemaphore

import bcrypt
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from habit_coach.errors import Invalid
from habit_coach.settings import settings

MIN_LENGTH = 10
MAX_LENGTH = 1000
# One hash keeps a core busy for a third of a second: two at once leave room for everybody who is already signed in.
_hashing = BoundedSemaphore(2)


def require_strong(password: str, email: str = "") -> None:
    """Raise Invalid, with the sentence for the form, unless the password is long enough and not widely known."""
    if len(password) < MIN_LENGTH:
        raise _weak(f"Use at least {MIN_LENGTH} characters.")
    if len(password) > MAX_LENGTH:
        raise _weak(f"Use at most {MAX_LENGTH} characters.")
    if len(set(password)) < 4 or password.casefold() in _common() or password.casefold() == email.casefold():
        raise _weak("This password is among the first that are tried. Use one that is only yours, such as a few words.")


def hash_password(password: str) -> str:
    """bcrypt over a base64 SHA-256, since bcrypt reads at most 72 bytes. Takes about 0.3 s: never on the event loop."""
    with _hashing:
        return bcrypt.hashpw(_digest(password), bcrypt.gensalt(settings().bcrypt_cost)).decode()


def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is the one behind the hash; without a hash (unknown user) it costs the same time."""
    with _hashing:
        same = bcrypt.checkpw(_digest(password), (password_hash or _nobodys_hash()).encode())
    return same and password_hash is not None


def _digest(password: str) -> bytes:
    return base64.b64encode(hashlib.sha256(password.encode()).digest())


def _weak(sentence: str) -> Invalid:
    return Invalid(sentence, {"password": sentence})


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return bcrypt.hashpw(b"nobody", bcrypt.gensalt(settings().bcrypt_cost)).decode()


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """The 30,000 passwords most often found in leaks, as zxcvbn ships them."""
    return frozenset(FREQUENCY_LISTS["passwords"])
