"""What is known of an account and of tokens, in the shapes in which they travel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gis_grid.accounts.roles import Permission, Role

if TYPE_CHECKING:
    from datetime import datetime


class Held(NamedTuple):
    """A role in an area and all below it; without an area, everywhere."""

    role: Role
    area_id: int | None
    area: str | None
    area_name: str | None

    @property
    def is_admin_everywhere(self) -> bool:
        """Whether the role keeps all accounts."""
        return self.role is Role.ADMIN and self.area_id is None

    def __str__(self) -> str:
        """As the command line takes it."""
        return self.role if self.area is None else f"{self.role}@{self.area}"


@dataclass(frozen=True, slots=True)
class Account:
    """One who may sign in."""

    id: int
    name: str
    display_name: str
    worker: str | None
    roles: tuple[Held, ...]
    has_password: bool
    signs_in_elsewhere: bool
    demo: bool
    created_at: datetime
    disabled_at: datetime | None

    @property
    def is_admin_everywhere(self) -> bool:
        """Whether the account keeps all accounts, while it is open."""
        return any(held.is_admin_everywhere for held in self.roles)


@dataclass(frozen=True, slots=True)
class Token:
    """A program's token, without its secret: only whoever made it had that."""

    id: int
    account: str
    name: str
    permissions: tuple[Permission, ...]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeviceToken:
    """A phone's token, without its secret."""

    id: int
    device: str
    created_at: datetime
    revoked_at: datetime | None
