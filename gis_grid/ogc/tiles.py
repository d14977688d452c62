"""Layers of vector tiles: which collections are drawn, from which zoom on, and what a feature tells there."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from gis_grid.accounts.roles import Permission
from gis_grid.grids import collections as grids
from gis_grid.grids.service.grids import HOUSEHOLDS_FEW, HOUSEHOLDS_MANY
from gis_grid.incidents import collections as incidents
from gis_grid.incidents.rows import Kind as What
from gis_grid.kit.features import Interval, Kind, Property, Told
from gis_grid.kit.tiles import MAX_ZOOM
from gis_grid.ogc import store
from gis_grid.reports import collections as reports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from gis_grid.kit.features import Collection, Reading
    from gis_grid.kit.tiles import Place


@dataclass(frozen=True, slots=True)
class Layer:
    """A collection as a layer of tiles: one function of the database draws it (`tiles/functions`).

    Attributes
    ----------
    first_zoom : int
        From which on anything of it is drawn.
    near_zoom : int
        From which on its features are drawn; before, each community is a point with how many it has.
    counted : tuple of Property
        What such a point tells beside code, name and count.
    left_out : tuple of str
        Properties of its items that no drawing needs.
    function : str
        What draws it.
    values : callable
        Returns what the function is given of when its features are to be, beside the place and the areas.
    timed : bool
        Whether its tiles can be asked for by time.
    """

    collection: Collection
    first_zoom: int
    near_zoom: int
    function: str
    counted: tuple[Property, ...] = ()
    left_out: tuple[str, ...] = ()
    values: Callable[[Interval | None, datetime], Mapping[str, Any]] = lambda _, __: {}
    timed: bool = False

    @property
    def name(self) -> str:
        """Its name in a tile and in addresses."""
        return self.collection.id

    @property
    def far(self) -> str | None:
        """The name of the layer of points that stands in for it further out."""
        return None if self.first_zoom == self.near_zoom else f"{self.name}_by_community"

    @property
    def properties(self) -> tuple[Property, ...]:
        """What a feature tells in a tile: the same as among its items."""
        return tuple(one for one in self.collection.properties if one.name not in self.left_out)

    @property
    def properties_far(self) -> tuple[Property, ...]:
        """What a community's point tells."""
        return (*_OF_A_COMMUNITY, *self.counted)


_OF_A_COMMUNITY: Final = (
    Property("code", Kind.STRING, Told("社区编码", "Code of the community")),
    Property("name", Kind.STRING, Told("社区", "Its name")),
    Property("count", Kind.INTEGER, Told("数量", "How many it has")),
)
_HOUSEHOLDS: Final = Property("households", Kind.INTEGER, Told("户数", "How many households they have"))
_OPEN: Final = Property("open", Kind.INTEGER, Told("未办结", "How many of them are open"))
_OF_A_SOURCE: Final = ("source", "source_ref")
_BAND: Final = {"few": HOUSEHOLDS_FEW, "many": HOUSEHOLDS_MANY}


def _during(interval: Interval | None) -> dict[str, Any]:
    return {"first": interval and interval.start, "last": interval and interval.end}


def _grids(interval: Interval | None, now: datetime) -> Mapping[str, Any]:
    return {**_during(interval or Interval(now, now)), **_BAND}


def _boundaries(interval: Interval | None, _: datetime) -> Mapping[str, Any]:
    return {**_during(interval), **_BAND}


def _incidents(layer: str, kind: What) -> Callable[[Interval | None, datetime], Mapping[str, Any]]:
    def values(interval: Interval | None, now: datetime) -> Mapping[str, Any]:
        return {**_during(interval), "layer": layer, "wanted": kind.value, "now": now}

    return values


_LAYERS: Final = (
    Layer(grids.AREAS, 0, 0, "areas"),
    Layer(grids.GRIDS, 0, 9, "grids", values=_grids, timed=True),
    Layer(grids.BOUNDARIES, 0, 9, "boundaries", values=_boundaries, timed=True),
    Layer(grids.BUILDINGS, 0, 12, "buildings", counted=(_HOUSEHOLDS,), left_out=_OF_A_SOURCE),
    Layer(grids.ROADS, 8, 8, "roads", left_out=_OF_A_SOURCE),
    Layer(grids.WATER, 6, 6, "water", left_out=_OF_A_SOURCE),
    Layer(
        *(incidents.INCIDENTS, 0, 12, "incidents"),
        counted=(_OPEN,),
        values=_incidents("incidents", What.INCIDENT),
        timed=True,
    ),
    Layer(
        *(incidents.HAZARDS, 0, 12, "incidents"),
        counted=(_OPEN,),
        values=_incidents("hazards", What.HAZARD),
        timed=True,
    ),
)

LAYERS: Final[Mapping[str, Layer]] = MappingProxyType({one.name: one for one in _LAYERS})

ON_THE_MAP: Final = tuple(one for one in _LAYERS if one.collection.permission == Permission.SEE_MAP)
"""What one tile may hold together."""

_CELLS: Final = tuple(
    Layer(one, zoom, zoom, "cells", left_out=("first_day", "last_day"), timed=False)
    for one, zoom in ((reports.HEAT_CELLS, 8), (reports.VISIT_CELLS, 11))
)

DESCRIBED: Final[Mapping[str, Layer]] = MappingProxyType({one.name: one for one in (*_LAYERS, *_CELLS)})
"""All that there are tiles of: those of cells have parameters, and routes, of their own."""

LAST_ZOOM: Final = min(18, MAX_ZOOM)
"""Maps magnify the tiles of this zoom instead of asking for more: they tell a tenth of a metre."""


def tile(reading: Reading, layers: Iterable[Layer], place: Place) -> bytes:
    """Return a Mapbox Vector Tile of some layers; empty bytes when nothing is in it.

    Parameters
    ----------
    place
        Zoom, row and column, within the matrix.
    """
    calls = [(one.function, one.values(reading.interval, reading.now)) for one in layers]
    return store.tile(reading.conn, place, reading.areas, calls)
