"""Reading and writing cookies: none that a script sees, or that is sent unencrypted where the app is on https."""

from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import Response

from habit_coach.accounts import cookies
from habit_coach.accounts.cookies import PROVIDER_COOKIE, REFRESH_COOKIE, SESSION_COOKIE, STEP_COOKIE
from habit_coach.settings import settings


def _given(cookie: str) -> Any:
    async def read(request: Request) -> str:
        return request.cookies.get(cookies.wire_name(cookie), "")

    return Depends(read)


SessionCookie = Annotated[str, _given(SESSION_COOKIE)]
StepCookie = Annotated[str, _given(STEP_COOKIE)]
ProviderCookie = Annotated[str, _given(PROVIDER_COOKIE)]
RefreshCookie = Annotated[str, _given(REFRESH_COOKIE)]


def set_cookie(answer: Response, cookie: str, value: str, seconds: int) -> None:
    """Have the browser keep it for so long; 0 s takes it away."""
    answer.set_cookie(
        cookies.wire_name(cookie),
        value,
        max_age=seconds,
        path=cookies.path(cookie),
        httponly=True,
        samesite="lax",
        secure=settings().is_https,
    )


def forget_cookie(answer: Response, cookie: str) -> None:
    set_cookie(answer, cookie, "", 0)
