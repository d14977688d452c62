"""What was published, and what came from where."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gis_grid.planning.schemas.drafts import CommunityNamed  # noqa: TC001 - pydantic reads the annotations


class DraftNamed(BaseModel):
    """The draft that was published."""

    id: int
    name: str


class Division(BaseModel):
    """A division that came, or comes, into force."""

    id: int
    community: CommunityNamed
    scenario: DraftNamed
    valid_from: dt.datetime
    grids: int | None = Field(description="Null when it was withdrawn.")
    published_by: str
    reviewed_by: str | None
    at: dt.datetime = Field(description="When it was published.")
    withdrawn_by: str | None
    withdrawn_at: dt.datetime | None


class DivisionList(BaseModel):
    """Publications, newest first, those withdrawn too."""

    divisions: list[Division]
    next: str | None = Field(description="`after` of the next page; null on the last.")


class RestoreWanted(BaseModel):
    """What is brought back."""

    model_config = ConfigDict(extra="forbid")

    predecessor: bool = Field(default=False, description="The division that was in force before it.")


class BoundaryShown(BaseModel):
    """A boundary that a grid had, has or will have."""

    id: int
    code: str
    name: str
    valid_from: dt.datetime | None
    valid_to: dt.datetime | None
    households: int | None


class Link(BaseModel):
    """What a boundary took over from one before it."""

    parent: int
    child: int
    kind: Literal["edit", "split", "merge"]
    households: int
    area_m2: float


class Lineage(BaseModel):
    """What a grid's boundaries came from, and what came from them; oldest first."""

    grid: str
    boundaries: list[BoundaryShown]
    links: list[Link]
