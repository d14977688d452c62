"""From a file's reference system to EPSG:4326, and the usual mix-ups on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from gis_grid.kit.errors import BadInput, RowError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.grids.readers.features import Features
    from gis_grid.grids.rows import ObjectColumn

_WGS84 = CRS.from_epsg(4326)

NEAR_DEG = 1.0
"""A file that lies further than this from every known area, but whose swap does not, is swapped."""

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
        except CRSError as error:
            raise BadInput(
                "The reference system is not known", f"{name!r}; expected e.g. EPSG:4490"
            ) from error
        self._file_name = file_name
        self._transformer = (
            None
            if self.crs.equals(_WGS84, ignore_axis_order=True)
            else Transformer.from_crs(self.crs, _WGS84, always_xy=True)
        )

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
        """Bring features to longitude and latitude; those that do not land on the Earth are errors.

        Raises
        ------
        BadInput
            When none lands on the Earth, with the likely reason.
        """
        moved = features.geometry
        if self._transformer is not None:
            moved = shapely.transform(moved, self._to_wgs84)
        off = ~_on_earth(moved) & ~shapely.is_missing(moved) & ~shapely.is_empty(moved)
        if off.any() and off.sum() == (~shapely.is_missing(moved)).sum():
            raise self._all_off(features.geometry[off])
        errors = [
            RowError(
                row, "geometry", _corner(geometry), "expected longitude within ±180 and latitude within ±90"
            )
            for row, geometry in zip(features.row[off], features.geometry[off], strict=True)
        ]
        return features.with_geometry(moved).take(~off), errors

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
