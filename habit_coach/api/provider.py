"""`/sign-in/with-provider`: signing in with the instance's OpenID Connect issuer, where it has one."""

from fastapi import APIRouter
from httpx2 import HTTPError
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from habit_coach import db
from habit_coach.accounts import oidc, second_factor
from habit_coach.accounts.cookies import PROVIDER_COOKIE
from habit_coach.api.browser import after_password, back, inside
from habit_coach.api.cookies import ProviderCookie, forget_cookie, set_cookie
from habit_coach.api.deps import FromDevice, hashing
from habit_coach.errors import HabitCoachError, NotSignedIn

router = APIRouter(include_in_schema=False)
SECONDS = 600


@router.get("/sign-in/with-provider")
async def leave(next: str = "") -> RedirectResponse:
    """To the issuer."""
    try:
        url, begun = await run_in_threadpool(oidc.begin, inside(next))
    except HTTPError:
        return back("/sign-in", NotSignedIn("The sign-in service does not answer. Try again in a moment."))
    answer = RedirectResponse(url, 303)
    set_cookie(answer, PROVIDER_COOKIE, begun.seal(), SECONDS)
    return answer


@router.get(oidc.CALLBACK)
async def come_back(
    device: FromDevice,
    sealed: ProviderCookie,
    state: str = "",
    code: str = "",
) -> RedirectResponse:
    """From the issuer, with a code. Making an account hashes a password that nobody knows."""

    def enter() -> RedirectResponse:
        begun = oidc.Begun.unseal(sealed)
        person = oidc.finish(begun, state, code)
        with db.session(writes=True) as session:
            user = oidc.account(session, person)
            step = second_factor.begin_step(session, user)
        return after_password(user, device, begun.next, step)

    try:
        answer = await hashing(enter)
    except HabitCoachError as error:
        answer = back("/sign-in", error)
    forget_cookie(answer, PROVIDER_COOKIE)
    return answer
