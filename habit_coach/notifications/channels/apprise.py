"""Apprise URLs: ntfy, Telegram, Matrix and other services, each reached over HTTP.

Apprise takes several services from one text, reads files that an option names, waits as long as another says, calls
whatever its URL names, and follows redirects. So a URL is one service of a list, without those options, and each
connection is held to the addresses that users may have us call, at the moment of connecting.
"""

import logging
import socket
import threading
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from urllib3.util import connection

from habit_coach import outbound
from habit_coach.errors import Invalid
from habit_coach.mail import Undelivered
from habit_coach.notifications.parcel import Parcel
from habit_coach.settings import settings

SCHEMES = frozenset(
    """discord gotify gotifys matrix matrixs mmost mmosts msteams nctalk nctalks ntfy ntfys pbul pover rocket rockets
    signal signals slack tgram wxteams zulip""".split()  # noqa: SIM905 - a list of names reads better as words
)
SENTRY = "sentry-sdk."
REFUSED = frozenset({"template", "attach", "store", "rto", "cto", "retry", "wait", "verify", "redirect"})


def require_known(url: str) -> None:
    """Raise Invalid unless it is the URL of a service that we let people use."""
    scheme = urlsplit(url).scheme.lower()
    if scheme not in SCHEMES:
        sentence = f"Use the Apprise URL of one of these services: {', '.join(sorted(SCHEMES))}."
        raise Invalid(sentence, {"url": sentence})
    if _service(url) is None:
        sentence = "This is not a complete Apprise URL of one service. It should look like ntfys://ntfy.sh/your-topic."
        raise Invalid(sentence, {"url": sentence})


def send(parcel: Parcel) -> None:
    """Raises Undelivered; Apprise does not say why, so it is tried again."""
    guard_connections()
    service = _service(parcel.credentials["url"])
    if service is None:
        raise Undelivered("This address is not taken any more. Remove the channel and add it anew.", permanent=True)
    said = parcel.notification
    if not service.notify(title=said.title, body=f"{said.body}\n{settings().base_url}{said.link}".strip()):
        raise Undelivered("The service did not take it", permanent=False)


def _service(url: str) -> Any:
    """The one service that the URL names; None where Apprise does not know it, or it asks for more than a message."""
    import apprise  # takes a third of a second: only for those who use it
    from apprise import plugins

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its words hold the URL, and so its secrets
    described = plugins.url_to_dict(url)  # type: ignore[no-untyped-call]
    if not described or described["schema"] not in SCHEMES or not REFUSED.isdisjoint(described.get("qsd", ())):
        return None
    one = apprise.Apprise.instantiate(described)
    if one is None:
        return None
    opened = apprise.Apprise()
    opened.add(one)
    return opened


@lru_cache(maxsize=1)
def guard_connections() -> None:
    """Let urllib3, which Apprise goes through in threads of its own, connect only where `outbound` may.

    Sentry's threads go through it too: they call what the operator set, which may be in the server's own network.
    """
    plain = connection.create_connection

    def guarded(address: tuple[str, int], *rest: Any, **options: Any) -> socket.socket:
        if threading.current_thread().name.startswith(SENTRY):
            return plain(address, *rest, **options)
        host, port = address
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
        if not addresses or not all(map(outbound.may_reach, addresses)):
            raise OSError("The address is not on the public internet.")
        return plain((str(addresses[0]), port), *rest, **options)

    connection.create_connection = guarded
