"""CSV (RFC 4180): properties, a point of each feature and its whole geometry as WKT."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from gis_grid.kit.formulas import plain
from gis_grid.ogc.export.cells import place_columns, places, told
from gis_grid.ogc.export.source import GEOMETRY, begun

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from gis_grid.ogc.export.source import Source

_MARK: Final = b"\xef\xbb\xbf"


def blocks(source: Source) -> Iterator[bytes]:
    """Yield a header and a line a feature; nothing in it is carried out as a formula."""
    batches = begun(source.batches())
    if source.byte_order_mark:
        yield _MARK  # office programs read Chinese only after it
    header = ["id", *(one.name for one in source.properties)]
    if source.has_geometry:
        header += [*place_columns(source), "wkt"]
    yield _lines([header])
    for batch in batches:
        yield _lines(_rows(source, batch))


def _rows(source: Source, batch: pa.RecordBatch) -> Iterator[Sequence[Any]]:
    names = ["id", *(one.name for one in source.properties)]
    columns = [[told(plain(value)) for value in batch[name].to_pylist()] for name in names]
    if source.has_geometry:
        found = places(batch[GEOMETRY])
        columns += [found.x, found.y, found.wkt]
    return zip(*columns, strict=True)


def _lines(rows: Any) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()
