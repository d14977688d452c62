"""Lines and polygons as GeoJSON (RFC 7946): longitude and latitude, finite, of bounded size."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from gis_grid.core.plan.drawn import MOST_VERTICES

_MOST_RINGS: Final = 100

Longitude = Annotated[float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False)]


def _flat(position: Any) -> Any:
    """Leave the height out, which a position may have."""
    return position[:2] if isinstance(position, list | tuple) and len(position) == 3 else position


Position = Annotated[tuple[Longitude, Latitude], BeforeValidator(_flat)]
"""Longitude and latitude in degrees (WGS 84); a height is passed over."""

Ring = Annotated[list[Position], Field(min_length=4, max_length=MOST_VERTICES)]


class Line(BaseModel):
    """A GeoJSON LineString."""

    type: Literal["LineString"]
    coordinates: Annotated[list[Position], Field(min_length=2, max_length=MOST_VERTICES)]


class Polygon(BaseModel):
    """A GeoJSON Polygon: the outer ring, then holes; each ends where it begins."""

    type: Literal["Polygon"]
    coordinates: Annotated[list[Ring], Field(min_length=1, max_length=_MOST_RINGS)]

    @model_validator(mode="after")
    def _closed_and_bounded(self) -> Self:
        for number, ring in enumerate(self.coordinates):
            if ring[0] != ring[-1]:
                raise ValueError(f"ring {number} ends at {ring[-1]}, expected where it begins: {ring[0]}")
        vertices = sum(map(len, self.coordinates))
        if vertices > MOST_VERTICES:
            raise ValueError(f"{vertices} vertices, expected at most {MOST_VERTICES}")
        return self
