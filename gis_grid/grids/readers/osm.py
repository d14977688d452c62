"""OpenStreetMap files (`.osm.pbf`, `.osm`): buildings, roads, railways and water with their tags.

An extract cut out of a bigger map always has objects whose other half is missing. Those are listed, with
their id, and left out: nobody can mend them in the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np
import osmium
import shapely
from osmium.filter import KeyFilter
from osmium.osm import Area, Relation, Way

from gis_grid.grids.readers.features import Features
from gis_grid.grids.readers.gdal import BATCH_ROWS
from gis_grid.kit.errors import BadInput, RowError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCE = "osm"
"""All extracts are one source: an object that two of them hold is stored once."""

COLUMNS = {
    "buildings": (
        "name", "building", "building:levels", "height",
        "amenity", "shop", "office", "leisure", "tourism", "healthcare", "public_transport",
    ),
    "roads": ("name", "highway", "railway", "tunnel"),
    "water": ("name",),
}  # fmt: skip
"""Tags that are kept, by layer: the columns of its features."""

_ROAD_KEYS = ("highway", "railway")
_AREA_KEYS = ("building", "natural", "waterway")


@dataclass
class OsmReader:
    """Reads one file once; `broken` is complete when the batches are."""

    path: Path
    broken: list[RowError] = field(default_factory=list)
    _factory: osmium.geom.WKBFactory = field(default_factory=osmium.geom.WKBFactory)

    def batches(self) -> Iterator[tuple[str, Features]]:
        """Yield (layer, features) in EPSG:4326, objects in the order of the file.

        Raises
        ------
        BadInput
            When it is no OpenStreetMap file, or breaks off.
        """
        pending = {layer: _Pending(names) for layer, names in COLUMNS.items()}
        try:
            for layer, ref, wkb, tags in self._objects():
                pending[layer].add(ref, wkb, tags)
                if len(pending[layer]) == BATCH_ROWS:
                    yield layer, pending[layer].flush()
        except RuntimeError as error:
            raise BadInput("This is not an OpenStreetMap file", f"{self.path.name}: {error}") from error
        for layer, left in pending.items():
            if len(left):
                yield layer, left.flush()

    def _objects(self) -> Iterator[tuple[str, str, str, dict[str, str]]]:
        unfinished: dict[str, tuple[str, str]] = {}
        objects = (
            osmium.FileProcessor(str(self.path))
            .with_locations()
            .with_areas(KeyFilter(*_AREA_KEYS))
            .with_filter(KeyFilter(*_AREA_KEYS, *_ROAD_KEYS))
        )
        for thing in objects:
            tags = dict(thing.tags)
            layer = _area_layer(tags)
            if isinstance(thing, Area):
                ref = f"{'way' if thing.from_way() else 'relation'}/{thing.orig_id()}"
                unfinished.pop(ref, None)
                if layer is not None:
                    yield layer, ref, self._factory.create_multipolygon(thing), tags
            elif isinstance(thing, Way) and layer is None and not tags.keys().isdisjoint(_ROAD_KEYS):
                yield from self._road(thing, tags)
            elif layer is not None and _is_outline(thing, tags):
                # Taken out again when its area comes; what is left at the end never became one.
                unfinished[_ref(thing)] = _main_tag(tags)
        self.broken.extend(
            RowError(ref, *tag, "its outline does not close, crosses itself, or lies partly outside the file")
            for ref, tag in unfinished.items()
        )

    def _road(self, way: Way, tags: dict[str, str]) -> Iterator[tuple[str, str, str, dict[str, str]]]:
        if sum(node.location.valid() for node in way.nodes) < max(2, len(way.nodes)):
            self.broken.append(RowError(_ref(way), *_main_tag(tags), "a part of it lies outside the file"))
            return
        try:
            yield "roads", _ref(way), self._factory.create_linestring(way), tags
        except RuntimeError as error:
            self.broken.append(RowError(_ref(way), *_main_tag(tags), f"is no line: {error}"))


class _Pending:
    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._refs: list[str] = []
        self._wkb: list[str] = []
        self._tags: list[dict[str, str]] = []

    def __len__(self) -> int:
        return len(self._refs)

    def add(self, ref: str, wkb: str, tags: dict[str, str]) -> None:
        self._refs.append(ref)
        self._wkb.append(wkb)
        self._tags.append(tags)

    def flush(self) -> Features:
        columns = {name: _column([tags.get(name) for tags in self._tags]) for name in self._names}
        features = Features(_column(self._refs), _single(shapely.from_wkb(_column(self._wkb))), columns)
        self._refs, self._wkb, self._tags = [], [], []
        return features


def _column(values: list[Any]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _single(geometry: Any) -> Any:
    """Unpack multipolygons of one part: a plain building is a polygon."""
    plain = (shapely.get_type_id(geometry) == shapely.GeometryType.MULTIPOLYGON) & (
        shapely.get_num_geometries(geometry) == 1
    )
    geometry[plain] = shapely.get_geometry(geometry[plain], 0)
    return geometry


def _area_layer(tags: dict[str, str]) -> str | None:
    if _is_building(tags):
        return "buildings"
    return "water" if _is_water(tags) else None


def _is_outline(thing: object, tags: dict[str, str]) -> TypeGuard[Way | Relation]:
    return isinstance(thing, Way) or (isinstance(thing, Relation) and tags.get("type") == "multipolygon")


def _ref(thing: Way | Relation) -> str:
    return f"{'way' if isinstance(thing, Way) else 'relation'}/{thing.id}"


def _is_building(tags: dict[str, str]) -> bool:
    return tags.get("building", "no") != "no"


def _is_water(tags: dict[str, str]) -> bool:
    return tags.get("natural") == "water" or tags.get("waterway") == "riverbank"


def _main_tag(tags: dict[str, str]) -> tuple[str, str]:
    return next((key, tags[key]) for key in (*_AREA_KEYS, *_ROAD_KEYS) if key in tags)
