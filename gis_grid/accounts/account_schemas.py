"""JSON of accounts, of their roles in areas, and of tokens. Times are ISO 8601 in UTC."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gis_grid.accounts.roles import Permission, Role
from gis_grid.accounts.schemas import RoleHeld  # noqa: TC001 - pydantic reads the annotations

_Code = Annotated[str, Field(min_length=1, max_length=100)]
MOST_ROLES = 100


class RoleGiven(BaseModel):
    """A role in an area and all below it."""

    model_config = ConfigDict(extra="forbid")

    role: Role
    area: _Code | None = Field(description="Code of the area; null for everywhere.")


class AccountListed(BaseModel):
    """One who may sign in."""

    model_config = ConfigDict(from_attributes=True)

    name: str = Field(description="What one signs in with.")
    display_name: str
    worker: str | None = Field(description="Code of the worker that the account is.")
    roles: list[RoleHeld]
    has_password: bool
    signs_in_elsewhere: bool = Field(description="Whether another provider signs the account in.")
    demo: bool
    created_at: dt.datetime
    disabled_at: dt.datetime | None


class AccountList(BaseModel):
    """The accounts that the caller may keep, by name."""

    accounts: list[AccountListed]


class AccountNew(BaseModel):
    """An account to add."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="2 to 64 of the signs a-z 0-9 . _ @ -, a letter or digit first.")
    display_name: str | None = Field(default=None, description="Left out: the name.")
    worker: _Code | None = Field(default=None, description="Code of the worker that the account is.")
    roles: list[RoleGiven] = Field(min_length=1, max_length=MOST_ROLES)


class AccountChange(BaseModel):
    """What becomes otherwise; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    display_name: str | None = None
    worker: Annotated[str, Field(max_length=100)] | None = Field(
        default=None, description="Code of the worker that the account is; an empty text for none."
    )
    give: list[RoleGiven] = Field(default=[], max_length=MOST_ROLES)
    take: list[RoleGiven] = Field(default=[], max_length=MOST_ROLES)
    disabled: bool | None = Field(
        default=None, description="True ends all sessions, tokens and links of the account."
    )


class LinkMade(BaseModel):
    """A link that works once and is shown once."""

    link: str = Field(description="Path on this service; its fragment is the secret.")
    expires_at: dt.datetime


class TokenListed(BaseModel):
    """A program's token, without its secret."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    permissions: list[Permission]
    created_at: dt.datetime
    last_used_at: dt.datetime | None = Field(description="To within five minutes.")
    expires_at: dt.datetime
    revoked_at: dt.datetime | None


class TokenList(BaseModel):
    """The caller's own tokens, newest first."""

    tokens: list[TokenListed]
    grantable: list[Permission] = Field(description="What a new token may be given.")


class TokenNew(BaseModel):
    """A token to make."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="What it is for.")
    permissions: list[Permission] = Field(min_length=1, max_length=len(Permission))
    days: int = Field(default=90, ge=1, le=365, description="After so many days it is not good any more.")


class TokenMade(TokenListed):
    """A new token with its secret, which is shown this once."""

    secret: str = Field(repr=False, description="For the header `Authorization: Bearer ...`.")
