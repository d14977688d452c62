"""JSON of locating. Positions are degrees on WGS 84; times are ISO 8601 with an offset, answers in UTC."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations
from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, BaseModel, Field, model_validator

MOST_POINTS: Final = 100_000
"""How many points one request may ask for."""

Lon = Annotated[float, Field(ge=-180, le=180)]
Lat = Annotated[float, Field(ge=-90, le=90)]


class AreaShown(BaseModel):
    """A community, subdistrict or county."""

    code: str
    name: str


class GridShown(BaseModel):
    """A grid and the boundary that was in force at the moment."""

    code: str
    name: str
    households: int
    boundary: int = Field(description="Id of the boundary: one version of the grid's outline.")
    valid_from: dt.datetime | None
    valid_until: dt.datetime | None
    community: AreaShown | None = Field(description="Null where it may not be seen, as those below.")
    subdistrict: AreaShown | None
    county: AreaShown | None


class NearestGrid(BaseModel):
    """The grid in force that is nearest to a point outside of all."""

    code: str
    name: str
    distance_m: float = Field(description="Along the ground to its outline.")


class Located(BaseModel):
    """Where a point is."""

    lon: float
    lat: float
    at: dt.datetime
    grid: GridShown | None = Field(description="Null: outside of all grids in force that may be seen.")
    community: AreaShown | None = Field(description="Of the grid; where there is none, around the point.")
    subdistrict: AreaShown | None
    county: AreaShown | None
    nearest: NearestGrid | None = Field(description="Only outside of all grids; null when there is none.")
    cells: dict[str, str] = Field(description="H3 cells by resolution: 7, 9 and 11.")


class PointsAsked(BaseModel):
    """Many points as columns."""

    lon: list[Lon] = Field(description=f"At most {MOST_POINTS:,}.")
    lat: list[Lat]
    at: AwareDatetime | list[AwareDatetime] | None = Field(
        default=None, description="One time for all, or one for each; left out: now."
    )

    @model_validator(mode="after")
    def _alike(self) -> Self:
        times = len(self.at) if isinstance(self.at, list) else len(self.lon)
        if not len(self.lon) == len(self.lat) == times:
            raise ValueError(
                f"expected columns of one length: {len(self.lon)} lon, {len(self.lat)} lat, {times} at"
            )
        return self


class LocatedMany(BaseModel):
    """Where many points are: columns in the order asked; null = outside of all grids."""

    count: int
    outside: int = Field(description="How many are in no grid.")
    grid: list[str | None]
    community: list[str | None] = Field(description="Of the grid; of a point in none, the one around it.")
    nearest: list[str | None] = Field(description="For the first 100 points in no grid, the nearest.")
    nearest_m: list[float | None]
    grids: list[GridShown] = Field(description="What the grids are called, once each boundary.")


class NearThing(BaseModel):
    """A grid or building near a point or in a cell."""

    id: int = Field(description="Of the boundary, or of the building.")
    code: str = Field(description="Of the grid; of a building its id in its source.")
    name: str | None
    kind: str | None = Field(description="Of a building.")
    households: int
    lon: float | None = Field(description="Of a building's point.")
    lat: float | None
    distance_m: float | None = Field(default=None, description="To its outline; 0 inside. Not of a cell.")
    share: float | None = Field(default=None, description="Share of the cell's ground that the grid has.")


class Near(BaseModel):
    """What is near a point, the nearest first, or in a cell."""

    what: Literal["grids", "buildings"]
    matched: int = Field(description="How many there are; more than found where the limit cuts.")
    found: list[NearThing]
