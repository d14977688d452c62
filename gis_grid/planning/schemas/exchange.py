"""A division that comes from elsewhere, as GeoJSON."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field

from gis_grid.grids.codes import MOST_LETTERS
from gis_grid.kit.words import Words  # noqa: TC001 - pydantic reads the annotations
from gis_grid.planning.schemas.drafts import Edited
from gis_grid.planning.schemas.places import (  # noqa: TC001 - pydantic reads the annotations
    Polygon,
    Ring,
)

MOST_GRIDS: Final = 2_000
"""Of one community."""


class MultiPolygon(BaseModel):
    """A GeoJSON MultiPolygon."""

    type: Literal["MultiPolygon"]
    coordinates: Annotated[list[list[Ring]], Field(min_length=1, max_length=1_000)]


class GridProperties(BaseModel):
    """What is read of a grid's properties; others are passed over."""

    code: Annotated[Words | None, Field(max_length=MOST_LETTERS)] = None


class GridFeature(BaseModel):
    """A grid."""

    type: Literal["Feature"]
    geometry: Annotated[Polygon | MultiPolygon, Field(discriminator="type")]
    properties: GridProperties | None = None


class GridCollection(BaseModel):
    """Grids of a community; where two drawings of a border differ, that of the earlier one counts."""

    type: Literal["FeatureCollection"]
    features: Annotated[list[GridFeature], Field(min_length=1, max_length=MOST_GRIDS)]


class TakenOver(Edited):
    """What came of it."""

    mended: list[dict[str, Any]] = Field(
        description="What made the grids fit: code, grid, to, area_m2, pieces, households, at, zh, en."
    )
