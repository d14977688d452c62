"""KML 2.2 with Google's gx:Track: a placemark a run, which moves on the time line of Google Earth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

import numpy as np

from gis_grid.ogc.export.runs import moments, runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis_grid.ogc.export.runs import Run
    from gis_grid.ogc.export.source import Source

_OPENING: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">
<Document>
<name>{name}</name>
"""
_END: Final = b"</Document>\n</kml>\n"


def blocks(source: Source) -> Iterator[bytes]:
    """Yield the document, a run at a time; one that was cut off lacks its end."""
    yield _OPENING.format(name=escape(source.collection.title.zh)).encode()
    for run in runs(source):
        yield _placemark(run).encode()
    yield _END


def _placemark(run: Run) -> str:
    # All heights of a track or none: Google Earth takes one mode for all of it.
    high = not np.isnan(run.altitude_m).any()
    heights = run.altitude_m if high else np.zeros(len(run.lon))
    rows = zip(run.lon.tolist(), run.lat.tolist(), heights.tolist(), strict=True)
    data = "".join(
        f'<Data name="{escape(name)}"><value>{escape(str(value))}</value></Data>'
        for name, value in run.properties.items()
        if value is not None
    )
    lines = [
        "<Placemark>",
        f"<name>{escape(run.name)}</name>",
        f"<ExtendedData>{data}</ExtendedData>",
        "<gx:Track>",
        f"<altitudeMode>{'absolute' if high else 'clampToGround'}</altitudeMode>",
        *(f"<when>{moment}</when>" for moment in moments(run)),
        *(f"<gx:coord>{lon:.7f} {lat:.7f} {height:g}</gx:coord>" for lon, lat, height in rows),
        "</gx:Track>",
        "</Placemark>\n",
    ]
    return "\n".join(lines)
