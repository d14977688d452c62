"""Tracks as runs of timed positions: what formats of tracks hold, and features are not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import shapely

from gis_grid.kit.features import Kind, Shape
from gis_grid.ogc.export.source import GEOMETRY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from gis_grid.ogc.export.source import Source

_MAX_GAP_MS: Final = 300_000
"""Between fixes further apart time is unknown (docs/glossary.md): a line over it would be made up."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Positions of one worker in order of time, one a moment.

    Attributes
    ----------
    properties : mapping
        JSON values of the whole run; the worker's code is among them.
    t_ms : array of int64, shape (n,)
        Epoch milliseconds.
    lon, lat : arrays of float64, shape (n,)
        Degrees.
    altitude_m : array of float64, shape (n,)
        nan = unknown.
    measured : mapping
        Other numbers of each position by the name of their property; nan = unknown.
    """

    properties: Mapping[str, Any]
    t_ms: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    altitude_m: NDArray[np.float64]
    measured: Mapping[str, NDArray[np.float64]]

    @property
    def name(self) -> str:
        """What people call it: who, what and when."""
        words = (self.properties.get("worker"), self.properties.get("class"), iso(int(self.t_ms[0])))
        return " ".join(str(word) for word in words if word)


def runs(source: Source) -> Iterator[Run]:
    """Yield the runs of a collection of tracks: of fixes those without a gap, of lines each one."""
    if source.collection.shape is Shape.LINE:
        for batch in source.batches():
            yield from _of_lines(source, batch)
        return
    waiting: pa.Table | None = None
    for batch in source.batches():
        more = pa.Table.from_batches([batch])
        *whole, waiting = _parts(more if waiting is None else pa.concat_tables([waiting, more]))
        for part in whole:
            yield _of_fixes(source, part)
    if waiting is not None:
        yield _of_fixes(source, waiting)


def iso(t_ms: int) -> str:
    """Write a moment as ISO 8601 with its offset."""
    return datetime.fromtimestamp(t_ms / 1000, UTC).isoformat(timespec="milliseconds")


def moments(run: Run) -> list[str]:
    """Return the times of a run as ISO 8601 with their offset."""
    return [iso(one) for one in run.t_ms.tolist()]


def _parts(fixes: pa.Table) -> list[pa.Table]:
    """Cut where too much time is between two fixes; the last part may go on."""
    cuts = np.flatnonzero(np.diff(_millis(fixes)) > _MAX_GAP_MS) + 1
    edges = [0, *cuts.tolist(), fixes.num_rows]
    return [fixes.slice(start, end - start) for start, end in pairwise(edges)]


def _of_fixes(source: Source, fixes: pa.Table) -> Run:
    t_ms = _millis(fixes)
    # Of several fixes of one moment the first: nobody is in two places.
    kept = np.concatenate(([True], np.diff(t_ms) > 0))
    places = shapely.from_wkb(fixes[GEOMETRY].to_numpy())[kept]
    numbers = {
        one.name: fixes[one.name].to_numpy().astype(np.float64)[kept]
        for one in source.properties
        if one.kind is Kind.NUMBER
    }
    altitude_m = numbers.pop("altitude_m", np.full(len(places), np.nan))
    properties = {"worker": fixes["worker"][0].as_py()}
    return Run(properties, t_ms[kept], shapely.get_x(places), shapely.get_y(places), altitude_m, numbers)


def _of_lines(source: Source, batch: pa.RecordBatch) -> Iterator[Run]:
    """Yield lines whose measures are seconds since 1970."""
    names = [one.name for one in source.properties]
    shapes = shapely.from_wkb(batch[GEOMETRY].to_numpy(zero_copy_only=False))
    for row, shape in zip(batch.select(names).to_pylist(), shapes, strict=True):
        lon, lat, seconds = shapely.get_coordinates(shape, include_m=True).T
        t_ms = np.rint(seconds * 1000).astype(np.int64)
        properties = {name: _json(value) for name, value in row.items()}
        yield Run(properties, t_ms, lon, lat, np.full(len(lon), np.nan), {})


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _millis(fixes: pa.Table) -> NDArray[np.int64]:
    found: NDArray[np.int64] = fixes["time"].to_numpy().astype("datetime64[ms]").astype(np.int64)
    return found
