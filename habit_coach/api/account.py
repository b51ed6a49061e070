"""`/auth`, continued: devices, the password, the e-mail address, leaving, and what the audit log holds of oneself."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import BackgroundTasks
from pydantic import BaseModel, ConfigDict, Field

from habit_coach import db
from habit_coach.accounts import addresses, administration, credentials, devices, leaving, letters, second_factor
from habit_coach.accounts.models import AuditEvent, LoginSession
from habit_coach.api import cursors
from habit_coach.api.deps import (
    FromDevice,
    OwnerToRead,
    OwnerToWrite,
    OwnOrigin,
    ReadSession,
    WriteSession,
    hashing,
)
from habit_coach.api.resources import Guarded
from habit_coach.api.schemas import Cursor, Limit
from habit_coach.mail import Mail

router = Guarded.router("account", "/auth")


class SessionOut(BaseModel):
    """A place where the user is signed in."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    device: str
    address: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    browser: bool
    current: bool

    @classmethod
    def of(cls, login: LoginSession, current: UUID) -> "SessionOut":
        kept = {name: getattr(login, name) for name in cls.model_fields if name not in ("browser", "current")}
        return cls(**kept, browser=login.cookie_hash is not None, current=login.id == current)


class SessionList(BaseModel):
    items: list[SessionOut]
    next_cursor: str | None = None


class PasswordChange(BaseModel):
    current: str = Field(max_length=1000)
    new: str = Field(max_length=1000, description="At least 10 characters.")


class Address(BaseModel):
    email: str = Field(max_length=254)


class NewAddress(Address):
    password: str = Field("", max_length=1000, description="Or sign in with the issuer within ten minutes before.")
    code: str | None = Field(
        None, max_length=20, description="Where a second factor is on: its code, or a recovery code."
    )


class Asked(BaseModel):
    detail: str


class Reset(BaseModel):
    token: str = Field(max_length=100)
    password: str = Field(max_length=1000, description="At least 10 characters.")


class Token(BaseModel):
    token: str = Field(max_length=100)


class Confirmation(BaseModel):
    password: str = Field("", max_length=1000, description="Or sign in with the issuer within ten minutes before.")


class Deletion(BaseModel):
    delete_after: datetime


