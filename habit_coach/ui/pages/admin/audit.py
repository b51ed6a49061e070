"""The audit log: who did what to which account, newest first."""

from dataclasses import dataclass
from uuid import UUID

import reflex as rx
from sqlmodel import Session

from habit_coach import db
from habit_coach.accounts import administration
from habit_coach.accounts.models import AuditEvent, User
from habit_coach.ui.arguments import an_id
from habit_coach.ui.components.buttons import button, link_button
from habit_coach.ui.components.surfaces import card
from habit_coach.ui.navigation import ADMIN
from habit_coach.ui.pages.admin.parts import nothing, row, when
from habit_coach.ui.session import admin_here

A_PAGE = 50
SAID = {
    "account.created": "Signed up",
    "account.activated": "Was activated again",
    "account.deactivated": "Was deactivated",
    "account.deleted": "Was deleted",
    "account.deletion-asked": "Asked to be deleted",
    "account.deletion-taken-back": "Decided to stay",
    "data.exported": "Exported data",
    "data.imported": "Imported data",
    "email.change-asked": "Asked to move to another e-mail address",
    "email.changed": "Moved to another e-mail address",
    "email.verified": "Confirmed the e-mail address",
    "identity.linked": "Joined the account with the issuer's",
    "link.created": "Made a check-in link",
    "link.revoked": "Revoked a check-in link",
    "model.promoted": "Promoted a model",
    "model.retired": "Returned to the rule",
    "password.changed": "Changed the password",
    "password.reset": "Set a new password by e-mail",
    "password.reset-asked": "Asked for a new password",
    "role.changed": "Was given another role",
    "second-factor.codes-renewed": "Made new recovery codes",
    "second-factor.off": "Switched the second factor off",
    "second-factor.on": "Switched the second factor on",
    "second-factor.recovery-code-used": "Signed in with a recovery code",
    "session.ended": "Signed out",
    "session.ended-by-admin": "Was signed out by an admin",
    "session.joined": "Signed in over REST, in a browser that was signed in",
    "session.started": "Signed in",
    "token.created": "Made a token",
    "token.revoked": "Revoked a token",
}


@dataclass(frozen=True)
class Line:
    """An event, in words."""

    id: str
    name: str
    details: str


class Audit(rx.State):
    rows: list[Line] = []
    of: str = ""
    shown: int = A_PAGE
    more: bool = False
    known: bool = False

    @rx.event
    def load(self):
        """All events or, with `?user=` in the address, those of one account."""
        with db.session() as session:
            _show(self, session, admin_here(session, self))

    @rx.event
    def show_more(self):
        with db.session() as session:
            admin = admin_here(session, self)
            self.shown += A_PAGE
            _show(self, session, admin)


def _show(page: Audit, session: Session, admin: User) -> None:
    wanted = page.router.url.query_parameters.get("user", "")
    user_id = an_id(wanted) if wanted else None
    found = administration.events(session, user_id, limit=page.shown + 1)
    emails = _emails(session, found)
    person = session.get(User, user_id) if user_id else None
    page.rows = [_line(event, emails, admin) for event in found[: page.shown]]
    page.more, page.known = len(found) > page.shown, True
    page.of = person.email if person else wanted


def _emails(session: Session, events) -> dict[str, str]:
    """The addresses of everybody whom these events name."""
    named = {str(event.user_id) for event in events} | {str(event.details.get("by", "")) for event in events} - {""}
    return {one: user.email for one in named if (user := session.get(User, UUID(one)))}


def _line(event: AuditEvent, emails: dict[str, str], admin: User) -> Line:
    by = event.details.get("by", "")
    more = [f"{name}: {value}" for name, value in event.details.items() if name != "by"]
    if by:
        more.append(f"by {emails.get(by, by)}")
    whose = emails.get(str(event.user_id), f"an account that is gone ({event.user_id})")
    details = " · ".join(filter(None, [when(event.at, admin), whose, event.address, *more]))
    return Line(str(event.id), SAID.get(event.action, event.action), details)


def audit() -> rx.Component:
    return card(
        rx.cond(
            Audit.of != "",
            rx.el.p("Only of ", Audit.of, " ", link_button("Show all", to=f"{ADMIN.route}?section=audit", small=True)),
        ),
        rx.cond(
            Audit.rows,
            rx.el.ul(rx.foreach(Audit.rows, _row), class_name="admin-rows"),
            rx.cond(Audit.known, nothing("Nothing is noted yet.")),
        ),
        rx.cond(Audit.more, button("Show more", look="ghost", wide=True, on_click=Audit.show_more)),
        title="Audit log",
    )


def _row(line: rx.Var[Line]) -> rx.Component:
    return row(line.name, line.details, key=line.id)
