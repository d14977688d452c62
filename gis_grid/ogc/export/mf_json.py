"""OGC Moving Features JSON (19-045r3): trajectories with their times, and what was measured on the way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gis_grid.ogc.export.runs import moments, runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gis_grid.ogc.export.runs import Run
    from gis_grid.ogc.export.source import Source

_GREGORIAN: Final = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_CODES: Final = {"m": "MTR", "m/s": "MTS", "deg": "DD"}
"""Units as UN/CEFACT has them, by their symbols."""

_LON_LAT: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def blocks(source: Source) -> Iterator[bytes]:
    """Yield the document, a run at a time; one that was cut off lacks its end."""
    systems = {
        "crs": {"type": "Name", "properties": {"name": _LON_LAT}},
        "trs": {"type": "Name", "properties": {"name": _GREGORIAN}},
    }
    yield f'{{"type":"FeatureCollection",{json.dumps(systems)[1:-1]},"features":['.encode()
    units = {one.name: one.unit for one in source.properties}
    opening = "\n"
    for run in runs(source):
        yield (opening + json.dumps(_feature(run, units), ensure_ascii=False, allow_nan=False)).encode()
        opening = ",\n"
    yield b"\n]}\n"


def _feature(run: Run, units: dict[str, str]) -> dict[str, Any]:
    times = moments(run)
    columns = [run.lon.round(7), run.lat.round(7)]
    if not np.isnan(run.altitude_m).any():
        columns.append(run.altitude_m)
    # Of a single fix there is no way from it to the next.
    moving = "Linear" if len(times) > 1 else "Discrete"
    return {
        "type": "Feature",
        "temporalGeometry": {
            "type": "MovingPoint",
            "datetimes": times,
            "coordinates": np.column_stack(columns).tolist(),
            "interpolation": moving,
        },
        "temporalProperties": _measured(run, times, units),
        "time": [times[0], times[-1]],
        "bbox": [
            float(one) for one in (columns[0].min(), columns[1].min(), columns[0].max(), columns[1].max())
        ],
        "properties": {"name": run.name, **run.properties},
    }


def _measured(run: Run, times: list[str], units: dict[str, str]) -> list[dict[str, Any]]:
    """Return a group a number, each with the moments at which it is known."""
    return [
        {
            "datetimes": _where(times, ~np.isnan(values)),
            name: {
                "type": "Measure",
                "form": _CODES[units[name]],
                "values": values[~np.isnan(values)].tolist(),
                "interpolation": "Discrete",
            },
        }
        for name, values in run.measured.items()
        if not np.isnan(values).all()
    ]


def _where(times: list[str], known: NDArray[np.bool_]) -> list[str]:
    return [time for time, there in zip(times, known.tolist(), strict=True) if there]
