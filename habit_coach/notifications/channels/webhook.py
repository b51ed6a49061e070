"""Webhooks, signed as standardwebhooks.com has it: HMAC-SHA256 over id, timestamp and body."""

import base64
import hmac
import json
from uuid import UUID

from habit_coach import clock, outbound
from habit_coach.mail import Undelivered
from habit_coach.notifications.parcel import Parcel
from habit_coach.outbound import Unreachable

PREFIX = "whsec_"


def send(parcel: Parcel) -> None:
    """Raises Undelivered unless the receiver answers 2xx; 410 means that it never wants to hear of us again."""
    body = json.dumps(parcel.payload, separators=(",", ":")).encode()
    timestamp = str(int(clock.now().timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Habit Coach",
        "webhook-id": str(parcel.delivery_id),
        "webhook-timestamp": timestamp,
        "webhook-signature": signature(parcel.credentials["secret"], parcel.delivery_id, timestamp, body),
    }
    try:
        status = outbound.post(parcel.credentials["url"], body, headers).status
    except Unreachable as failure:
        raise Undelivered(str(failure), permanent=False) from None
    if not 200 <= status < 300:
        raise Undelivered(f"The receiver answers {status}", permanent=status == 410)


def signature(secret: str, delivery_id: UUID, timestamp: str, body: bytes) -> str:
    """`v1,` and the base64 of the MAC, as a receiver makes it again from the headers and the raw body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    mac = hmac.digest(key, f"{delivery_id}.{timestamp}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(mac).decode()}"
