"""GPX 1.1: a track a run, by gpxpy: GDAL would lose the times."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np
from gpxpy.gpx import GPX, GPXTrack, GPXTrackPoint, GPXTrackSegment

from gis_grid.ogc.export.runs import runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis_grid.ogc.export.runs import Run
    from gis_grid.ogc.export.source import Source

_VERSION: Final = "1.1"
_END: Final = "</gpx>"


def blocks(source: Source) -> Iterator[bytes]:
    """Yield the document, a run at a time; one that was cut off lacks its end."""
    opening = _written(None)
    yield opening.encode()
    for run in runs(source):
        yield _written(run).removeprefix(opening).encode()
    yield _END.encode()


def _written(run: Run | None) -> str:
    """Return a document of a run, or of none, without its end."""
    document = GPX()
    document.creator = "GIS Grid"
    if run is not None:
        document.tracks.append(_track(run))
    return document.to_xml(_VERSION).removesuffix(_END)


def _track(run: Run) -> GPXTrack:
    track = GPXTrack(name=run.name)
    rows = zip(run.lat.tolist(), run.lon.tolist(), run.altitude_m.tolist(), run.t_ms.tolist(), strict=True)
    points = [
        GPXTrackPoint(
            round(lat, 7),
            round(lon, 7),
            elevation=None if np.isnan(altitude) else altitude,
            time=datetime.fromtimestamp(t_ms / 1000, UTC),
        )
        for lat, lon, altitude, t_ms in rows
    ]
    track.segments.append(GPXTrackSegment(points))
    return track
