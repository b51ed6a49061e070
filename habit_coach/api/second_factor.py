"""`/auth/second-factor`: codes of an authenticator app at sign-in."""

from pydantic import BaseModel, Field

from habit_coach import db
from habit_coach.accounts import credentials, second_factor
from habit_coach.api.deps import FromDevice, OwnerToRead, OwnerToWrite, ReadSession, WriteSession, hashing
from habit_coach.api.resources import Guarded

router = Guarded.router("account", "/auth/second-factor")


class Status(BaseModel):
    on: bool
    recovery_codes_left: int


class EnrolmentOut(BaseModel):
    secret: str = Field(description="For typing in; shown this once.")
    uri: str
    qr_code: str = Field(description="An SVG picture.")


class Code(BaseModel):
    code: str = Field(max_length=20)


class RecoveryCodes(BaseModel):
    recovery_codes: list[str] = Field(description="Shown this once. Each is good for one sign-in without the app.")


class Proof(BaseModel):
    """That it is the owner who asks: the code is one of the app, or a recovery code."""

    password: str = Field("", max_length=1000, description="Or sign in with the issuer within ten minutes before.")
    code: str = Field(max_length=20)


@router.get("")
async def status(session: ReadSession, login: OwnerToRead) -> Status:
    """Whether sign-in asks for a code."""
    return Status(
        on=second_factor.is_on(session, login[0]), recovery_codes_left=second_factor.codes_left(session, login[0])
    )


@router.post("")
async def begin(session: WriteSession, login: OwnerToWrite) -> EnrolmentOut:
    """A new secret for the authenticator app; it counts once a code of it has been confirmed."""
    made = second_factor.begin(session, login[0])
    return EnrolmentOut(secret=made.secret, uri=made.uri, qr_code=made.qr_code)


@router.post("/confirm")
async def confirm(given: Code, session: WriteSession, login: OwnerToWrite) -> RecoveryCodes:
    """Switch it on with a first code."""
    return RecoveryCodes(recovery_codes=second_factor.confirm(session, login[0], given.code))


@router.post("/off", status_code=204)
async def switch_off(given: Proof, login: OwnerToRead, device: FromDevice) -> None:
    """Switch it off, with the password and a code."""
    user, current = login

    def carry_out() -> None:
        with db.session() as session:
            credentials.require_owner(session, user, current, given.password, device.address)
        with db.session(writes=True) as session:
            second_factor.require(session, user, given.code, device.address)
            second_factor.switch_off(session, user)

    await hashing(carry_out)


@router.post("/recovery-codes")
async def renew_codes(given: Proof, login: OwnerToRead, device: FromDevice) -> RecoveryCodes:
    """New recovery codes in place of the earlier ones, with the password and a code."""
    user, current = login

    def carry_out() -> RecoveryCodes:
        with db.session() as session:
            credentials.require_owner(session, user, current, given.password, device.address)
        with db.session(writes=True) as session:
            second_factor.require(session, user, given.code, device.address)
            return RecoveryCodes(recovery_codes=second_factor.renew_codes(session, user))

    return await hashing(carry_out)
