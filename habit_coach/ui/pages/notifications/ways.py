"""How the person is told: quiet hours, e-mail, the weekly report, other channels, and the calendar."""

import asyncio
import json
from dataclasses import dataclass

import reflex as rx
from sqlmodel import Session

from habit_coach import db
from habit_coach.accounts.models import User
from habit_coach.errors import Invalid
from habit_coach.notifications import calendar, preferences, subscriptions
from habit_coach.notifications.channels import push
from habit_coach.notifications.models import Kind
from habit_coach.notifications.subscriptions import NewChannel
from habit_coach.reports import weekly
from habit_coach.ui.arguments import an_id
from habit_coach.ui.pages.notifications.rows import Sent, sent
from habit_coach.ui.session import signed_in

KINDS = {"apprise": "Apprise", "webhook": "Webhook", "push": "This or another browser"}
ALL = tuple(Kind)
SUBSCRIBE = """
(async () => {
  const worker = await navigator.serviceWorker.register("/service-worker.js");
  await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: "%s" };
  return JSON.stringify(await worker.pushManager.subscribe(options));
})().catch((error) => JSON.stringify({ refused: String(error.message) }))
"""


NAMES = {
    Kind.reminder: "Reminders",
    Kind.nudge: "Nudges",
    Kind.note: "Notes",
    Kind.report: "Weekly reports",
    "entry": "Check-ins",
    "habit": "Changed habits",
    "prediction": "Predictions",
}
LOGGED = 5


@dataclass(frozen=True)
class Choice:
    """Something that may go through a channel."""

    kind: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Way:
    """One channel, as its row shows it; `sent` has the newest of its log."""

    id: str
    kind: str
    label: str
    choices: list[Choice]
    sent: list[Sent]


@dataclass(frozen=True)
class Chosen:
    """What the form opens with."""

    quiet_from: str = ""
    quiet_until: str = ""
    reminders: bool = True
    nudges: bool = True
    nudges_by_email: bool = True
    reports: bool = True
    wanted: bool = True
    weekday: str = ""
    hour: str = "8"
    calendar: str = ""


