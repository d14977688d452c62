"""Rows of roads and of water."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gis_grid.grids.mapping import shapes
from gis_grid.grids.mapping.columns import (
    ColumnNames,
    code_errors,
    empty,
    errors_at,
    find,
    references,
    texts,
)
from gis_grid.grids.rows import RoadRows, WaterRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.grids.readers.features import Features
    from gis_grid.kit.errors import RowError

_MAIN = ("motorway", "trunk", "primary", "secondary", "tertiary")
_LANE = ("residential", "unclassified", "living_street", "service", "road", "busway")
_PATH = ("pedestrian", "footway", "path", "steps", "cycleway", "track", "bridleway", "corridor", "trail")
_RAIL = ("rail", "light_rail", "narrow_gauge", "tram", "subway", "monorail")

ROAD_CLASS = {
    **{name: "main" for kind in _MAIN for name in (kind, f"{kind}_link")},
    **dict.fromkeys(_LANE, "lane"),
    **dict.fromkeys(_PATH, "path"),
    **{name: name for name in ("main", "lane", "path", "rail")},
}
"""OpenStreetMap's ``highway``, and our own four classes as they are."""

NO_ROAD = frozenset(
    {"proposed", "construction", "planned", "razed", "abandoned", "disused", "platform", "elevator",
     "raceway", "rest_area", "services", "bus_stop", "crossing", "emergency_bay", "via_ferrata", "no"}
)  # fmt: skip
"""Values of ``highway`` for what nobody can walk along, or not yet, or no more."""


class RoadMapping:
    """Roads: the class from a column ``class`` or OpenStreetMap's ``highway`` and ``railway``, else lane.

    What is no road (only planned, a platform, a railway underground) is left aside.
    """

    def __init__(self, available: Sequence[str], names: ColumnNames) -> None:
        self._id = find(available, "id", names.id)
        self._name = find(available, "name", names.name)
        self._class = find(available, "class", names.kind)
        self._railway = find(available, "railway")
        self._tunnel = find(available, "tunnel")
        self._aside = 0
        columns = (self._id, self._name, self._class, self._railway, self._tunnel)
        self.columns = tuple(dict.fromkeys(name for name in columns if name is not None))

    def rows(self, features: Features) -> tuple[RoadRows, list[RowError]]:
        """Return the sound rows and what is wrong with the others."""
        values = texts(features, self._class)
        classes = np.array([ROAD_CLASS.get(value or "") for value in values], dtype=object)
        if self._class is None:
            classes[:] = "lane"
        rails = np.array([value in _RAIL for value in texts(features, self._railway)], dtype=bool)
        tunnel = texts(features, self._tunnel)
        underground = rails & ~empty(tunnel) & (tunnel != "no")
        classes[rails] = "rail"
        none = np.array([value in NO_ROAD for value in values], dtype=bool)
        if self._railway is not None:
            none |= empty(values)
        aside = underground | (none & ~rails)
        self._aside += int(aside.sum())
        features, classes = features.take(~aside), classes[~aside]
        good, errors = shapes.check(features, shapes.LINES)
        unknown = empty(classes)
        errors += errors_at(
            features, unknown, self._class, "expected main, lane, path, rail or a road of OpenStreetMap"
        )
        refs, names = references(features, self._id), texts(features, self._name)
        bad_ids, faults = code_errors(features, refs, self._id)
        good &= ~unknown & ~bad_ids
        errors += faults
        return RoadRows(refs[good], classes[good], names[good], features.geometry[good]), errors

    def notes(self) -> list[str]:
        """Say what was left aside in the rows so far."""
        if self._aside == 0:
            return []
        return [
            f"{self._aside:,} ways that are no road (planned, platforms, tunnels of railways) were left aside"
        ]


class WaterMapping:
    """Water: polygons, or lines of rivers."""

    def __init__(self, available: Sequence[str], names: ColumnNames) -> None:
        self._id = find(available, "id", names.id)
        self._name = find(available, "name", names.name)
        self.columns = tuple(name for name in (self._id, self._name) if name is not None)

    def rows(self, features: Features) -> tuple[WaterRows, list[RowError]]:
        """Return the sound rows and what is wrong with the others."""
        good, errors = shapes.check(features, (*shapes.POLYGONS, *shapes.LINES))
        refs = references(features, self._id)
        bad_ids, faults = code_errors(features, refs, self._id)
        good &= ~bad_ids
        errors += faults
        return WaterRows(refs[good], texts(features, self._name)[good], features.geometry[good]), errors

    def notes(self) -> list[str]:
        """Nothing is taken for granted."""
        return []
