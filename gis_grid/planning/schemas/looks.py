"""What would be: counts, proposals, a draft beside the division that it follows upon."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from gis_grid.planning.schemas.drafts import DraftGrid  # noqa: TC001 - pydantic reads the annotations
from gis_grid.planning.schemas.edits import Seed  # noqa: TC001 - pydantic reads the annotations


class Refusal(BaseModel):
    """Why what is drawn could not be done."""

    code: str
    zh: str
    en: str


class DrawnCounted(BaseModel):
    """Grids as they would be, or why there would be none."""

    sides: list[DraftGrid]
    refused: Refusal | None = Field(default=None, description="Only where `drawing` is said.")


class ProposalsWanted(BaseModel):
    """Which proposals, and how many."""

    model_config = ConfigDict(extra="forbid")

    seed: Seed = None
    count: Annotated[int, Field(strict=True, ge=1, le=5)] = 3


class ExceptionProposed(BaseModel):
    """A grid that cannot be within the limits."""

    households: int
    cause: str


class Range(BaseModel):
    """The smallest and the largest grid."""

    least: int
    most: int


class Proposal(BaseModel):
    """A division that the machine proposes; the edit `partition` with its seed and rank makes it."""

    rank: int
    seed: int
    grids: int
    in_range: int
    exceptions: list[ExceptionProposed]
    crossings: int = Field(description="Grids on both sides of a barrier.")
    compactness: float
    worst_compactness: float
    on_ground_share: float
    households: Range


class ProposalList(BaseModel):
    """Proposals, best first."""

    proposals: list[Proposal]


class GridNamed(BaseModel):
    """A grid of a draft by its label, with the code that it has already."""

    label: int | None
    code: str | None


class GridCompared(GridNamed):
    """A grid of before, of the draft, or of both."""

    households_before: int | None
    households: int | None
    change: Literal["new", "changed", "same", "ends"]


class MovedBetween(BaseModel):
    """What goes from one grid to another."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    from_code: str = Field(alias="from", description="Code of the grid that has it.")
    to: GridNamed | None = Field(description="Null: no grid will.")
    households: int
    people: int
    buildings: int
    area_m2: float


class WorkerCompared(BaseModel):
    """Who walks which grid."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    code: str
    name: str
    from_code: str = Field(alias="from")
    to: GridNamed | None
    moves: bool


class TotalsCompared(BaseModel):
    """How much moves, of how much."""

    households: int
    households_moved: int
    area_m2_moved: float
    workers_moved: int


class Comparison(BaseModel):
    """A draft beside the division that it follows upon."""

    outdated: bool = Field(description="The boundaries in force are others by now.")
    totals: TotalsCompared
    grids: list[GridCompared]
    moves: list[MovedBetween]
    workers: list[WorkerCompared]
    without_worker: list[int] = Field(description="Labels that nobody will walk.")
    with_many: list[int] = Field(description="Labels that several will.")
