"""Trips of kepler.gl: GeoJSON lines of [lon, lat, altitude, unix seconds], which it plays back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.ogc.export.runs import runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis_grid.ogc.export.runs import Run
    from gis_grid.ogc.export.source import Source


def blocks(source: Source) -> Iterator[bytes]:
    """Yield the document, a run at a time; one that was cut off lacks its end."""
    yield b'{"type":"FeatureCollection","features":['
    opening = "\n"
    for run in runs(source):
        if len(run.t_ms) > 1:  # a line has two ends
            yield (opening + json.dumps(_trip(run), ensure_ascii=False, allow_nan=False)).encode()
            opening = ",\n"
    yield b"\n]}\n"


def _trip(run: Run) -> dict[str, object]:
    # kepler.gl wants a number: an unknown height is the ground's.
    columns = (run.lon.round(7), run.lat.round(7), np.nan_to_num(run.altitude_m), run.t_ms / 1000)
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": np.column_stack(columns).tolist()},
        "properties": {"name": run.name, **run.properties},
    }
