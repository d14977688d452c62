"""What a draft looks like: its row in a list, its summary, the answer to an edit."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from gis_grid.core.plan.limits import Limits, Size
from gis_grid.kit.words import Words  # noqa: TC001 - pydantic reads the annotations
from gis_grid.planning.schemas.edits import MOST_SEED

_Holds = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]


class LimitsGiven(BaseModel):
    """How large a grid may be: least to most, both included."""

    model_config = ConfigDict(extra="forbid")

    least: _Holds | None = Field(default=None, description="Left out: 300 households, or 1,350 people.")
    most: _Holds | None = Field(default=None, description="Left out: 500 households, or 1,650 people.")
    target: _Holds | None = Field(default=None, description="Left out: in the middle.")
    size: Size = Field(default=Size.HOUSEHOLDS, description="What it is counted in.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self.limits()
        return self

    def limits(self) -> Limits:
        """Return them as the core has them."""
        return Limits.of(self.size, self.least, self.most, self.target)


class DraftNew(BaseModel):
    """A draft to be opened."""

    model_config = ConfigDict(populate_by_name=True, extra="forbid")

    community: str = Field(max_length=100, description="Its code.")
    name: Words = Field(default="", max_length=200)
    start: Literal["today", "empty"] = Field(
        default="today",
        alias="from",
        description="What it begins with: the division in force, or published next; or no grids at all.",
    )
    limits: LimitsGiven = LimitsGiven()
    seed: Annotated[int, Field(strict=True, ge=0, le=MOST_SEED)] = 1


class CommunityNamed(BaseModel):
    """A community."""

    code: str
    name: str


class LimitsHeld(BaseModel):
    """How large the grids of a draft may be."""

    least: int
    most: int
    target: int
    size: Size


class Writer(BaseModel):
    """Who works on a draft."""

    name: str
    until: dt.datetime = Field(description="Others may take over from then on.")


class Draft(BaseModel):
    """A draft, without its figures."""

    id: int
    name: str
    community: CommunityNamed
    state: Literal["draft", "review", "published", "withdrawn", "dropped"]
    revision: int
    limits: LimitsHeld
    seed: int
    writer: Writer | None
    valid_from: dt.datetime | None
    reviewed_by: str | None
    note: str
    created_by: str
    created_at: dt.datetime
    changed_at: dt.datetime


class DraftList(BaseModel):
    """Drafts, what changed last first."""

    scenarios: list[Draft]
    next: str | None = Field(description="`after` of the next page; null on the last.")


class Counts(BaseModel):
    """What lives on some ground."""

    households: int
    people: int
    buildings: int
    area_m2: float


class Totals(Counts):
    """A whole community."""

    grids: int
    in_range: int = Field(description="Grids within the limits.")
    gap_households: int = Field(description="In no grid.")
    gap_m2: float


class DraftGrid(Counts):
    """A grid of a draft."""

    label: int
    code: str | None = Field(description="Null until a new grid is published.")
    name: str | None
    compactness: float = Field(description="Polsby-Popper: 1 is a circle.")
    parts: int
    on_ground_share: float = Field(description="Share of its inner border along roads and water.")
    locked: bool
    band: Literal["under", "in", "over"]
    exception: str | None = Field(description="Why it may lie outside the limits.")


class Choice(BaseModel):
    """An edit ready to be sent."""

    zh: str
    en: str
    edit: dict[str, Any]


class Check(BaseModel):
    """Something to be said of the division."""

    code: str
    severity: Literal["error", "warning", "note"]
    grids: list[int]
    numbers: dict[str, Any]
    zh: str
    en: str
    choices: list[Choice]


class Done(BaseModel):
    """An edit of the history."""

    n: int
    op: str
    zh: str
    en: str
    by: str
    at: dt.datetime
    undone: bool


class GroundChanged(BaseModel):
    """What imports have written since a draft looked at its ground."""

    buildings: int
    lines: int = Field(description="Roads, rivers, and the outline of the community.")
    since: dt.datetime = Field(description="When it looked last.")


class DraftShown(Draft):
    """A draft with all that a page shows beside its map."""

    can_undo: bool
    can_redo: bool
    totals: Totals
    grids: list[DraftGrid]
    told: list[dict[str, Any]] = Field(description="What was not exact in the division that it began with.")
    checks: list[Check]
    ground_changed: GroundChanged | None = Field(
        description="Null: the map is as the draft has it. The edit `refresh` looks again."
    )
    history: list[Done]


class Edited(BaseModel):
    """What an edit came to."""

    scenario: DraftShown
    changed: dict[str, Any] = Field(description="FeatureCollection of the grids to be drawn again.")
    removed: list[int] = Field(description="Labels of grids that are no more.")


class ReviewSaid(BaseModel):
    """What whoever looked a draft over says of it."""

    model_config = ConfigDict(extra="forbid")

    note: Words = Field(default="", max_length=2000)


class PublishFrom(BaseModel):
    """From when on a draft is in force."""

    model_config = ConfigDict(extra="forbid")

    valid_from: AwareDatetime | None = Field(
        default=None, description="ISO 8601 with its offset, not over; left out: the next local midnight."
    )


class Published(BaseModel):
    """A draft that was published."""

    publication: int
    scenario: DraftShown
