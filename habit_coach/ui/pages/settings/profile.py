"""Who the person is, and when their day and their week begin."""

from dataclasses import dataclass, replace
from datetime import time
from zoneinfo import ZoneInfo

import reflex as rx

from habit_coach import clock, db, regions
from habit_coach.accounts import users
from habit_coach.accounts.models import User
from habit_coach.errors import Invalid
from habit_coach.habits import profile as habits_profile
from habit_coach.habits.schedule import WEEKDAY_NAMES
from habit_coach.ui import formats
from habit_coach.ui.components import fields
from habit_coach.ui.components.buttons import button
from habit_coach.ui.components.surfaces import card
from habit_coach.ui.pages.settings.address import email_address
from habit_coach.ui.session import signed_in

BROWSERS_ZONE = "Intl.DateTimeFormat().resolvedOptions().timeZone"
DAY_STARTS = (("0", "Midnight"), *((str(hour), f"{hour} in the morning") for hour in range(1, 7)))
WEEK_STARTS = tuple((str(number), name) for number, name in enumerate(WEEKDAY_NAMES))
REGIONS = (("", "As this browser has it"), *regions.named().items())
ZONES = sorted(name for name in clock.zones() if name == "UTC" or ("/" in name and not name.startswith("Etc/")))

NAME, DAY, REGION = "name-form", "day-form", "region-form"


@dataclass(frozen=True)
class Shown:
    """What the cards open with; `zone_key` changes to make the zone's field show its value anew."""

    zone_key: int = 0
    email: str = ""
    name: str = ""
    timezone: str = ""
    day_start: str = "0"
    week_start: str = "0"
    region: str = ""


@dataclass(frozen=True)
class Errors:
    name: str = ""
    timezone: str = ""
    day_start: str = ""
    week_start: str = ""
    region: str = ""


class Profile(rx.State):
    """The first two cards. What is typed stays in the fields until it is saved."""

    shown: Shown = Shown()
    errors: Errors = Errors()
    there: str = ""
    example: str = ""
    written: str = ""

    @rx.event
    def load(self):
        with db.session() as session:
            user = signed_in(session, self)
        self._show(user)
        return [fields.put_back(form) for form in (NAME, DAY, REGION)]

    @rx.event
    def look(self, zone: str):
        """Say what time it is in the zone that is being typed."""
        with db.session() as session:
            signed_in(session, self)
        self.there = time_in(zone)

    @rx.event
    def explain(self, hour: str):
        with db.session() as session:
            signed_in(session, self)
        self.example = example(hour)

    @rx.event
    def take_zone(self, zone: str):
        """Put the browser's zone into the field; it counts once it is saved."""
        with db.session() as session:
            signed_in(session, self)
        self.shown = replace(self.shown, zone_key=self.shown.zone_key + 1, timezone=str(zone)[:64])
        self.there = time_in(zone)

    @rx.event
    def save_name(self, form: dict):
        return self._save(users.Profile(name=str(form.get("name", ""))))

    @rx.event
    def save_day(self, form: dict):
        return self._save(
            users.Profile(
                timezone=str(form.get("timezone", "")).strip(),
                day_start=_number(form.get("day_start")),
                week_start=_number(form.get("week_start")),
            )
        )

    @rx.event
    def save_region(self, form: dict):
        return self._save(users.Profile(region=str(form.get("region", ""))))

    def _save(self, wanted: users.Profile):
        try:
            with db.session(writes=True) as session:
                habits_profile.update(session, signed_in(session, self), wanted)
                user = signed_in(session, self)
        except Invalid as error:
            self.errors = Errors(**error.fields)
            return None
        self._show(user)
        return rx.toast.success("Saved.")

    def _show(self, user: User):
        saved = Shown(0, user.email, user.name, user.timezone, str(user.day_start), str(user.week_start), user.region)
        moved = saved.timezone != self.shown.timezone
        self.shown = replace(saved, zone_key=self.shown.zone_key + moved)
        self.errors, self.there, self.example = Errors(), time_in(user.timezone), example(saved.day_start)
        evening = formats.clock(time(19, 30))
        self.written = f"Such as {formats.on_weekday(clock.today(user))}, {formats.number(12345.6)} and {evening}."


def time_in(zone: str) -> str:
    """ "It is Mon 09:31 there now.", or where to look for a zone that has this name."""
    if zone not in clock.zones():
        return "Type a city, and choose from the list."
    there = clock.now().astimezone(ZoneInfo(zone))
    return f"It is {there:%a} {formats.clock(there)} there now."


def example(hour: str) -> str:
    """What the start of the day means, by a check-in that it moves."""
    if hour == "0":
        return f"What you check in at {formats.clock(time(0, 30))} counts for the new day."
    last = time(max(0, _number(hour) - 1) % 24, 30)
    return f"What you check in at {formats.clock(last)} still counts for the day before."


def profile() -> rx.Component:
    return card(
        fields.form(
            fields.field(
                "Name",
                "name",
                default_value=Profile.shown.name,
                key=Profile.shown.name,
                max_length=80,
                auto_complete="name",
                error=Profile.errors.name,
            ),
            _save_button(),
            keeps=NAME,
            on_submit=Profile.save_name,
            no_validate=True,
        ),
        email_address(Profile.shown.email),
        title="You",
    )


def day() -> rx.Component:
    return card(
        fields.form(
            _zone(),
            rx.el.div(
                fields.select(
                    "The day begins at",
                    "day_start",
                    DAY_STARTS,
                    default_value=Profile.shown.day_start,
                    key=Profile.shown.day_start,
                    on_change=Profile.explain,
                    hint=Profile.example,
                    error=Profile.errors.day_start,
                ),
                fields.select(
                    "The week begins on",
                    "week_start",
                    WEEK_STARTS,
                    default_value=Profile.shown.week_start,
                    key=Profile.shown.week_start,
                    hint="For habits that are due some times a week",
                    error=Profile.errors.week_start,
                ),
                class_name="form-row",
            ),
            _save_button(),
            keeps=DAY,
            on_submit=Profile.save_day,
            no_validate=True,
        ),
        title="Your day and week",
    )


def region() -> rx.Component:
    return card(
        fields.form(
            fields.select(
                "Written as in",
                "region",
                REGIONS,
                default_value=Profile.shown.region,
                key=Profile.shown.region,
                hint=Profile.written,
                error=Profile.errors.region,
            ),
            _save_button(),
            keeps=REGION,
            on_submit=Profile.save_region,
            no_validate=True,
        ),
        title="Dates and numbers",
    )


def _zone() -> rx.Component:
    return rx.el.div(
        fields.field(
            "Time zone",
            "timezone",
            list="zones",
            default_value=Profile.shown.timezone,
            key=Profile.shown.zone_key,
            on_change=Profile.look,
            auto_complete="off",
            spell_check=False,
            hint=Profile.there,
            error=Profile.errors.timezone,
        ),
        rx.el.datalist(*[rx.el.option(value=zone) for zone in ZONES], id="zones"),
        button(
            rx.icon("map-pin", size=18, aria_hidden="true"),
            "Use this browser's",
            small=True,
            on_click=rx.call_script(BROWSERS_ZONE, callback=Profile.take_zone),
        ),
        class_name="zone",
    )


def _save_button() -> rx.Component:
    return rx.el.div(button("Save", type="submit", look="primary"), class_name="form-actions")


def _number(text: object) -> int:
    try:
        return int(str(text))
    except ValueError:
        return -1
