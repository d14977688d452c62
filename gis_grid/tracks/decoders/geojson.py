"""GeoJSON tracks: points that each have a time, or lines with parallel times (and accuracies, speeds, ...).

MF-JSON is GeoJSON with moving points: its Trajectory is a line with ``properties.datetimes``; what moves
otherwise is read by ``mf_json``. A line without a time for each of its points is refused: nobody can say when
it was walked.
"""

from __future__ import annotations

import re
import reprlib
from typing import TYPE_CHECKING, Any, Final

import ijson

from gis_grid.core.errors import BadTrack
from gis_grid.tracks.decoders.block import RowProblem
from gis_grid.tracks.decoders.crs import require_degrees
from gis_grid.tracks.decoders.mf_json import MOVING, crs_name, runs_of
from gis_grid.tracks.decoders.names import NUMBERS, find_fields, known_names
from gis_grid.tracks.decoders.nesting import shallow
from gis_grid.tracks.decoders.rows import Rows
from gis_grid.tracks.decoders.text import as_utf8

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from gis_grid.tracks.decoders.block import TrackBlock

_FIELDS: Final = ("t", *NUMBERS, "mock", "worker", "segment")
_READINGS: Final = ("accuracy_m", "speed_mps", "heading_deg", "altitude_m", "mock")
_COLUMNS: Final = {field: index for index, field in enumerate(_FIELDS)}
_BLOCK_POINTS: Final = 65_536
_FEATURES: Final = re.compile(rb'"features"\s*:\s*\[')
_CRS: Final = re.compile(rb'"crs"\s*:\s*\{[^{}]*"properties"\s*:\s*\{[^{}]*"(?:name|href)"\s*:\s*"([^"]*)"')
_PEEK: Final = 65_536
_MOST_FEATURE_BYTES: Final = 32 << 20
_MOST_KNOWN: Final = 1000

Cells = list[str]


def decode_geojson(chunks: Iterable[bytes], zone: dt.tzinfo) -> Iterator[TrackBlock]:
    """Decode a GeoJSON or MF-JSON file. See :func:`~gis_grid.tracks.decoders.decode`."""
    points = _Points()
    try:
        for feature in _features(chunks):
            for _ in points.add(feature):
                if len(points) >= _BLOCK_POINTS:
                    yield points.take(zone)
    except ijson.JSONError as error:
        raise BadTrack(f"the file is not whole JSON: {' '.join(str(error).split())[:200]}") from error
    if len(points):
        yield points.take(zone)


def _features(chunks: Iterable[bytes]) -> Iterator[Any]:
    """Features of a collection one by one; a single feature or geometry as one."""
    reader = _Reader(shallow(as_utf8(chunks)))
    head = reader.peek(_PEEK)
    begin = _FEATURES.search(head)
    if begin is not None:
        crs = _CRS.search(head, 0, begin.start())
        if crs is not None:
            require_degrees(crs[1].decode(errors="replace"))
        for feature in ijson.items(reader, "features.item", use_float=True):
            reader.since = 0
            yield feature
        return
    for thing in ijson.items(reader, "", use_float=True):
        if not isinstance(thing, dict) or "type" not in thing:
            raise BadTrack("the file is JSON, but not GeoJSON")
        if thing["type"] == "Feature":
            name = crs_name(thing.get("crs"))
            if name is not None:
                require_degrees(name)
            yield thing
        elif thing["type"] in MOVING:
            yield {"type": "Feature", "temporalGeometry": thing, "properties": {}}
        else:
            yield {"type": "Feature", "geometry": thing, "properties": {}}


