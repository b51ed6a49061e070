"""E-mails as people read them: HTML whose styles are inlined, and the same in plain text."""

from functools import lru_cache
from typing import Any, NamedTuple, get_args

import css_inline
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape

from habit_coach.notifications import links
from habit_coach.notifications.links import Action, Answer
from habit_coach.notifications.models import Notification
from habit_coach.notifications.parcel import Parcel
from habit_coach.settings import settings


class Letter(NamedTuple):
    """One e-mail's two forms, and the URL that stops more of them."""

    text: str
    html: str
    unsubscribe: str


@lru_cache
def templates(*packages: str) -> Environment:
    """The templates of these packages, each of which may extend the `layout.html` here."""
    loader = ChoiceLoader([PackageLoader(package) for package in (*packages, "habit_coach.notifications")])
    return Environment(
        loader=loader,
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def letter(environment: Environment, name: str, parcel: Parcel, **values: Any) -> Letter:
    """Fill in the templates `name`.html and `name`.txt for one person."""
    said = parcel.notification
    offered: tuple[Action, ...] = get_args(Action) if said.habit_id else ()
    unsubscribe = _answer(said, "unsubscribe")
    values |= {"title": said.title, "home": settings().base_url, "unsubscribe": unsubscribe}
    values |= {"link": settings().base_url + said.link, "actions": {one: _answer(said, one) for one in offered}}
    html = css_inline.inline(environment.get_template(f"{name}.html").render(values), keep_style_tags=True)
    return Letter(environment.get_template(f"{name}.txt").render(values), html, unsubscribe)


def _answer(said: Notification, action: Action) -> str:
    return links.link(Answer(said.user_id, said.id, action))


def plain(parcel: Parcel) -> Letter:
    """What a notification without a letter of its own looks like."""
    return letter(templates(), "notification", parcel, body=parcel.notification.body)
