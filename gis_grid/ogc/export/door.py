"""The one door: features of a collection as the bytes of a file, whatever the format."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis_grid.ogc.export.formats import Format
    from gis_grid.ogc.export.source import Source

_BLOCK: Final = 1 << 20


def blocks(source: Source, form: Format) -> Iterator[bytes]:
    """Yield a file block by block; memory does not grow with it.

    Formats that stream come as the database gives rows. Of the others the first block comes when the file is
    whole: nothing of the database is needed any more. It has no name then, and is gone when nobody holds it.

    Raises
    ------
    BadInput
        When the format cannot hold what is asked; before the first block.
    """
    require_fitting(source, form)
    if form.streams:
        yield from form.writer.blocks(source)
        return
    with TemporaryDirectory(prefix="gis-grid-export-") as folder:
        path = Path(folder, f"{source.collection.id}{form.suffix}")
        form.writer.write(source, path)
        file = path.open("rb")
    with file:
        while block := file.read(_BLOCK):
            yield block


def require_fitting(source: Source, form: Format) -> None:
    """Refuse what a format cannot hold.

    Raises
    ------
    BadInput
    """
    asked = source.asked
    if form.only_degrees and asked.srid != 4326:
        detail = f"crs: {form.name} is always in degrees of WGS 84; gpkg, parquet, fgb and csv are in any"
        raise BadInput("The format knows no other coordinates", detail)
    if form.of_tracks and asked.names is not None:
        raise BadInput("The format has no choice of properties", f"properties: {form.name} holds what it can")
