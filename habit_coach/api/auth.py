"""`/auth`: accounts and tokens for REST clients."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import BackgroundTasks, Response
from pydantic import BaseModel, Field

from habit_coach import db
from habit_coach.accounts import letters, second_factor, sessions, users
from habit_coach.accounts.cookies import REFRESH_COOKIE
from habit_coach.accounts.models import User
from habit_coach.accounts.sessions import ACCESS_LIFE, REFRESH_LIFE, Tokens
from habit_coach.accounts.users import Profile
from habit_coach.api.cookies import RefreshCookie, SessionCookie, forget_cookie, set_cookie
from habit_coach.api.deps import FromDevice, OwnerToWrite, OwnOrigin, Reader, Writer, WriteSession, hashing
from habit_coach.api.resources import Guarded
from habit_coach.errors import NotSignedIn
from habit_coach.habits import profile

router = Guarded.router("auth", "/auth")


class SignUp(BaseModel):
    email: str = Field(max_length=254, examples=["ada@example.com"])
    password: str = Field(max_length=1000, description="At least 10 characters.")
    name: str = Field("", max_length=80)
    timezone: str = Field("UTC", examples=["Europe/Berlin"])


class SignIn(BaseModel):
    email: str = Field(max_length=254)
    password: str = Field(max_length=1000)
    code: str | None = Field(
        None, max_length=20, description="Where a second factor is on: its code, or a recovery code."
    )


class AccessToken(BaseModel):
    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the name of a scheme
    expires_in: int = Field(int(ACCESS_LIFE.total_seconds()), description="Seconds.")


class Me(BaseModel):
    id: UUID
    email: str
    name: str
    role: str
    timezone: str
    day_start: int
    week_start: int
    region: str
    email_verified_at: datetime | None
    delete_after: datetime | None

    @classmethod
    def of(cls, user: User) -> "Me":
        return cls.model_validate(user, from_attributes=True)


class ProfileChange(BaseModel):
    name: str | None = Field(None, max_length=80)
    timezone: str | None = None
    day_start: int | None = Field(None, ge=0, le=6, description="The hour at which the day begins.")
    week_start: int | None = Field(None, ge=0, le=6, description="0 is Monday.")
    region: str | None = Field(
        None, max_length=2, description="Whose dates and numbers the pages show, such as DE; empty: the browser's."
    )


@router.post("/signup", status_code=201, dependencies=[OwnOrigin])
async def sign_up(new: SignUp, device: FromDevice, background: BackgroundTasks) -> Me:
    """Make an account. Where the instance sends mail, one asks to confirm the address."""

    def make() -> Me:
        with db.session(writes=True) as session:
            user = users.sign_up(session, new.email, new.password, new.name, new.timezone, address=device.address)
            return Me.of(user)

    made = await hashing(make)
    background.add_task(letters.send_verification, made.id)
    return made


@router.post("/login", dependencies=[OwnOrigin])
async def sign_in(who: SignIn, response: Response, device: FromDevice, browser: SessionCookie) -> AccessToken:
    """Exchange e-mail and password for an access token; the refresh token comes as a cookie.

    In a browser that is signed in as the same person the tokens belong to its session, and end with it.
    """

    def exchange() -> Tokens:
        with db.session() as session:
            user = sessions.authenticate(session, who.email, who.password, device.address)
        with db.session(writes=True) as session:
            second_factor.require(session, user, who.code, device.address)
            return sessions.start_for_client(session, user, device, browser)

    return _given(response, await hashing(exchange))


@router.post("/refresh", dependencies=[OwnOrigin])
async def refresh(response: Response, token: RefreshCookie) -> AccessToken:
    """Exchange the refresh token for the next pair. One that was used already ends the session."""
    with db.session(writes=True) as session:
        tokens = sessions.refresh(session, token)
    if tokens is None:
        raise NotSignedIn("This refresh token was used before. The session has been ended to be safe; sign in again.")
    return _given(response, tokens)


@router.post("/logout", status_code=204, dependencies=[OwnOrigin])
async def sign_out(session: WriteSession, response: Response, login: OwnerToWrite) -> None:
    """End this session: its access and refresh tokens stop working."""
    sessions.end(session, login[0].id, login[1].id)
    forget_cookie(response, REFRESH_COOKIE)


@router.get("/me")
async def me(user: Reader) -> Me:
    """Who the token belongs to."""
    return Me.of(user)


@router.patch("/me")
async def change_me(change: ProfileChange, session: WriteSession, user: Writer) -> Me:
    """Change name, time zone, day start or week start."""
    return Me.of(profile.update(session, session.get_one(User, user.id), Profile(**change.model_dump())))


def _given(response: Response, tokens: Tokens) -> AccessToken:
    set_cookie(response, REFRESH_COOKIE, tokens.refresh, int(REFRESH_LIFE.total_seconds()))
    response.headers["Cache-Control"] = "no-store"
    return AccessToken(access_token=tokens.access)
