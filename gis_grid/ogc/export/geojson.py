"""GeoJSON (RFC 7946): one document of all features, a line each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gis_grid.ogc.export.source import begun

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis_grid.ogc.export.source import Source


def blocks(source: Source) -> Iterator[bytes]:
    """Yield the document; one that was cut off lacks its end, and no reader takes it."""
    parts = begun(source.texts())
    name = json.dumps(source.collection.id)
    yield f'{{"type":"FeatureCollection","name":{name},"features":['.encode()
    opening = "\n"
    for features in parts:
        yield (opening + ",\n".join(features)).encode()
        opening = ",\n"
    yield b"\n]}\n"
