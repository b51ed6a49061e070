"""The page: its cards in their order."""

import reflex as rx

from habit_coach import db
from habit_coach.ui.components.buttons import button, link_button
from habit_coach.ui.components.fields import form
from habit_coach.ui.components.surfaces import card, page_head
from habit_coach.ui.navigation import NOTIFICATIONS
from habit_coach.ui.page import page
from habit_coach.ui.pages.settings.address import Address
from habit_coach.ui.pages.settings.appearance import appearance
from habit_coach.ui.pages.settings.deletion import Deletion, deletion
from habit_coach.ui.pages.settings.devices import Devices, signed_in_devices
from habit_coach.ui.pages.settings.exports import exports
from habit_coach.ui.pages.settings.import_card import importing
from habit_coach.ui.pages.settings.links import Links, check_in_links
from habit_coach.ui.pages.settings.owner import Owner
from habit_coach.ui.pages.settings.password import password
from habit_coach.ui.pages.settings.profile import Profile, day, profile, region
from habit_coach.ui.pages.settings.second_factor import TwoFactor, two_factor
from habit_coach.ui.pages.settings.tokens import Tokens, access_tokens
from habit_coach.ui.session import signed_in

CARDS = (Owner, Profile, Address, Devices, TwoFactor, Tokens, Links, Deletion)


class Settings(rx.State):
    """Loads the cards, each of which has a state of its own."""

    @rx.event
    def load(self):
        with db.session() as session:
            signed_in(session, self)
        return [one.load for one in CARDS]


@page(route="/settings", title="Settings", load=Settings.load)
def settings_page() -> rx.Component:
    return rx.el.div(
        page_head("Settings"),
        rx.cond(
            Profile.shown.email != "",
            rx.fragment(
                profile(),
                day(),
                region(),
                appearance(),
                told(),
                importing(),
                exports(),
                password(),
                two_factor(),
                signed_in_devices(),
                access_tokens(),
                check_in_links(),
                leaving(),
                deletion(),
            ),
            rx.fragment(*[rx.el.div(class_name="skeleton") for _ in range(4)]),
        ),
        class_name="narrow stack settings",
    )


def told() -> rx.Component:
    return card(
        rx.el.p("Quiet hours, e-mails, channels and your calendar are chosen beside your inbox.", class_name="muted"),
        rx.el.div(link_button("Choose how you are told", to=f"{NOTIFICATIONS}/settings"), class_name="form-actions"),
        title="Notifications",
    )


def leaving() -> rx.Component:
    """A plain form, so that the cookie goes with a full navigation."""
    return card(
        form(
            rx.el.p("Your habits stay here. Other devices stay signed in.", class_name="muted"),
            rx.el.div(
                button(rx.icon("log-out", size=18, aria_hidden="true"), "Sign out", type="submit"),
                class_name="form-actions",
            ),
            action="/sign-out",
            method="post",
        ),
        title="Sign out of this browser",
    )
