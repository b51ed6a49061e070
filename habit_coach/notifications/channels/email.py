"""E-mail: the mail server of the settings, or files in the outbox."""

from collections.abc import Callable
from email.utils import parseaddr

from habit_coach import mail
from habit_coach.mail import Mail
from habit_coach.notifications import letters
from habit_coach.notifications.letters import Letter
from habit_coach.notifications.parcel import Parcel
from habit_coach.settings import settings

# What kinds of notification with a letter of their own look like; whoever plans such a kind adds it.
WRITERS: dict[str, Callable[[Parcel], Letter]] = {}


def send(parcel: Parcel) -> None:
    """Raises Undelivered, which says whether trying again can help."""
    text, html, unsubscribe = WRITERS.get(parcel.notification.kind, letters.plain)(parcel)
    one_click = {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    headers = one_click | {"Auto-Submitted": "auto-generated"}
    mail.deliver(Mail(parcel.user.email, parcel.notification.title, text, html, message_id(parcel), headers))


def message_id(parcel: Parcel) -> str:
    """The same for every try, so that a mail program shows a message that was sent twice as one."""
    sender = parseaddr(settings().mail_from)[1]
    return f"<{parcel.delivery_id}@{sender.rpartition('@')[2]}>"
