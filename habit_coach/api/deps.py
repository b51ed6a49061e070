"""What routes ask for: a session of the right kind, and who is asking."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Annotated, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from fastapi.security.utils import get_authorization_scheme_param
from sqlalchemy import Connection
from sqlmodel import Session

from habit_coach import db, throttle
from habit_coach.accounts import administration, sessions, tokens
from habit_coach.accounts.models import LoginSession, User
from habit_coach.accounts.sessions import Device
from habit_coach.errors import Forbidden, NotSignedIn, RateLimited
from habit_coach.prepared import Transaction
from habit_coach.settings import settings

MOST_WAITING = 50
Result = TypeVar("Result")
_hashing: RunVar[CapacityLimiter] = RunVar("hashing")
access = HTTPBearer(
    scheme_name="AccessToken", auto_error=False, description="What `POST /api/v1/auth/login` answers: for 15 minutes."
)
personal = HTTPBearer(
    scheme_name="PersonalToken",
    auto_error=False,
    description="What `POST /api/v1/auth/tokens` answers: for what its scopes name.",
)


async def reading() -> AsyncIterator[Session]:
    with db.session() as session:
        yield session


async def writing() -> AsyncIterator[Session]:
    async with db.writing_session() as session:
        yield session


# "function" commits before the answer is sent: what was answered is on the disk.
ReadSession = Annotated[Session, Depends(reading, scope="function")]
WriteSession = Annotated[Session, Depends(writing, scope="function")]
# These two are for the OpenAPI document; `_sent` reads what they would.
Access = Annotated[HTTPAuthorizationCredentials | None, Security(access)]
Personal = Annotated[HTTPAuthorizationCredentials | None, Security(personal)]
Login = tuple[User, LoginSession]


async def user_to_read(request: Request, scopes: SecurityScopes, _access: Access, _personal: Personal) -> User:
    # Asked, and let go: a route that waits for something would keep a connection from everybody meanwhile, and once
    # none is left, the event loop waits for one itself.
    with db.connection() as connection:
        return caller(request, connection, scopes.scopes)


async def user_to_write(
    request: Request, session: WriteSession, scopes: SecurityScopes, _access: Access, _personal: Personal
) -> User:
    return caller(request, session, scopes.scopes)


async def login_to_read(request: Request, _access: Access) -> Login:
    with db.session() as session:
        return _login(request, session)


async def login_to_write(request: Request, session: WriteSession, _access: Access) -> Login:
    return _login(request, session)


def caller(request: Request, transaction: Transaction, scopes: list[str]) -> User:
    """Who sends this request, if they may do what needs `scopes`."""
    user = bearer(transaction, _sent(request), scopes, partial(_count, request))
    request.state.user_id = user.id
    return user


# The short way, for the few routes that are asked all day: they open their session and ask who calls in a block, commit
# at its end, and say what they need with `openapi_extra=needs(...)`. FastAPI's dependencies would cost 0.1 ms.


def needs(scope: str) -> dict[str, Any]:
    """What the OpenAPI document says of a route that asks for its caller with `as_reader` or `as_writer`."""
    return {"security": [{str(one.scheme_name): [scope]} for one in (access, personal)]}


@contextmanager
def as_reader(request: Request, scope: str) -> Iterator[tuple[Connection, User]]:
    """A connection to read with, and who sends this request, if they may do what needs `scope`."""
    with db.connection() as connection:
        yield connection, caller(request, connection, [scope])


@asynccontextmanager
async def as_writer(request: Request, scope: str) -> AsyncIterator[tuple[Session, User]]:
    """The same with a session, to write."""
    async with db.writing_session() as session:
        yield session, caller(request, session, [scope])


def bearer(transaction: Transaction, secret: str, scopes: list[str], count: Callable[[str], None]) -> User:
    """Whose token this is, if it may do what needs `scopes`. Admins' places do not exist for anybody else.

    `count` spends one request of the holder's budget before the token's scopes are looked at.
    """
    if not secret.startswith(tokens.PREFIX):
        user, session_id = sessions.holder(transaction, secret)
        count(str(session_id))
        if "admin" in scopes:
            administration.require_admin(user)
        return user
    user, token = tokens.owner(transaction, secret)
    count(str(token.id))
    if "admin" in scopes:
        administration.require_admin(user)
    for scope in scopes:
        if not tokens.allows(token, scope):
            raise Forbidden(f"This token may not do that. Use one with the scope `{scope}`.")
    return user


def _login(request: Request, session: Session) -> Login:
    secret = _sent(request)
    if secret.startswith(tokens.PREFIX):
        raise Forbidden("A personal token cannot do that. Sign in with `POST /api/v1/auth/login`.")
    user, login = sessions.from_access_token(session, secret)
    _count(request, str(login.id))
    request.state.user_id = user.id
    return user, login


def _sent(request: Request) -> str:
    scheme, secret = get_authorization_scheme_param(request.headers.get("authorization"))
    if scheme.lower() != "bearer" or not secret:
        raise NotSignedIn("Send a token: `Authorization: Bearer ...`.")
    return secret


def _count(request: Request, holder: str) -> None:
    """Spend one request of the budget; what is left goes into the answer's headers."""
    request.state.budget = throttle.spend(settings().limit_requests, "requests", holder)


Reader = Annotated[User, Security(user_to_read, scopes=["read"])]
CheckInWriter = Annotated[User, Security(user_to_write, scopes=["checkin"])]
Writer = Annotated[User, Security(user_to_write, scopes=["write"])]
# Who may write, where the route waits for something first and opens its session afterwards.
WriterLater = Annotated[User, Security(user_to_read, scopes=["write"])]
AdminReader = Annotated[User, Security(user_to_read, scopes=["admin"])]
AdminWriter = Annotated[User, Security(user_to_write, scopes=["admin"])]
# For what guards the account itself, only a sign-in will do.
OwnerToRead = Annotated[Login, Security(login_to_read)]
OwnerToWrite = Annotated[Login, Security(login_to_write)]


async def device(request: Request) -> Device:
    """The client's name and address; behind proxies, the address that the outermost trusted one saw."""
    hops = settings().trusted_proxy_hops
    forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    address = forwarded[-hops] if 0 < hops <= len(forwarded) else request.client.host if request.client else ""
    return Device(request.headers.get("user-agent", ""), address)


async def hashing(work: Callable[[], Result]) -> Result:
    """Run work that hashes a password: in a thread, two at a time, so that whoever is signed in already feels nothing.

    Raises RateLimited when many are waiting, instead of letting them all wait.
    """
    limiter = _hashing.get(None)
    if limiter is None:
        _hashing.set(limiter := CapacityLimiter(2))
    if limiter.statistics().tasks_waiting >= MOST_WAITING:
        raise RateLimited("Many people are signing in just now. Try again in a few seconds.", 5)
    return await to_thread.run_sync(work, limiter=limiter)


async def own_origin(request: Request) -> None:
    """Refuse a request that another site's page makes with our user's cookie."""
    origin = request.headers.get("origin")
    foreign = origin not in settings().origins if origin else request.headers.get("sec-fetch-site") == "cross-site"
    if foreign:
        raise Forbidden("This request comes from another site. Open Habit Coach itself and try again.")


FromDevice = Annotated[Device, Depends(device)]
OwnOrigin = Depends(own_origin)
