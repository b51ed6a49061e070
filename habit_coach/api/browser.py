"""Where the browser's sign-up and sign-in forms are posted: plain HTML forms, an HttpOnly cookie, a 303.

A full navigation follows each, so that the page's websocket is opened anew and carries the new cookie.
"""

import json
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, BackgroundTasks, Form, Header
from starlette.responses import RedirectResponse, StreamingResponse

from habit_coach import db, regions
from habit_coach.accounts import addresses, credentials, letters, second_factor, sessions, users
from habit_coach.accounts.cookies import FORM_COOKIE, SESSION_COOKIE, STEP_COOKIE
from habit_coach.accounts.models import User
from habit_coach.api import transfer
from habit_coach.api.cookies import SessionCookie, StepCookie, forget_cookie, set_cookie
from habit_coach.api.deps import FromDevice, OwnOrigin, hashing
from habit_coach.errors import HabitCoachError, Invalid, NotSignedIn
from habit_coach.settings import settings

router = APIRouter(include_in_schema=False, dependencies=[OwnOrigin])
Text = Annotated[str, Form(max_length=1000, pattern=r"^[^\x00]*$")]


@router.post("/sign-up")
async def sign_up(
    device: FromDevice,
    background: BackgroundTasks,
    languages: Annotated[str, Header(alias="Accept-Language")] = "",
    email: Text = "",
    password: Text = "",
    name: Text = "",
    timezone: Text = "UTC",
) -> RedirectResponse:
    def make() -> RedirectResponse:
        with db.session(writes=True) as session:
            user = users.sign_up(
                session,
                email,
                password,
                name,
                timezone or "UTC",
                week_start=regions.first_weekday(regions.of_languages(languages)),
                address=device.address,
            )
        background.add_task(letters.send_verification, user.id)
        return _signed_in(user, device, "/welcome")

    try:
        return await hashing(make)
    except HabitCoachError as error:
        return back("/sign-up", error, email=email, name=name)


@router.post("/sign-in")
async def sign_in(device: FromDevice, email: Text = "", password: Text = "", next: Text = "") -> RedirectResponse:
    def enter() -> RedirectResponse:
        with db.session() as session:
            user = sessions.authenticate(session, email, password, device.address)
        with db.session(writes=True) as session:
            step = second_factor.begin_step(session, user)
        return after_password(user, device, inside(next), step)

    try:
        return await hashing(enter)
    except HabitCoachError as error:
        return back(f"/sign-in?next={quote(next)}" if next else "/sign-in", error, email=email)


@router.post("/second-step")
async def second_step(
    device: FromDevice,
    step: StepCookie,
    code: Text = "",
    next: Text = "",
) -> RedirectResponse:
    try:
        with db.session(writes=True) as session:
            user = second_factor.finish_step(session, step, code, device.address)
    except Invalid as error:
        return back("/sign-in", error)
    except HabitCoachError as error:
        return back(f"/second-step?next={quote(inside(next))}", error)
    answer = _signed_in(user, device, inside(next))
    forget_cookie(answer, STEP_COOKIE)
    return answer


@router.post("/forgot-password")
async def forgot_password(device: FromDevice, background: BackgroundTasks, email: Text = "") -> RedirectResponse:
    try:
        credentials.count_asking(device.address)
    except HabitCoachError as error:
        return back("/forgot-password", error, email=email)
    background.add_task(letters.send_reset, email, device)
    return RedirectResponse("/forgot-password?sent=1", 303)


@router.post("/reset-password")
async def reset_password(device: FromDevice, token: Text = "", password: Text = "") -> RedirectResponse:
    def reset() -> RedirectResponse:
        with db.session() as session:
            hashed = credentials.hash_for_reset(session, token, password)
        with db.session(writes=True) as session:
            user = credentials.reset_password(session, token, hashed, device.address)
            step = second_factor.begin_step(session, user)
        if step is not None:
            return RedirectResponse("/sign-in#", 303)
        return _signed_in(user, device, "/today#")  # `#`: the mail's secret does not stay in the address

    try:
        return await hashing(reset)
    except HabitCoachError as error:
        return back("/reset-password", error)


@router.post("/verify-email")
async def verify_email(background: BackgroundTasks, token: Text = "") -> RedirectResponse:
    try:
        with db.session(writes=True) as session:
            notice = addresses.confirm(session, token)
        background.add_task(letters.deliver, notice)
    except HabitCoachError as error:
        return back("/verify-email", error)
    return RedirectResponse("/verify-email?done=1#", 303)


@router.post("/sign-out")
async def sign_out(cookie: SessionCookie) -> RedirectResponse:
    try:
        with db.session(writes=True) as session:
            user, login = sessions.from_cookie(session, cookie)
            sessions.end(session, user.id, login.id)
    except NotSignedIn:
        pass  # already signed out, which is what was asked for
    answer = RedirectResponse("/", 303)
    forget_cookie(answer, SESSION_COOKIE)
    return answer


@router.get("/export/{form}", response_model=None)
async def export(form: str, cookie: SessionCookie) -> StreamingResponse | RedirectResponse:
    """A link of the settings: the browser saves what it answers."""
    try:
        with db.session() as session:
            user, _login = sessions.from_cookie(session, cookie)
    except NotSignedIn:
        return RedirectResponse("/sign-in?next=/settings", 303)
    return await transfer.exported(user.id, form)


def after_password(user: User, device: sessions.Device, where: str, step: str | None) -> RedirectResponse:
    """Signed in, or with a second factor (`step`) on to the page that asks for its code."""
    if step is None:
        return _signed_in(user, device, where)
    answer = RedirectResponse(f"/second-step?next={quote(where)}", 303)
    set_cookie(answer, STEP_COOKIE, step, int(second_factor.STEP_LIFE.total_seconds()))
    return answer


def _signed_in(user: User, device: sessions.Device, where: str) -> RedirectResponse:
    with db.session(writes=True) as session:
        cookie = sessions.start_in_browser(session, user, device)
    answer = RedirectResponse(where, 303)
    forget_cookie(answer, FORM_COOKIE)
    set_cookie(answer, SESSION_COOKIE, cookie, settings().session_days * 86_400)
    return answer


def back(page: str, error: HabitCoachError, **typed: str) -> RedirectResponse:
    """To the form again, with what was typed (never a password) in a cookie that lives a minute."""
    answer = RedirectResponse(page, 303)
    set_cookie(
        answer, FORM_COOKIE, quote(json.dumps({"page": urlsplit(page).path, "error": error.message, **typed})), 60
    )
    return answer


def inside(target: str) -> str:
    """The page to go on to, if it is one of ours: `//evil.example` and `https:` are not."""
    parts = urlsplit(target)
    ours = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return target if ours and "\\" not in target else "/today"
