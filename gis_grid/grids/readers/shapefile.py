"""Shapefiles, also in a zip. Their encoding is in a `.cpg` beside them, or has to be found out."""

from __future__ import annotations

import struct
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from gis_grid.grids.readers.gdal import VectorLayer, describe
from gis_grid.kit.encoding import fits
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

_RECORDS_AT_ONCE = 4096


@contextmanager
def open_shapefile(path: Path, encoding: str | None) -> Iterator[VectorLayer]:
    """Open a shapefile.

    Raises
    ------
    BadInput
        When the zip is broken or does not hold exactly one shapefile, or the table of attributes is missing.
    """
    parts = _zipped(path) if path.suffix.lower() == ".zip" else _beside(path)
    if ".dbf" not in parts.siblings:
        raise BadInput("A part of the shapefile is missing", f"no .dbf beside {path.name}")
    if encoding is None and ".cpg" not in parts.siblings:
        with parts.open_part(".dbf") as table:
            encoding = detect_in_table(table)
    yield describe(parts.gdal_path, path.name, encoding=encoding)


def detect_in_table(table: IO[bytes]) -> str:
    """Return the encoding of a dBase table's texts: ``UTF-8`` where all of it fits, else ``GB18030``."""
    header = table.read(32)
    if len(header) < 32:
        return "UTF-8"
    header_length, record_length = struct.unpack_from("<HH", header, 8)
    # The header's own bytes are numbers, no text.
    table.read(header_length - 32)
    return "UTF-8" if fits(_text(table, record_length), "utf-8") else "GB18030"


def _text(table: IO[bytes], record_length: int) -> Iterator[bytes]:
    while part := table.read(max(record_length, 1) * _RECORDS_AT_ONCE):
        yield part.rstrip(b"\x1a")


@dataclass(frozen=True, slots=True)
class _Parts:
    gdal_path: str
    siblings: dict[str, str]
    open_file: Callable[[str], IO[bytes]]

    def open_part(self, suffix: str) -> IO[bytes]:
        return self.open_file(self.siblings[suffix])


def _beside(path: Path) -> _Parts:
    siblings = {other.suffix.lower(): str(other) for other in path.parent.glob(f"{_literal(path.stem)}.*")}
    return _Parts(str(path), siblings, lambda name: Path(name).open("rb"))


def _zipped(path: Path) -> _Parts:
    try:
        archive = ZipFile(path)
    except BadZipFile as error:
        raise BadInput("This is not a map file", f"{path.name}: {error}") from error
    with archive:
        names = [PurePosixPath(name) for name in archive.namelist() if not name.startswith("__MACOSX")]
    shapes = [name for name in names if name.suffix.lower() == ".shp"]
    if len(shapes) != 1:
        found = ", ".join(map(str, shapes)) or "none"
        raise BadInput("Which shapefile?", f"expected exactly one .shp in {path.name}, found: {found}")
    stem = shapes[0].with_suffix("")
    siblings = {name.suffix.lower(): str(name) for name in names if name.with_suffix("") == stem}
    return _Parts(f"/vsizip/{path.resolve()}/{shapes[0]}", siblings, lambda name: ZipFile(path).open(name))


def _literal(stem: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in stem)
