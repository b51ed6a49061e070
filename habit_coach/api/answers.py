"""`/n/...`: the links in e-mails and on push notifications that answer without signing in.

GET only asks, since mail scanners open every link; POST does it, as RFC 8058 has it for unsubscribing with one click.
"""

from fastapi import APIRouter
from jinja2 import Environment, PackageLoader
from starlette.responses import HTMLResponse

from habit_coach import db
from habit_coach.errors import HabitCoachError
from habit_coach.notifications import links

router = APIRouter(include_in_schema=False)
page = Environment(loader=PackageLoader("habit_coach.api"), autoescape=True).get_template("answer.html")
QUESTIONS = {
    "done": "Mark it as done?",
    "skip": "Skip it this time?",
    "10min": "Remind you in 10 minutes?",
    "1h": "Remind you in an hour?",
    "tonight": "Remind you tonight?",
    "unsubscribe": "No more e-mails like this?",
}


@router.get("/n/{token}")
def ask(token: str) -> HTMLResponse:
    try:
        question = QUESTIONS[links.read(token).action]
    except HabitCoachError as error:
        return HTMLResponse(page.render(said=error.message), error.status)
    return HTMLResponse(page.render(question=question))


@router.post("/n/{token}")
def answer(token: str) -> HTMLResponse:
    try:
        with db.session(writes=True) as session:
            return HTMLResponse(page.render(said=links.carry_out(session, links.read(token))))
    except HabitCoachError as error:
        return HTMLResponse(page.render(said=error.message), error.status)
