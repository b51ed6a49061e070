"""`/auth/tokens` and check-in links: ways in for scripts and buttons, each for what it is meant for."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from habit_coach.accounts import tokens
from habit_coach.accounts.tokens import Scope
from habit_coach.api import cursors
from habit_coach.api.deps import OwnerToRead, OwnerToWrite, Reader, ReadSession, Writer, WriteSession
from habit_coach.api.resources import Guarded
from habit_coach.api.schemas import Cursor, EntryOut, Limit
from habit_coach.habits import links

router = Guarded.router("tokens and links")


class TokenIn(BaseModel):
    name: str = Field(min_length=1, max_length=80, examples=["Home Assistant"])
    scopes: list[Scope] = Field(min_length=1, max_length=4)
    expires_at: AwareDatetime | None = Field(None, description="Without it, the token lasts until it is revoked.")


class TokenOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class NewToken(TokenOut):
    token: str = Field(description="Shown this once.")


class TokenList(BaseModel):
    items: list[TokenOut]
    next_cursor: str | None = None


class LinkIn(BaseModel):
    name: str = Field("", max_length=80, examples=["Tag on the kettle"])


class LinkOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    habit_id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


class NewLink(LinkOut):
    url: str = Field(description="Shown this once. Whoever opens it checks the habit in.")


class LinkList(BaseModel):
    items: list[LinkOut]
    next_cursor: str | None = None


class Followed(BaseModel):
    habit: str
    entry: EntryOut


@router.post("/auth/tokens", status_code=201)
async def create_token(new: TokenIn, session: WriteSession, login: OwnerToWrite) -> NewToken:
    """Make a personal access token. `write` includes `read` and `checkin`."""
    token, secret = tokens.create(session, login[0], new.name, new.scopes, new.expires_at)
    return NewToken(**TokenOut.model_validate(token).model_dump(), token=secret)


@router.get("/auth/tokens")
async def listed_tokens(
    session: ReadSession, login: OwnerToRead, limit: Limit = 100, cursor: Cursor = None
) -> TokenList:
    """The personal access tokens, newest first, without their secrets."""
    some, following = cursors.page(tokens.listed(session, login[0]), limit, cursor)
    return TokenList(items=[TokenOut.model_validate(token) for token in some], next_cursor=following)


@router.delete("/auth/tokens/{token_id}", status_code=204)
async def revoke_token(token_id: UUID, session: WriteSession, login: OwnerToWrite) -> None:
    """Make a token useless at once."""
    tokens.revoke(session, login[0], token_id)


@router.post("/habits/{habit_id}/links", status_code=201)
async def create_link(habit_id: UUID, new: LinkIn, session: WriteSession, user: Writer) -> NewLink:
    """Make a URL that checks this habit in."""
    link, token = links.create(session, user, habit_id, new.name)
    return NewLink(**LinkOut.model_validate(link).model_dump(), url=links.url(token))


@router.get("/habits/{habit_id}/links")
async def listed_links(
    habit_id: UUID, session: ReadSession, user: Reader, limit: Limit = 100, cursor: Cursor = None
) -> LinkList:
    """The check-in links of one habit, newest first, without their URLs."""
    some, following = cursors.page(links.listed(session, user, habit_id), limit, cursor)
    return LinkList(items=[LinkOut.model_validate(link) for link in some], next_cursor=following)


@router.delete("/links/{link_id}", status_code=204)
async def revoke_link(link_id: UUID, session: WriteSession, user: Writer) -> None:
    """Make a link useless at once."""
    links.revoke(session, user, link_id)


@router.get("/links/{token}")
@router.post("/links/{token}", include_in_schema=False)
async def follow_link(token: Annotated[str, Path(max_length=100)], session: WriteSession) -> Followed:
    """Check in by opening the link, as an NFC tag does. Opening it again changes nothing."""
    done = links.follow(session, token)
    return Followed(habit=done.habit.name, entry=EntryOut.of(done.habit, done.entry))
