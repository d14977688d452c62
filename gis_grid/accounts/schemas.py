"""JSON of signing in and of one's own sessions. Times are ISO 8601 in UTC."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from gis_grid.accounts.roles import MAY, Permission, Role
from gis_grid.accounts.rows import Account  # noqa: TC001


def _sound(text: str) -> str:
    # JSON can write half of a character (\ud800), which no encoding holds.
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("expected whole characters")
    return text


def _sound_secret(secret: SecretStr) -> SecretStr:
    _sound(secret.get_secret_value())
    return secret


_Text = Annotated[str, AfterValidator(_sound)]
_Secret = Annotated[SecretStr, AfterValidator(_sound_secret)]


class NameAndPassword(BaseModel):
    """What one signs in with."""

    name: _Text
    password: _Secret


class LinkSecret(BaseModel):
    """What stands behind the `#` of a link that signs one in."""

    secret: _Secret


class NewPassword(LinkSecret):
    """What stands behind the `#` of a link that sets a password, and the password."""

    password: _Secret


class PasswordChange(BaseModel):
    """One's password and the next one."""

    old: _Secret
    new: _Secret


class RoleHeld(BaseModel):
    """A role in an area and all below it."""

    model_config = ConfigDict(from_attributes=True)

    role: Role
    area: str | None = Field(description="Code of the area; null for everywhere.")
    area_name: str | None


class Session(BaseModel):
    """Who is signed in, and what they may do."""

    name: str
    display_name: str
    demo: bool = Field(description="An account of a demonstration, whose links are printed openly.")
    worker: str | None = Field(description="Code of the worker that the account is.")
    has_password: bool = Field(description="Without one, it signs in by links or at another provider.")
    roles: list[RoleHeld]
    permissions: list[Permission]
    csrf: str = Field(description="To be sent as `X-CSRF-Token` with whatever changes something.")

    @classmethod
    def of(cls, account: Account, csrf: str) -> Session:
        """Describe an account that is signed in."""
        return cls(
            name=account.name,
            display_name=account.display_name,
            demo=account.demo,
            worker=account.worker,
            has_password=account.has_password,
            roles=[RoleHeld.model_validate(held) for held in account.roles],
            permissions=sorted({permission for held in account.roles for permission in MAY[held.role]}),
            csrf=csrf,
        )


class SessionListed(BaseModel):
    """A session of one's own."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    method: Literal["password", "oidc", "link"] = Field(description="How it began.")
    browser: str = Field(description="Browser and system, as far as they are known.")
    opened_at: dt.datetime
    last_seen_at: dt.datetime = Field(description="To some minutes.")
    expires_at: dt.datetime = Field(description="When it ends at the latest.")
    current: bool = Field(default=False, description="Whether it is the one that asks.")


class SessionList(BaseModel):
    """One's own sessions, the one used last first."""

    sessions: list[SessionListed]