class _Reader:
    """Pieces of bytes as a file that can be read.

    Attributes
    ----------
    since : int
        Bytes since the last feature: one is built in memory whole, so it may not be of any size.
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.since = 0
        self._chunks = iter(chunks)
        self._pending = b""
        self._done = 0

    def peek(self, size: int) -> bytes:
        """First bytes, still to be read."""
        while len(self._pending) - self._done < size:
            chunk = next(self._chunks, b"")
            if not chunk:
                break
            self._pending, self._done = self._pending[self._done :] + chunk, 0
        return self._pending[self._done : self._done + size]

    def read(self, size: int = -1) -> bytes:
        """Next bytes; all that are left when no size is given."""
        if size < 0:
            rest = self._pending[self._done :] + b"".join(self._chunks)
            self._pending, self._done = b"", 0
            return rest
        piece = self.peek(size)
        self._done += len(piece)
        self.since += len(piece)
        if self.since > _MOST_FEATURE_BYTES:
            most = f"{_MOST_FEATURE_BYTES >> 20} MiB"
            raise BadTrack(f"a feature is longer than {most}: write a long track as several features")
        return piece


class _Points:
    """Points of some features as cells of text."""

    def __init__(self) -> None:
        self._cells: list[tuple[int, Cells]] = []
        self._problems: list[RowProblem] = []
        self._row = 0
        self._segment = 0
        self._timed = False
        self._untimed = False
        self._known_names: dict[tuple[str, ...], dict[str, str]] = {}

    def __len__(self) -> int:
        return len(self._cells) + len(self._problems)

    def add(self, feature: object) -> Iterator[None]:
        """Add the points of one feature; whenever this yields, a block may be taken."""
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        properties = (feature.get("properties") or {}) if isinstance(feature, dict) else {}
        if not isinstance(properties, dict):
            self._refuse("properties", _text(properties)[:80], "an object with names and values")
        elif isinstance(feature, dict) and "temporalGeometry" in feature:
            yield from self._add_moving(feature, properties)
        elif isinstance(geometry, dict):
            yield from self._add_geometry(geometry, properties)
        else:
            self._refuse("geometry", None, "a Feature with a geometry")
        yield

    def _add_geometry(self, geometry: Mapping[str, Any], properties: Mapping[str, Any]) -> Iterator[None]:
        kind, coordinates = geometry.get("type"), geometry.get("coordinates")
        if kind == "Point":
            self._add_point(coordinates, properties)
        elif kind in ("LineString", "MultiPoint"):
            yield from self._add_line(coordinates, _parallel(properties), properties)
        elif kind == "MultiLineString":
            yield from self._add_lines(coordinates, properties)
        else:
            self._refuse("geometry", _text(kind)[:80], "a Point, or a LineString with times")

    def _add_moving(self, feature: Mapping[str, Any], properties: Mapping[str, Any]) -> Iterator[None]:
        """Add the runs of a moving point."""
        for run in runs_of(feature):
            if isinstance(run, str):
                self._refuse("temporalGeometry", run, "a MovingPoint")
            else:
                yield from self._add_line(run.coordinates, run.parallel, properties, apart=run.apart)

    def take(self, zone: dt.tzinfo) -> TrackBlock:
        """Points since the last call as a block; a file in which nothing has a time is refused as a whole."""
        if not self._timed and self._untimed:
            message = (
                "the GeoJSON file has no times: points need a time property "
                f"({known_names('t')}), lines need coordinateProperties.times, one for each point"
            )
            raise BadTrack(message, field="t")
        block = Rows(_COLUMNS, len(_FIELDS), zone).read(self._cells, self._problems)
        self._cells, self._problems = [], []
        return block

    def _add_point(self, position: object, properties: Mapping[str, Any]) -> None:
        """Add a point with its own time; points of all features are one recording."""
        names = self._names(properties)
        self._timed = self._timed or "t" in names
        self._untimed = self._untimed or "t" not in names
        cells = ["" if name is None else _text(properties[name]) for name in map(names.get, _FIELDS)]
        cells[_COLUMNS["segment"]] = "0"
        self._put(position, cells)

    def _names(self, properties: Mapping[str, Any]) -> dict[str, str]:
        """Name of each field among a feature's properties; features of one file are mostly alike."""
        keys = tuple(properties)
        if keys not in self._known_names:
            if len(self._known_names) >= _MOST_KNOWN:
                self._known_names.clear()
            self._known_names[keys] = find_fields(keys)
        return self._known_names[keys]

    def _add_line(
        self,
        coordinates: object,
        parallel: Mapping[str, object],
        properties: Mapping[str, Any],
        *,
        apart: bool = False,
    ) -> Iterator[None]:
        """Add a line with parallel times and perhaps accuracies; each line is a recording of its own.

        Where its points stand `apart`, each of them is.
        """
        self._timed = self._timed or parallel["t"] is not None
        self._untimed = self._untimed or parallel["t"] is None
        positions = coordinates if isinstance(coordinates, list) else []
        columns: dict[str, list[object]] = {}
        for field, values in parallel.items():
            if not isinstance(values, list) or len(values) != len(positions):
                what, one = ("times", "time") if field == "t" else (field, "value")
                given = f"{len(values)} {what}" if isinstance(values, list) else f"no {what}"
                self._refuse(what, given, f"one {one} for each of the line's {len(positions)} points")
                return
            columns[field] = values
        cells = [""] * len(_FIELDS)
        worker = self._names(properties).get("worker")
        cells[_COLUMNS["worker"]] = "" if worker is None else _text(properties[worker])
        for index, (position, *values) in enumerate(zip(positions, *columns.values(), strict=True)):
            self._segment += apart or not index
            row = cells.copy()
            row[_COLUMNS["segment"]] = str(self._segment)
            for field, value in zip(columns, values, strict=True):
                row[_COLUMNS[field]] = _text(value)
            self._put(position, row)
            if index % _BLOCK_POINTS == 0:
                yield

    def _add_lines(self, coordinates: object, properties: Mapping[str, Any]) -> Iterator[None]:
        """Add the lines of a MultiLineString, whose times are a list for each line."""
        lines = coordinates if isinstance(coordinates, list) else []
        nested = {
            field: values if isinstance(values, list) and len(values) == len(lines) else [None] * len(lines)
            for field, values in _parallel(properties).items()
        }
        for line, *its_values in zip(lines, *nested.values(), strict=True):
            yield from self._add_line(line, dict(zip(nested, its_values, strict=True)), properties)

    def _put(self, position: object, cells: Cells) -> None:
        """Put one position into the columns."""
        if not isinstance(position, list) or len(position) < 2:
            self._refuse("coordinates", _text(position)[:80], "[lon, lat]")
            return
        self._row += 1
        cells[_COLUMNS["lon"]], cells[_COLUMNS["lat"]] = _text(position[0]), _text(position[1])
        if len(position) > 2:
            cells[_COLUMNS["altitude_m"]] = _text(position[2])
        self._cells.append((self._row, cells))

    def _refuse(self, field: str, value: str | None, expected: str) -> None:
        """Leave out a feature or a point."""
        self._row += 1
        self._problems.append(RowProblem(self._row, field, value, expected))


def _times(properties: Mapping[str, Any]) -> object:
    """Find the times of a line's points; older tools say ``coordTimes``, MF-JSON ``datetimes``."""
    inner = properties.get("coordinateProperties")
    for table in (inner if isinstance(inner, dict) else {}, properties):
        for name in ("times", "coordTimes", "datetimes"):
            if name in table:
                return table[name]
    return None


def _parallel(properties: Mapping[str, Any]) -> dict[str, object]:
    """Find what is said of a line's points one by one: their times, and perhaps ``accuracy_m`` and others."""
    inner = properties.get("coordinateProperties")
    values: dict[str, object] = {"t": _times(properties)}
    if isinstance(inner, dict):
        values |= {field: inner[name] for field, name in find_fields(inner).items() if field in _READINGS}
    return values


def _text(value: object) -> str:
    """Write a JSON value as the text of a cell; of lists and objects, which may be deep, the beginning."""
    if isinstance(value, list | dict):
        return reprlib.repr(value)
    return "" if value is None else str(value)
