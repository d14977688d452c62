"""One version of a grid's outline: a checked polygon and the time it is in force."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.core.errors import BadBoundary
from gis_grid.core.geometry.slabs import Slabs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

Area = shapely.Polygon | shapely.MultiPolygon

_PLACE: Final = re.compile(r"^(.*?)\[([-\d.eE+]+) ([-\d.eE+]+)\]$")


@dataclass(frozen=True, slots=True)
class Boundary:
    """A valid polygon or multipolygon in lon/lat, in force from `valid_from_ms` until before `valid_to_ms`.

    Make one with :meth:`of`, which checks, unless another has checked the area. ``None`` is an open end.
    """

    area: Area
    valid_from_ms: int | None = None
    valid_to_ms: int | None = None
    id: int | str | None = None
    _kept: list[tuple[Slabs, int]] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def slabs(self) -> Slabs:
        """Index that holds the area, made when first asked for and kept."""
        return self._indexed()[0]

    @property
    def number(self) -> int:
        """Which area of `slabs` this one is."""
        return self._indexed()[1]

    def _indexed(self) -> tuple[Slabs, int]:
        if not self._kept:
            index_together([self])
        return self._kept[0]

    def __reduce__(self) -> tuple[type[Boundary], tuple[object, ...]]:
        """Leave the index behind: it is made anew faster than it is sent to another process."""
        return Boundary, (self.area, self.valid_from_ms, self.valid_to_ms, self.id)

    @classmethod
    def of(
        cls,
        geometry: BaseGeometry,
        valid_from_ms: int | None = None,
        valid_to_ms: int | None = None,
        id: int | str | None = None,  # noqa: A002 - the name that features and rows use
    ) -> Boundary:
        """Check an outline.

        Parameters
        ----------
        geometry : shapely geometry
            Polygon or MultiPolygon, degrees WGS 84; heights are dropped.
        valid_from_ms, valid_to_ms : int, optional
            Half-open time in force, milliseconds since 1970 UTC.
        id : int or str, optional
            What the caller calls it.

        Returns
        -------
        Boundary

        Raises
        ------
        BadBoundary
            Wrong type, empty, not finite, off the globe (with a hint when lon and lat look swapped), over the
            antimeridian or wider than 180 degrees, crossing itself (says where), or a time in force that is
            empty.
        """
        area = _as_area(geometry)
        _check_extent(area)
        _check_rings(area)
        if valid_from_ms is not None and valid_to_ms is not None and valid_from_ms >= valid_to_ms:
            raise BadBoundary("the boundary's time in force is empty", where=id, field="valid")
        return cls(area, valid_from_ms, valid_to_ms, id)


def index_together(boundaries: Sequence[Boundary]) -> None:
    """Index many boundaries at once: ten times quicker than each for itself when it is first asked for."""
    if not boundaries:
        return
    slabs = Slabs.of([boundary.area for boundary in boundaries])
    for number, boundary in enumerate(boundaries):
        boundary._kept[:] = [(slabs, number)]


def _as_area(geometry: BaseGeometry) -> Area:
    """Polygon or multipolygon in two dimensions."""
    if not isinstance(geometry, Area):
        kind = getattr(geometry, "geom_type", type(geometry).__name__)
        message = f"a boundary is a Polygon or a MultiPolygon, not a {kind}"
        raise BadBoundary(message, field="geometry", value=kind)
    if geometry.is_empty:
        raise BadBoundary("the boundary is empty", field="geometry")
    flat = shapely.force_2d(geometry)
    assert isinstance(flat, Area)
    return flat


def _check_extent(area: Area) -> None:
    """Refuse coordinates that are not finite, off the globe, or on both sides of the antimeridian."""
    coordinates = shapely.get_coordinates(area)
    if not np.isfinite(coordinates).all():
        raise BadBoundary("the boundary has a coordinate that is not a number", field="coordinates")
    low, high = coordinates.min(axis=0), coordinates.max(axis=0)
    if low[1] < -90 or high[1] > 90:
        lat = high[1] if high[1] > 90 else low[1]
        # A grid is small: one with lon and lat swapped has no latitude that could be one.
        beyond = low[1] > 90 or high[1] < -90
        swapped = beyond and low[1] >= -180 and high[1] <= 180 and np.abs((low[0], high[0])).max() <= 90
        hint = "; lon and lat look swapped: GeoJSON wants [lon, lat]" if swapped else ""
        message = f"latitude {lat:g} of the boundary is not between -90 and 90 degrees{hint}"
        raise BadBoundary(message, field="lat", value=float(lat))
    if low[0] < -180 or high[0] > 180:
        lon = high[0] if high[0] > 180 else low[0]
        message = (
            f"longitude {lon:g} of the boundary is not between -180 and 180 degrees; "
            "degrees are wanted: is it in metres or over the antimeridian?"
        )
        raise BadBoundary(message, field="lon", value=float(lon))
    if high[0] - low[0] > 180:
        wide = float(high[0] - low[0])
        message = (
            f"the boundary goes from longitude {low[0]:g} to {high[0]:g}: it is wider than 180 degrees, "
            "or crosses the antimeridian; neither is supported"
        )
        raise BadBoundary(message, field="lon", value=wide)


def _check_rings(area: Area) -> None:
    """Refuse rings that cross, naming what is wrong and the place."""
    if shapely.is_valid(area):
        return
    reason = str(shapely.is_valid_reason(area))
    found = _PLACE.match(reason)
    if found is None:
        raise BadBoundary(f"the boundary is not valid: {reason}", field="geometry")
    what, lon, lat = found[1].strip(), float(found[2]), float(found[3])
    place = f"lon {lon:.7f}, lat {lat:.7f}"
    raise BadBoundary(f"the boundary is not valid: {what.lower()} at {place}", where=place, field="geometry")
