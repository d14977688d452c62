"""What a planner asks for: one of the operations, told apart by `op`."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gis_grid.kit.words import Words  # noqa: TC001 - pydantic reads the annotations
from gis_grid.planning.schemas.places import (  # noqa: TC001 - pydantic reads the annotations
    Line,
    Polygon,
    Position,
)

MOST_SEED: Final = 2**31 - 1
_MOST_KEY: Final = 2**53
"""Beyond it JSON readers lose digits."""

Label = Annotated[int, Field(strict=True, ge=0, le=_MOST_KEY, description="Of a draft grid.")]
AtomKey = Annotated[int, Field(strict=True, ge=0, le=_MOST_KEY)]
Labels = Annotated[list[Label], Field(max_length=10_000)]
Seed = Annotated[int | None, Field(strict=True, ge=0, le=MOST_SEED, description="Left out: the draft's.")]
Exact = Annotated[
    bool, Field(strict=True, description="Cut atoms along what was drawn; otherwise atoms go whole.")
]


class _Operation(BaseModel):
    model_config = ConfigDict(extra="forbid")

    def parameters(self) -> dict[str, Any]:
        """Return what the operation takes, by name: what was not said is left to it."""
        return self.model_dump(mode="json", exclude={"op"}, exclude_unset=True, exclude_none=True)


class Draw(_Operation):
    """Give what was drawn around to a new grid, or to one there is."""

    op: Literal["draw"]
    polygon: Polygon
    exact: Exact = False
    into: Label | None = None


class SplitByLine(_Operation):
    """Split a grid along a line."""

    op: Literal["split_by_line"]
    grid: Label
    line: Line
    exact: Exact = False


class Split(_Operation):
    """Let the machine split a grid."""

    op: Literal["split"]
    grid: Label
    parts: Annotated[int, Field(strict=True, ge=2, le=1000)] = 2
    seed: Seed = None


class Merge(_Operation):
    """Merge grids into one; the larger keeps its label."""

    op: Literal["merge"]
    grids: Labels
    across: Annotated[bool, Field(strict=True, description="Also where only a barrier lies between.")] = False


class Move(_Operation):
    """Move atoms, or the building at a point, to another grid; to -1: out of all."""

    op: Literal["move"]
    atoms: Annotated[list[AtomKey], Field(min_length=1, max_length=100_000)] | None = None
    at: Position | None = None
    to: Annotated[int, Field(strict=True, ge=-1, le=_MOST_KEY)]
    across: Annotated[bool, Field(strict=True, description="Also where only a barrier lies between.")] = False

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.atoms is None) == (self.at is None):
            raise ValueError("expected either atoms or at")
        return self


class Border(_Operation):
    """Draw the border between two grids anew."""

    op: Literal["border"]
    grids: Labels
    line: Line
    exact: Exact = False


class Partition(_Operation):
    """Let the machine divide some grids anew, or all that is not locked."""

    op: Literal["partition"]
    grids: Annotated[Labels, Field(min_length=1)] | None = None
    seed: Seed = None
    rank: Annotated[int, Field(strict=True, ge=0, le=9)] | None = Field(
        default=None, description="Of the proposals of the seed, 0 for the best; left out: the first found."
    )


class Lock(_Operation):
    """Lock a grid, or open it again."""

    op: Literal["lock"]
    grid: Label
    locked: Annotated[bool, Field(strict=True)]


class Accept(_Operation):
    """Accept that a grid lies outside the limits; without a reason it is no exception any more."""

    op: Literal["accept"]
    grid: Label
    reason: Words | None = Field(default=None, max_length=1000)

    def parameters(self) -> dict[str, Any]:
        """Return grid and reason; no reason means something."""
        return {"grid": self.grid, "reason": self.reason}


class Detached(_Operation):
    """Give parts that lie apart from their grid to their neighbours."""

    op: Literal["detached"]
    grid: Label | None = Field(default=None, description="Left out: of all grids that are not locked.")


class FillGaps(_Operation):
    """Give each gap to the best neighbour; what is large enough becomes grids."""

    op: Literal["fill_gaps"]
    seed: Seed = None


class Refresh(_Operation):
    """Look at the buildings and roads of the map again."""

    op: Literal["refresh"]


Edit = Annotated[
    Draw
    | SplitByLine
    | Split
    | Merge
    | Move
    | Border
    | Partition
    | Lock
    | Accept
    | Detached
    | FillGaps
    | Refresh,
    Field(discriminator="op"),
]


class CountWanted(BaseModel):
    """Something that is being drawn, around a grid, through one, or between two; or what is to be moved."""

    model_config = ConfigDict(extra="forbid")

    polygon: Polygon | None = None
    into: Label | None = None
    grid: Label | None = None
    grids: Labels | None = None
    line: Line | None = None
    exact: Exact = False
    atoms: Annotated[list[AtomKey], Field(min_length=1, max_length=100_000)] | None = None
    at: Position | None = None
    to: Annotated[int, Field(strict=True, ge=-1, le=_MOST_KEY)] | None = None
    across: Annotated[bool, Field(strict=True, description="Also where only a barrier lies between.")] = False

    @model_validator(mode="after")
    def _one_edit(self) -> Self:
        self.edit()
        return self

    def edit(self) -> Draw | SplitByLine | Border | Move:
        """Return the edit that it would be."""
        given = frozenset(name for name in _KINDS if getattr(self, name) is not None)
        exact = {"exact": self.exact}
        if self.polygon is not None and given <= {"polygon", "into"}:
            return Draw(op="draw", polygon=self.polygon, into=self.into, **exact)
        if self.line is not None and self.grid is not None and given == {"line", "grid"}:
            return SplitByLine(op="split_by_line", grid=self.grid, line=self.line, **exact)
        if self.line is not None and self.grids is not None and given == {"line", "grids"}:
            return Border(op="border", grids=self.grids, line=self.line, **exact)
        if self.to is not None and given in ({"atoms", "to"}, {"at", "to"}):
            return Move(op="move", atoms=self.atoms, at=self.at, to=self.to, across=self.across)
        raise ValueError(
            "expected polygon (and into), or grid and line, or grids and line, or atoms or at and to"
        )


_KINDS: Final = ("polygon", "into", "grid", "grids", "line", "atoms", "at", "to")

_LONG: Final = (Split, Partition, FillGaps, Refresh)
"""Operations that may keep a processor for seconds."""
_LONG_SKETCH: Final = 300
"""Vertices of what is drawn, beyond which it may too."""


def is_long(wanted: Edit | CountWanted) -> bool:
    """Say whether an edit, or what is counted of one, may keep a processor for a while."""
    return isinstance(wanted, _LONG) or _vertices(wanted) > _LONG_SKETCH


def _vertices(wanted: Edit | CountWanted) -> int:
    line, polygon = getattr(wanted, "line", None), getattr(wanted, "polygon", None)
    return len(line.coordinates if line else ()) + sum(map(len, polygon.coordinates if polygon else ()))
