"""Web push: encrypted for one browser (RFC 8291), and signed so that its push service knows us (VAPID, RFC 8292)."""

import base64
import json
import os
from datetime import timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from habit_coach import clock, outbound, vault
from habit_coach.mail import Undelivered
from habit_coach.notifications import links
from habit_coach.notifications.links import Action, Answer
from habit_coach.notifications.parcel import Parcel
from habit_coach.outbound import Unreachable
from habit_coach.settings import settings

# In the order in which a browser shows as many as it has room for.
ANSWERS: tuple[tuple[Action, str], ...] = (
    ("done", "Done"),
    ("1h", "In an hour"),
    ("skip", "Skip"),
    ("tonight", "Tonight"),
    ("10min", "In 10 minutes"),
)
LONGEST = 400  # letters of the text: all of it encrypted has to stay under 4096 bytes (RFC 8030)
KEPT_SECONDS = 12 * 3600
SIGNED_FOR = timedelta(hours=12)
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256, FIPS 186-4, D.1.2.3


def send(parcel: Parcel) -> None:
    """Raises Undelivered; for good when the browser has ended its subscription."""
    endpoint = parcel.credentials["endpoint"]
    headers = {
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT_SECONDS),
        "Topic": base64.urlsafe_b64encode(parcel.delivery_id.bytes).decode().rstrip("="),
        "Authorization": f"vapid t={_token(endpoint)}, k={public_key()}",
    }
    try:
        status = outbound.post(endpoint, _encrypted(parcel), headers).status
    except Unreachable as failure:
        raise Undelivered(str(failure), permanent=False) from None
    if status in (404, 410):
        raise Undelivered("This browser has ended its subscription; allow notifications in it again.", permanent=True)
    if not 200 <= status < 300:
        raise Undelivered(f"The push service answers {status}", permanent=400 <= status < 500 and status != 429)


def public_key() -> str:
    """What a browser needs to subscribe: the uncompressed point, base64url."""
    point = _key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _text(point)


def _encrypted(parcel: Parcel) -> bytes:
    said = parcel.notification
    message: dict[str, Any] = {"title": said.title, "body": said.body[:LONGEST], "url": said.link, "tag": str(said.id)}
    if said.habit_id is not None:
        message["answers"] = [
            {"action": action, "title": title, "url": links.link(Answer(said.user_id, said.id, action))}
            for action, title in ANSWERS
        ]
    sealed: bytes = http_ece.encrypt(
        json.dumps(message, ensure_ascii=False).encode(),
        salt=os.urandom(16),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_bytes(parcel.credentials["p256dh"]),
        auth_secret=_bytes(parcel.credentials["auth"]),
        version="aes128gcm",
    )
    return sealed


def _token(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": clock.now() + SIGNED_FOR,
        "sub": f"mailto:{parseaddr(settings().mail_from)[1]}",
    }
    return jwt.encode(claims, _key(), algorithm="ES256")


def _key() -> ec.EllipticCurvePrivateKey:
    """The server's key, made from its secret: browsers' subscriptions live as long as that does."""
    number = int.from_bytes(vault.derived(settings().secret, "web push", 48)) % (ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
