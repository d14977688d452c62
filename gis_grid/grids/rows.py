"""Columns on their way into a layer: what the file readers yield and the loaders take.

Every class is a struct of arrays of one length n. Geometries are Shapely objects in EPSG:4326, lon before
lat. Text columns are object arrays of `str`; where a value may be unknown, of `str | None`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

ObjectColumn: TypeAlias = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class _Rows:
    def __post_init__(self) -> None:
        lengths = {field.name: len(getattr(self, field.name)) for field in fields(self)}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"columns of different lengths: {lengths}")

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    @classmethod
    def concat(cls, parts: Sequence[Self]) -> Self:
        """Join rows in order; at least one part."""
        names = [field.name for field in fields(cls)]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def column(self, name: str) -> list[Any]:
        """Return a column as plain Python values, as a database driver takes them."""
        values: list[Any] = getattr(self, name).tolist()
        return values


@dataclass(frozen=True, slots=True)
class AreaRows(_Rows):
    """Counties, subdistricts and communities.

    Parameters
    ----------
    code, name
        Administrative code (the key) and name.
    kind
        ``county``, ``subdistrict`` or ``community``.
    parent_code
        Code of the area above, or ``None``; it may be in the same rows.
    geometry
        Polygons or multipolygons.
    """

    code: ObjectColumn
    name: ObjectColumn
    kind: ObjectColumn
    parent_code: ObjectColumn
    geometry: ObjectColumn


@dataclass(frozen=True, slots=True)
class GridRows(_Rows):
    """Grids with one outline each: polygons or multipolygons, inside the community of `community_code`."""

    code: ObjectColumn
    name: ObjectColumn
    community_code: ObjectColumn
    geometry: ObjectColumn


@dataclass(frozen=True, slots=True)
class BuildingRows(_Rows):
    """Buildings.

    Parameters
    ----------
    source_ref
        The source's own key of the building: with the source's name it says which row is updated.
    kind, name
        As the source names them, or ``None``.
    floors
        float64, nan = unknown.
    households
        int64, not negative.
    people
        float64, whole and not negative; nan = nobody counted the residents.
    estimated
        bool: `households` comes from a formula, not from a count.
    geometry
        Polygons, multipolygons or points.
    """

    source_ref: ObjectColumn
    kind: ObjectColumn
    name: ObjectColumn
    floors: NDArray[np.float64]
    households: NDArray[np.int64]
    people: NDArray[np.float64]
    estimated: NDArray[np.bool_]
    geometry: ObjectColumn


@dataclass(frozen=True, slots=True)
class RoadRows(_Rows):
    """Roads: lines of class ``main``, ``lane``, ``path`` or ``rail``."""

    source_ref: ObjectColumn
    road_class: ObjectColumn
    name: ObjectColumn
    geometry: ObjectColumn


@dataclass(frozen=True, slots=True)
class WaterRows(_Rows):
    """Water: polygons, or lines of rivers too narrow to have an area."""

    source_ref: ObjectColumn
    name: ObjectColumn
    geometry: ObjectColumn


@dataclass(frozen=True, slots=True)
class KeyPlaceRows(_Rows):
    """Key places: points of class ``area``, ``position`` or ``place`` (XY-3)."""

    code: ObjectColumn
    name: ObjectColumn
    place_class: ObjectColumn
    geometry: ObjectColumn


@dataclass(frozen=True, slots=True)
class OfficeRows(_Rows):
    """Offices: points; `community_code` is ``None`` where the point itself says which community it is."""

    code: ObjectColumn
    name: ObjectColumn
    community_code: ObjectColumn
    geometry: ObjectColumn
