"""Small towns at the equator: squares of 0.01 degrees, about 1.1 km a side."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import shapely

from gis_grid.grids.service import AreaRows, BuildingRows, GridRows

MONDAY = datetime(2026, 11, 8, 16, tzinfo=UTC)


def objects(*values: object) -> np.ndarray:
    """Return an object column."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def square(column: int, row: int) -> shapely.Polygon:
    """Return the square in a column and row of the town."""
    return shapely.box(column / 100, row / 100, (column + 1) / 100, (row + 1) / 100)


def community(code: str, outline: shapely.Geometry) -> AreaRows:
    """Return one community."""
    return AreaRows(
        objects(code), objects(f"社区{code}"), objects("community"), objects(None), objects(outline)
    )


def grids(community_code: str, **outlines: shapely.Geometry) -> GridRows:
    """Return grids by code."""
    count = len(outlines)
    names = [f"网格{code}" for code in outlines]
    return GridRows(
        objects(*outlines), objects(*names), objects(*[community_code] * count), objects(*outlines.values())
    )


def houses(places: list[tuple[float, float]], households: list[int]) -> BuildingRows:
    """Return small square buildings around places."""
    count = len(places)
    outlines = [shapely.box(lon - 1e-5, lat - 1e-5, lon + 1e-5, lat + 1e-5) for lon, lat in places]
    return BuildingRows(
        objects(*[str(number) for number in range(count)]),
        objects(*["apartments"] * count),
        objects(*[None] * count),
        np.full(count, np.nan),
        np.array(households),
        np.full(count, np.nan),
        np.zeros(count, dtype=bool),
        objects(*outlines),
    )
