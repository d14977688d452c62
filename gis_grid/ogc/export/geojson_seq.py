"""GeoJSON text sequences (RFC 8142): a record a feature, for programs that read line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis_grid.ogc.export.source import Source


def blocks(source: Source) -> Iterator[bytes]:
    """Yield features, each after the record separator and with a line end behind it."""
    for features in source.texts():
        yield "".join(f"\x1e{feature}\n" for feature in features).encode()
