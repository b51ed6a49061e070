"""E-mails as people read them: HTML whose styles are inlined, and the same in plain text.

Most programs want styles on each element. They are put there once, when a template is loaded, and not in every letter.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple, get_args

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape
from jinja2.ext import Extension

from habit_coach.notifications import links
from habit_coach.notifications.links import Action, Answer
from habit_coach.notifications.models import Notification
from habit_coach.notifications.parcel import Parcel
from habit_coach.settings import settings

LAYOUT = "layout.html"
RULE = re.compile(r"^([^@{}\n]+) \{ ([^{}]+); \}$", re.MULTILINE)
OPENING = re.compile(r'<(?P<tag>[a-z]+)(?P<rest>(?: [a-z-]+="[^"]*")*)>')
ATTRIBUTE = re.compile(r' (?P<name>[a-z-]+)="(?P<value>[^"]*)"')


class Letter(NamedTuple):
    """One e-mail's two forms, and the URL that stops more of them."""

    text: str
    html: str
    unsubscribe: str


@lru_cache(maxsize=1)
def sheet() -> tuple[tuple[frozenset[str], str], ...]:
    """The rules of the layout's first style sheet: tags and classes (".quiet"), and what is declared for them."""
    text = resources.files("habit_coach.notifications").joinpath("templates", LAYOUT).read_text("utf-8")
    rules = RULE.findall(text.partition("<style>")[2].partition("</style>")[0])
    return tuple((frozenset(selectors.split(", ")), declared) for selectors, declared in rules)


def style(*selectors: str) -> str:
    """What the sheet declares for an element of this tag and these classes, as an inline style."""
    return _merged(declared for of, declared in sheet() if not of.isdisjoint(selectors))


def _merged(declarations: Iterable[str]) -> str:
    """Several lists of declarations as one, later ones over earlier ones."""
    merged: dict[str, str] = {}
    for declared in "; ".join(filter(None, declarations)).split("; "):
        name, _, value = declared.partition(": ")
        merged.pop(name, None)
        merged[name] = value
    return "; ".join(f"{name}: {value}" for name, value in merged.items() if value)


class InlineStyles(Extension):
    """Gives each element of a template the style of its tag and classes, its own after them.

    A class that only the letter knows stays without: there the template says `style` itself.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return OPENING.sub(_styled, source) if name and name.endswith(".html") else source


def _styled(opening: re.Match[str]) -> str:
    given = dict(ATTRIBUTE.findall(opening["rest"]))
    classes = given.get("class", "").split()
    if any("{" in name for name in classes):
        return opening[0]
    declared = _merged([style(opening["tag"], *(f".{name}" for name in classes)), given.get("style", "")])
    attributes = given | ({"style": declared} if declared else {})
    return f"<{' '.join([opening['tag'], *(_attribute(*one) for one in attributes.items())])}>"


def _attribute(name: str, value: str) -> str:
    return f'{name}="{value}"'


@lru_cache
def templates(*packages: str) -> Environment:
    """The templates of these packages, each of which may extend the `layout.html` here."""
    loader = ChoiceLoader([PackageLoader(package) for package in (*packages, "habit_coach.notifications")])
    return Environment(
        loader=loader,
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=[InlineStyles],
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
    html = environment.get_template(f"{name}.html").render(values)
    return Letter(environment.get_template(f"{name}.txt").render(values), html, unsubscribe)


def _answer(said: Notification, action: Action) -> str:
    return links.link(Answer(said.user_id, said.id, action))


def plain(parcel: Parcel) -> Letter:
    """What a notification without a letter of its own looks like."""
    return letter(templates(), "notification", parcel, body=parcel.notification.body)
