"""From a file's reference system to EPSG:4326, and the usual mix-ups on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from gis_grid.kit.errors import BadInput, RowError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.grids.readers.features import Features
    from gis_grid.grids.rows import ObjectColumn

_WGS84 = CRS.from_epsg(4326)

NEAR_DEG = 1.0
"""A file that lies further than this from every known area, but whose swap does not, is swapped."""

FAR_DEG = 10.0
"""Systems are used somewhat beyond their published areas; further off, the numbers are not in that system."""

Box = tuple[float, float, float, float]


class Reference:
    """A file's coordinate reference system and the way from it to longitude and latitude on WGS 84.

    Raises
    ------
    BadInput
        When neither the file nor the caller names a system, or the name means nothing.
    """

    def __init__(self, declared: str | None, override: str | None, file_name: str) -> None:
        name = override or declared
        if name is None:
            raise BadInput(
                "The reference system is not known",
                f"{file_name} does not say where its numbers lie; name it, e.g. --crs EPSG:4490",
            )
        try:
            self.crs = CRS.from_user_input(name)
            self._transformer = (
                None
                if self.crs.equals(_WGS84, ignore_axis_order=True)
                else Transformer.from_crs(self.crs, _WGS84, always_xy=True)
            )
        except ProjError as error:  # also that there is no way from the system of another planet
            raise BadInput(
                "The reference system is not known", f"{name!r}; expected e.g. EPSG:4490"
            ) from error
        self._file_name = file_name

    def note(self) -> str | None:
        """Say, after `apply`, when positions are only roughly right: the datums have no published shift."""
        datum = (self.crs.geodetic_crs or self.crs).datum
        # PROJ has no shift for CGCS2000 either, but there it is a matter of centimetres.
        centimetres = datum is not None and "China" in datum.name and "2000" in datum.name
        if self._transformer is None or centimetres or "Ballpark" not in self._operation():
            return None
        return (
            f"no shift from {self.crs.name} to WGS 84 is published: positions may be off by some 100 m; "
            "convert the file to CGCS2000 first"
        )

    def _operation(self) -> str:
        assert self._transformer is not None
        if self._transformer.accuracy < 0 and "Ballpark" not in self._transformer.description:
            # Several may fit; which one did depends on the place.
            return self._transformer.get_last_used_operation().description
        return self._transformer.description

    def apply(self, features: Features) -> tuple[Features, list[RowError]]:
        """Bring features to longitude and latitude; those that land in no possible place are errors.

        Possible is on the Earth, and not more than 10° from the area that the reference system is made for.

        Raises
        ------
        BadInput
            When none lands in a possible place, with the likely reason.
        """
        features, errors = _finite(features)
        moved = features.geometry
        if self._transformer is not None:
            moved = shapely.transform(moved, self._to_wgs84)
        off = ~_on_earth(moved) & ~shapely.is_missing(moved) & ~shapely.is_empty(moved)
        if off.any() and off.sum() == (~shapely.is_missing(moved)).sum():
            raise self._all_off(features.geometry[off])
        errors += _misplaced(features.take(off), "expected longitude within ±180 and latitude within ±90")
        features, original = features.with_geometry(moved).take(~off), features.geometry[~off]
        far = self._far(features.geometry)
        if far.any() and far.sum() == (~shapely.is_missing(original)).sum():
            raise self._all_far(original[far][0], features.geometry[far][0])
        errors += _misplaced(
            features.with_geometry(original).take(far), f"lies far from where {self.crs.name} is used"
        )
        return features.take(~far), errors

    def _far(self, geometry: ObjectColumn) -> NDArray[np.bool_]:
        """Return which geometries in degrees (n,) the reference system is not made for."""
        area = self.crs.area_of_use
        # An area across the antimeridian has its west in the east.
        if area is None or area.west > area.east:
            return np.zeros(len(geometry), dtype=bool)
        west, south, east, north = shapely.bounds(geometry).T
        far: NDArray[np.bool_] = (
            (west > area.east + FAR_DEG)
            | (east < area.west - FAR_DEG)
            | (south > area.north + FAR_DEG)
            | (north < area.south - FAR_DEG)
        )
        return far

    def _all_far(self, original: shapely.Geometry, moved: shapely.Geometry) -> BadInput:
        area = self.crs.area_of_use
        assert area is not None
        return BadInput(
            "The coordinates do not fit their reference system",
            f"{self._file_name} has {_corner(original)}, in {self.crs.name} that is longitude and latitude "
            f"{_corner(moved)}; it is used from {area.west:g}, {area.south:g} to {area.east:g}, "
            f"{area.north:g}. Name the right one with --crs",
        )

    def _to_wgs84(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        assert self._transformer is not None
        return np.column_stack(self._transformer.transform(xy[:, 0], xy[:, 1]))

    def _all_off(self, geometry: ObjectColumn) -> BadInput:
        place = f"{self._file_name} has {_corner(geometry[0])}"
        if self._transformer is not None:
            return BadInput(
                "The coordinates do not fit their reference system", f"{place} in {self.crs.name}"
            )
        if _on_earth(_swapped(geometry)).all():
            return BadInput(
                "The coordinates look swapped", f"{place}; expected longitude before latitude, in degrees"
            )
        return BadInput(
            "The coordinates are no degrees", f"{place}; name their reference system, e.g. --crs EPSG:4547"
        )


def require_near(features: Features, known: Box, file_name: str) -> None:
    """Refuse a file that lies far from all known areas while the same file with lat and lon swapped does not.

    Raises
    ------
    BadInput
        With both places.
    """
    west, south, east, north = shapely.total_bounds(features.geometry)
    if np.isnan(west) or _meet((west, south, east, north), known):
        return
    if _meet((south, west, north, east), known):
        raise BadInput(
            "The coordinates look swapped",
            f"{file_name} lies at {west:.4f}, {south:.4f}, far from every known area; "
            f"{south:.4f}, {west:.4f} would lie among them (expected longitude before latitude)",
        )


def _finite(features: Features) -> tuple[Features, list[RowError]]:
    """Leave out what has a coordinate that is no number, or none that can be measured with."""
    xy, owner = shapely.get_coordinates(features.geometry, return_index=True)
    endless = np.zeros(len(features), dtype=bool)
    endless[owner[~np.isfinite(xy).all(axis=1)]] = True
    errors = [
        RowError(row, "geometry", None, "expected finite coordinates, has NaN or Infinity")
        for row in features.row[endless]
    ]
    return features.take(~endless), errors


def _misplaced(features: Features, message: str) -> list[RowError]:
    return [
        RowError(row, "geometry", _corner(geometry), message)
        for row, geometry in zip(features.row, features.geometry, strict=True)
    ]


def _meet(box: Box, known: Box) -> bool:
    west, south, east, north = known
    return (
        box[0] <= east + NEAR_DEG
        and box[2] >= west - NEAR_DEG
        and box[1] <= north + NEAR_DEG
        and box[3] >= south - NEAR_DEG
    )


def _on_earth(geometry: ObjectColumn) -> NDArray[np.bool_]:
    west, south, east, north = shapely.bounds(geometry).T
    # The bounds of a missing geometry are nan, and so not on it.
    inside: NDArray[np.bool_] = (west >= -180) & (east <= 180) & (south >= -90) & (north <= 90)
    return inside


def _swapped(geometry: ObjectColumn) -> ObjectColumn:
    return shapely.transform(geometry, lambda xy: xy[:, ::-1])


def _corner(geometry: shapely.Geometry) -> str:
    x, y = shapely.get_coordinates(geometry)[0]
    return f"{x:.10g}, {y:.10g}"
