"""Moving points of MF-JSON (OGC 19-045r3): positions with parallel times, in one run or several.

What the file says about the way between two positions is kept. ``Linear``, which goes without saying,
``Quadratic`` and ``Cubic`` say that the point went from each to the next. ``Discrete`` says that nothing is
known between them, ``Step`` that it jumped, and a curve named by its address says nothing to us: each such
position is a recording of its own, so the time between two is unknown and never counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gis_grid.tracks.decoders.crs import require_degrees
from gis_grid.tracks.decoders.names import find_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_JOINED: Final = frozenset(("linear", "quadratic", "cubic"))
_COLLECTION: Final = "MovingGeometryCollection"
MOVING: Final = ("MovingPoint", _COLLECTION)

# UCUM or UN/CEFACT codes of the units that readings are stored in.
_UNITS: Final = {
    "accuracy_m": frozenset(("m", "MTR")),
    "altitude_m": frozenset(("m", "MTR")),
    "speed_mps": frozenset(("m/s", "MTS")),
    "heading_deg": frozenset(("deg", "DD")),
}


@dataclass(frozen=True, slots=True)
class Run:
    """Positions in the order of their times.

    Attributes
    ----------
    parallel : dict
        What belongs to each position, a list of the same length each: ``t``, perhaps ``accuracy_m``, ...
    apart : bool
        Nothing is known between two positions.
    """

    coordinates: object
    parallel: dict[str, object]
    apart: bool


def runs_of(feature: Mapping[str, Any]) -> Iterator[Run | str]:
    """Yield the runs of a feature's temporal geometry; a text says what stands there instead of one.

    Raises
    ------
    BadTrack
        When it is in another reference system than longitude and latitude.
    """
    _check_crs(feature)
    readings = feature.get("temporalProperties")
    for moving in _geometries(feature.get("temporalGeometry")):
        if not isinstance(moving, dict) or moving.get("type") != "MovingPoint":
            yield str(moving.get("type") if isinstance(moving, dict) else moving)[:80]
            continue
        _check_crs(moving)
        apart = str(moving.get("interpolation") or "Linear").lower() not in _JOINED
        sequences = moving.get("sequences")  # as MobilityDB writes a point that is lost at times
        for part in sequences if isinstance(sequences, list) else [moving]:
            if not isinstance(part, dict):
                yield str(part)[:80]
                continue
            times = part.get("datetimes")
            parallel = {"t": times, **_readings(readings, times)}
            yield Run(part.get("coordinates"), parallel, apart)


def _geometries(geometry: object) -> Iterator[object]:
    """Yield the geometry, or the members of a collection."""
    if isinstance(geometry, dict) and geometry.get("type") == _COLLECTION:
        members = geometry.get("prisms")
        yield from members if isinstance(members, list) else [geometry]
    else:
        yield geometry


def _check_crs(thing: Mapping[str, Any]) -> None:
    name = crs_name(thing.get("crs"))
    if name is not None:
        require_degrees(name)


def crs_name(crs: object) -> object:
    """Return the name in a ``crs`` member; None when there is none."""
    inner = crs.get("properties") if isinstance(crs, dict) else None
    if not isinstance(inner, dict):
        return None
    return inner.get("name", inner.get("href"))


def _readings(properties: object, times: object) -> dict[str, object]:
    """Find what was measured at the very times of the positions, in the units that are stored."""
    found: dict[str, object] = {}
    for group in properties if isinstance(properties, list) else []:
        if isinstance(group, dict) and group.get("datetimes") == times:
            for field, name in find_fields(group).items():
                measured = group[name]
                if field in _UNITS and isinstance(measured, dict) and _in_our_unit(field, measured):
                    found[field] = measured.get("values")
    return found


def _in_our_unit(field: str, measured: Mapping[str, Any]) -> bool:
    unit = measured.get("form", measured.get("uom"))
    return unit is None or unit in _UNITS[field]
