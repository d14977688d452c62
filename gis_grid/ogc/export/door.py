"""The one door: features of a collection as the bytes of a file, whatever the format."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, TYPE_CHECKING, Final
from urllib.parse import quote

from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from gis_grid.ogc.export.formats import Format
    from gis_grid.ogc.export.source import Source

BLOCK: Final = 1 << 20


def blocks(source: Source, form: Format) -> Iterator[bytes]:
    """Yield a file block by block; memory does not grow with it.

    Formats that stream come as the database gives rows; the others when the last row is written.

    Raises
    ------
    BadInput
        When the format cannot hold what is asked, before the first block; when the filter takes too long.
    """
    require_fitting(source, form)
    if form.streams:
        with _patiently(source):
            yield from form.writer.blocks(source)
        return
    with whole(source, form) as file:
        while block := file.read(BLOCK):
            yield block


def whole(source: Source, form: Format) -> IO[bytes]:
    """Return a finished file from its start; it has no name, and is gone when it is closed.

    Raises
    ------
    BadInput
        When the format cannot hold what is asked, or the filter takes too long.
    """
    require_fitting(source, form)
    if form.streams:
        return _kept(blocks(source, form))
    with TemporaryDirectory(prefix="gis-grid-export-") as folder, _patiently(source):
        path = Path(folder, f"{source.collection.id}{form.suffix}")
        form.writer.write(source, path)
        return path.open("rb")


def require_fitting(source: Source, form: Format) -> None:
    """Refuse what a format cannot hold.

    Raises
    ------
    BadInput
    """
    asked = source.asked
    if form.only_degrees and asked.srid != 4326:
        detail = (
            f"crs: {form.name} is always in degrees of WGS 84; gpkg, parquet, fgb, csv and xlsx are in any"
        )
        raise BadInput("The format knows no other coordinates", detail)
    if form.of_tracks and asked.names is not None:
        raise BadInput("The format has no choice of properties", f"properties: {form.name} holds what it can")


def disposition(source: Source, form: Format) -> str:
    """Return what a file is called where it is kept: in Chinese (RFC 8187), and in ASCII for old programs."""
    collection, reading = source.collection, source.reading
    ending = f"-{reading.now.astimezone(reading.settings.tz):%Y-%m-%d}{form.suffix}"
    named = quote(f"{collection.title.zh}{ending}", safe="")
    return f"attachment; filename=\"{collection.id}{ending}\"; filename*=UTF-8''{named}"


def _patiently(source: Source) -> AbstractContextManager[None]:
    return source.patience.reading(source.reading.conn, filtered=source.filtered)


def _kept(made: Iterator[bytes]) -> IO[bytes]:
    file = TemporaryFile()  # noqa: SIM115 - whoever gets it closes it
    try:
        for block in made:
            file.write(block)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file