class Happened(BaseModel):
    """An entry of the audit log."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    user_id: UUID
    at: datetime
    action: str
    address: str
    details: dict[str, Any]


class AuditLog(BaseModel):
    items: list[Happened]
    next_cursor: str | None = None

    @classmethod
    def of(cls, found: list[AuditEvent], limit: int) -> "AuditLog":
        page = [Happened.model_validate(event) for event in found[:limit]]
        more = f"{page[-1].at.isoformat()} {page[-1].id}" if len(found) > limit else None
        return cls(items=page, next_cursor=cursors.encode(more) if more else None)


@router.get("/sessions")
async def signed_in(session: ReadSession, login: OwnerToRead, limit: Limit = 100, cursor: Cursor = None) -> SessionList:
    """The devices that are signed in, the one used last first."""
    some, following = cursors.page(devices.listed(session, login[0]), limit, cursor)
    return SessionList(items=[SessionOut.of(one, login[1].id) for one in some], next_cursor=following)


@router.delete("/sessions/{session_id}", status_code=204)
async def sign_out_device(session_id: UUID, session: WriteSession, login: OwnerToWrite) -> None:
    """Sign one device out."""
    devices.end(session, login[0], session_id)


@router.delete("/sessions", status_code=204)
async def sign_out_everywhere(session: WriteSession, login: OwnerToWrite) -> None:
    """Sign every device out, this one too."""
    devices.end_all(session, login[0], reason="signed out everywhere")


@router.post("/password", status_code=204)
async def change_password(change: PasswordChange, login: OwnerToRead, device: FromDevice) -> None:
    """Set a new password; every other device is signed out."""
    user, current = login

    def carry_out() -> None:
        with db.session(writes=True) as session:
            credentials.change_password(
                session, user, change.current, change.new, keep=current.id, address=device.address
            )

    await hashing(carry_out)


@router.post("/password/forgot", status_code=202, dependencies=[OwnOrigin])
async def forgot_password(who: Address, device: FromDevice, background: BackgroundTasks) -> Asked:
    """Have a mail sent with a link to choose a new password. The answer is the same for an unknown address."""
    credentials.count_asking(device.address)
    background.add_task(letters.send_reset, who.email, device)
    return Asked(detail="If somebody has this address here, a mail is on its way to them.")


@router.post("/password/reset", status_code=204, dependencies=[OwnOrigin])
async def reset_password(reset: Reset, device: FromDevice) -> None:
    """Choose a new password with the token of the mail; every device is signed out."""

    def carry_out() -> None:
        with db.session() as session:
            hashed = credentials.hash_for_reset(session, reset.token, reset.password)
        with db.session(writes=True) as session:
            credentials.reset_password(session, reset.token, hashed, device.address)

    await hashing(carry_out)


@router.post("/email", status_code=202)
async def change_email(
    wanted: NewAddress, login: OwnerToRead, device: FromDevice, background: BackgroundTasks
) -> Asked:
    """Move to another address: a mail goes there with a link to confirm it, good once and for 30 minutes.

    Until then nothing changes. Afterwards a notice goes to the old one; who is signed in stays so.
    """
    user, current = login

    def carry_out() -> Mail:
        with db.session() as session:
            credentials.require_owner(session, user, current, wanted.password, device.address)
        with db.session(writes=True) as session:
            second_factor.require(session, user, wanted.code, device.address)
            return addresses.ask_change(session, user, wanted.email, device.address)

    background.add_task(letters.deliver, await hashing(carry_out))
    return Asked(detail="A mail is on its way to the new address. Open the link in it within 30 minutes.")


@router.post("/email/verification", status_code=202)
async def ask_verification(session: WriteSession, login: OwnerToWrite, background: BackgroundTasks) -> Asked:
    """Have a mail sent with a link that shows that the address is yours."""
    background.add_task(letters.deliver, addresses.ask_verification(session, login[0]))
    return Asked(detail="A mail is on its way, unless your address is verified already.")


@router.post("/email/verify", status_code=204, dependencies=[OwnOrigin])
async def verify_email(given: Token, session: WriteSession, background: BackgroundTasks) -> None:
    """Show that the address is yours, with the token of the mail; a new one is what you sign in with from then on."""
    background.add_task(letters.deliver, addresses.confirm(session, given.token))


@router.delete("/me", status_code=202)
async def leave(
    confirmation: Confirmation, login: OwnerToRead, device: FromDevice, background: BackgroundTasks
) -> Deletion:
    """Have the account and everything in it deleted in seven days. Export first; `POST /auth/me/keep` takes it back."""
    user, current = login

    def carry_out() -> tuple[datetime, Mail]:
        with db.session() as session:
            credentials.require_owner(session, user, current, confirmation.password, device.address)
        with db.session(writes=True) as session:
            return leaving.ask_deletion(session, user, device.address)

    due, letter = await hashing(carry_out)
    background.add_task(letters.deliver, letter)
    return Deletion(delete_after=due)


@router.post("/me/keep", status_code=204)
async def stay(session: WriteSession, login: OwnerToWrite) -> None:
    """Take the deletion of the account back."""
    leaving.keep_account(session, login[0])


@router.get("/audit")
async def own_audit(session: ReadSession, login: OwnerToRead, limit: Limit = 100, cursor: Cursor = None) -> AuditLog:
    """What happened to one's own account, newest first."""
    found = administration.events(session, login[0].id, before(cursor), limit + 1)
    return AuditLog.of(list(found), limit)


def before(cursor: str | None) -> tuple[datetime, UUID] | None:
    """Where a page of the audit log begins."""
    if cursor is None:
        return None
    try:
        at, event = cursors.decode(cursor).split(" ")
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None:
            raise ValueError
        return instant, UUID(event)
    except ValueError:
        raise cursors.invalid() from None