class Ways(rx.State):
    chosen: Chosen = Chosen()
    ways: list[Way] = []
    loaded: bool = False
    refused: str = ""
    secret: str = ""

    @rx.event
    def load(self):
        with db.session() as session:
            user = signed_in(session, self)
            chosen, ways = _chosen(session, user), _ways(session, user)
        self.chosen, self.ways, self.loaded = chosen, ways, True

    @rx.event
    def save(self, form: dict):
        by_email = {Kind.reminder, Kind.note} if form.get("reminders") else set()
        by_email |= {Kind.nudge} if form.get("nudges_by_email") else set()
        by_email |= {Kind.report} if form.get("reports") else set()
        with db.session(writes=True) as session:
            user = signed_in(session, self)
            quiet = {name: str(form.get(name) or "") or None for name in ("quiet_from", "quiet_until")}
            chosen = {"by_email": [kind for kind in Kind if kind in by_email], "nudges": bool(form.get("nudges"))}
            preferences.update(session, user, quiet | chosen)
            weekday, hour = str(form.get("weekday", "")), str(form.get("hour", "8"))
            when = {"weekday": int(weekday) if weekday.isdigit() else None, "hour": int(hour) if hour.isdigit() else 8}
            weekly.change_settings(session, user, when | {"wanted": bool(form.get("wanted"))})
        return [Ways.load, rx.toast.success("Saved.")]

    @rx.event
    async def add(self, form: dict):
        url = str(form.get("url", "")).strip()
        kind = "webhook" if url.startswith(("http://", "https://")) else "apprise"
        wants = (*ALL, *subscriptions.EVENTS) if kind == "webhook" else ALL
        try:
            self.secret = await asyncio.to_thread(
                _add, self, NewChannel(kind, url[:2000], str(form.get("label", "")), wants)
            )
        except Invalid as error:
            self.refused = error.message
            return None
        self.refused = ""
        return [Ways.load, rx.toast.success("Added. Send yourself a test.")]

    @rx.event
    def ask_browser(self):
        """Let this browser ask the person, and subscribe."""
        with db.session() as session:
            signed_in(session, self)
        return rx.call_script(SUBSCRIBE % push.public_key(), callback=Ways.subscribed)

    @rx.event
    async def subscribed(self, answer: str):
        try:
            given = json.loads(str(answer)[:5000])
            keys = given.get("keys", {})
            new = NewChannel("push", str(given["endpoint"]), "Browser", ALL, str(keys["p256dh"]), str(keys["auth"]))
        except (ValueError, KeyError, AttributeError):
            raise Invalid(
                "This browser did not allow notifications. Allow them in its settings, and try again."
            ) from None
        await asyncio.to_thread(_add, self, new)
        return [Ways.load, rx.toast.success("This browser will tell you.")]

    @rx.event
    async def test(self, channel_id: str):
        await asyncio.to_thread(_try_out, self, channel_id)
        return rx.toast.success("Sent. It should be there by now.")

    @rx.event
    def want(self, channel_id: str, which: str):
        """Let `which` go through the channel, or no more."""
        with db.session(writes=True) as session:
            user = signed_in(session, self)
            channel = subscriptions.owned(session, user, an_id(channel_id))
            wants = [kind for kind in channel.wants if kind != which]
            wants += [which] if which not in channel.wants else []
            subscriptions.change(session, user, channel.id, wants)
        return Ways.load

    @rx.event
    def replay(self, channel_id: str, delivery_id: str):
        with db.session(writes=True) as session:
            user = signed_in(session, self)
            subscriptions.replay(session, user, an_id(channel_id), an_id(delivery_id))
        return [Ways.load, rx.toast("It is being sent again.")]

    @rx.event
    def remove(self, channel_id: str):
        with db.session(writes=True) as session:
            subscriptions.remove(session, signed_in(session, self), an_id(channel_id))
        return Ways.load

    @rx.event
    def new_calendar(self):
        with db.session(writes=True) as session:
            calendar.renew(session, signed_in(session, self))
        return Ways.load

    @rx.event
    def end_calendar(self):
        with db.session(writes=True) as session:
            calendar.end(session, signed_in(session, self))
        return Ways.load


def _add(state: Ways, new: NewChannel) -> str:
    with db.session() as session:
        signed_in(session, state)
    subscriptions.require_reachable(new)
    with db.session(writes=True) as session:
        return subscriptions.add(session, signed_in(session, state), new)[1]


def _try_out(state: Ways, channel_id: str) -> None:
    with db.session() as session:
        wanted = None if channel_id == "email" else an_id(channel_id)
        kind, parcel = subscriptions.test_parcel(session, signed_in(session, state), wanted)
    subscriptions.try_out(kind, parcel)


def _ways(session: Session, user: User) -> list[Way]:
    return [
        Way(
            str(one.id),
            KINDS[one.kind],
            one.label,
            [Choice(kind, NAMES[kind], kind in one.wants) for kind in subscriptions.choices(one.kind)],
            [sent(user, delivery) for delivery in subscriptions.log(session, user, one.id, LOGGED)],
        )
        for one in subscriptions.listed(session, user)
    ]


def _chosen(session: Session, user: User) -> Chosen:
    wanted, report = preferences.of(session, user), weekly.settings_of(session, user)
    return Chosen(
        wanted.quiet_from or "",
        wanted.quiet_until or "",
        Kind.reminder in wanted.by_email,
        wanted.nudges,
        Kind.nudge in wanted.by_email,
        Kind.report in wanted.by_email,
        report.wanted,
        "" if report.weekday is None else str(report.weekday),
        str(report.hour),
        calendar.url(session, user) or "",
    )
