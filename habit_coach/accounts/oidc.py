"""Signing in with an OpenID Connect issuer of the instance's own: authorization code with PKCE, state and nonce.

What was begun is kept in a sealed cookie, so that nobody can finish in one browser what was begun in another.
"""

import json
import secrets
from dataclasses import asdict, dataclass
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from cryptography.fernet import InvalidToken
from httpx2 import HTTPError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry
from sqlalchemy import select
from sqlmodel import Session, col

from habit_coach import clock, vault
from habit_coach.accounts import audit, users
from habit_coach.accounts.models import Identity, User
from habit_coach.accounts.secret_words import new_token
from habit_coach.errors import Conflict, Forbidden, NotFound, NotSignedIn
from habit_coach.settings import settings

CALLBACK = "/sign-in/callback"
TIMEOUT = 10.0
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]  # none that is signed with a shared secret, and never "none"
FAILED = "Signing in there did not work. Please begin again."


@dataclass(frozen=True, slots=True)
class Begun:
    """What the browser holds between leaving for the issuer and coming back; `next` is the page to go on to."""

    state: str
    nonce: str
    verifier: str
    next: str

    def seal(self) -> str:
        return vault.seal(json.dumps(asdict(self)))

    @classmethod
    def unseal(cls, sealed: str) -> "Begun":
        """Raises NotSignedIn for a cookie that is missing or not ours."""
        try:
            return cls(**json.loads(vault.unseal(sealed)))
        except (InvalidToken, TypeError):
            raise NotSignedIn(FAILED) from None


@dataclass(frozen=True, slots=True)
class Person:
    """Who the issuer says has signed in."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str


def begin(next_page: str) -> tuple[str, Begun]:
    """The issuer's address to send the browser to, and what to keep. Asks the issuer: never on the event loop.

    Raises NotFound where the instance has no issuer.
    """
    begun = Begun(new_token(), new_token(), secrets.token_urlsafe(48), next_page)
    with _client() as client:
        endpoint = _discovered(client)["authorization_endpoint"]
        url, _ = client.create_authorization_url(
            endpoint, state=begun.state, nonce=begun.nonce, code_verifier=begun.verifier
        )
    return url, begun


def finish(begun: Begun, state: str, code: str) -> Person:
    """Exchange the code that the browser brought back. Asks the issuer: never on the event loop.

    Raises NotSignedIn for a state, code or token that is not the one that was begun with.
    """
    if not secrets.compare_digest(begun.state.encode(), state.encode()):
        raise NotSignedIn(FAILED)
    try:
        with _client() as client:
            known = _discovered(client)
            given = client.fetch_token(known["token_endpoint"], code=code, code_verifier=begun.verifier)
            keys = KeySet.import_key_set(client.request("GET", known["jwks_uri"], withhold_token=True).json())
        claims = jwt.decode(given["id_token"], keys, algorithms=ALGORITHMS).claims
        _require_for_us(claims, begun.nonce)
    except (OAuthError, HTTPError, JoseError, KeyError, ValueError):
        raise NotSignedIn(FAILED) from None
    return Person(
        issuer=claims["iss"],
        subject=claims["sub"],
        email=str(claims.get("email", "")).strip().casefold(),
        email_verified=claims.get("email_verified") is True,
        name=str(claims.get("name", ""))[:80],
    )


def account(session: Session, person: Person) -> User:
    """The account of this person: known, or found by an address that both sides have verified, or made now.

    Raises Forbidden when the issuer has not verified the address or the account here is deactivated, Conflict when an
    account has the address and has not shown that it is theirs: whoever made it could be somebody else.
    """
    user = session.scalar(
        select(User)
        .join(Identity, col(Identity.user_id) == col(User.id))
        .where(col(Identity.issuer) == person.issuer, col(Identity.subject) == person.subject)
    )
    if user is None:
        user = _found_or_made(session, person)
        now = clock.now()
        session.add(Identity(user_id=user.id, issuer=person.issuer, subject=person.subject, created_at=now))
        audit.record(session, user.id, "identity.linked", issuer=person.issuer)
        session.flush()
    if user.deactivated_at is not None:
        raise Forbidden("This account is deactivated. Ask whoever runs this server.")
    return user


def _found_or_made(session: Session, person: Person) -> User:
    if not person.email or not person.email_verified:
        raise Forbidden("Your e-mail address is not verified there. Verify it, then sign in again.")
    user = users.by_email(session, person.email)
    if user is None:
        if settings().oidc_sign_up == "closed":
            raise Forbidden("This server does not take new accounts. Ask whoever runs it for one.")
        user = users.create(session, person.email, new_token(), person.name)
        user.email_verified_at = clock.now()
        session.add(user)
    elif user.email_verified_at is None:
        raise Conflict("An account with your address exists. Sign in with its password and confirm the address first.")
    return user


def _require_for_us(claims: dict[str, Any], nonce: str) -> None:
    """Raise JoseError unless the token is of our issuer, for us, of now, and answers this very sign-in."""
    registry = JWTClaimsRegistry(
        leeway=30,
        iss={"essential": True, "value": settings().oidc_issuer},
        aud={"essential": True, "value": settings().oidc_client_id},
        exp={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    registry.validate(claims)


def _client() -> OAuth2Client:
    if not settings().oidc_issuer:
        raise NotFound("There is nothing at this address.")
    return OAuth2Client(
        client_id=settings().oidc_client_id,
        client_secret=settings().oidc_client_secret.get_secret_value(),
        scope="openid email profile",
        redirect_uri=settings().base_url + CALLBACK,
        code_challenge_method="S256",
        timeout=TIMEOUT,
    )


def _discovered(client: OAuth2Client) -> dict[str, Any]:
    address = settings().oidc_issuer.rstrip("/") + "/.well-known/openid-configuration"
    found: dict[str, Any] = client.request("GET", address, withhold_token=True).raise_for_status().json()
    if found.get("issuer") != settings().oidc_issuer:
        raise NotSignedIn(FAILED)
    return found
