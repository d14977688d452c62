"""GeoPackage files; their text is always UTF-8."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from gis_grid.grids.readers.gdal import VectorLayer, describe
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_GAP: Final = r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?(?:\*/|$))"
_VIRTUAL: Final = re.compile(rf"{_GAP}*CREATE{_GAP}+VIRTUAL\b", re.IGNORECASE | re.DOTALL)
_INDEX: Final = re.compile(
    r"""CREATE VIRTUAL TABLE (?:"(?:[^"]|"")+"|'(?:[^']|'')+'|\w+) USING rtree\s*\(.*""",
    re.IGNORECASE | re.DOTALL,
)
"""The one virtual table that a GeoPackage has: an index of places."""


@contextmanager
def open_geopackage(path: Path, layer: str | None) -> Iterator[VectorLayer]:
    """Open a layer of a GeoPackage; its only one when `layer` is ``None``.

    Raises
    ------
    BadInput
        When it is not a GeoPackage, or the layer is not clear, with the names of those there.
    """
    import pyogrio  # noqa: PLC0415 - seldom needed, and it brings geopandas

    _require_own_tables(path)
    try:
        names = [str(name) for name, geometry in pyogrio.list_layers(path) if geometry is not None]
    except pyogrio.errors.DataSourceError as error:
        raise BadInput("This is not a map file", f"{path.name}: {error}") from error
    if layer is None and len(names) == 1:
        layer = names[0]
    if layer not in names:
        asked = "name one with --layer" if layer is None else f"there is no layer {layer!r}"
        raise BadInput("Which layer?", f"{path.name}: {asked}; its layers are: {', '.join(names) or 'none'}")
    yield describe(str(path), path.name, layer=layer)


def _require_own_tables(path: Path) -> None:
    """Refuse a file with tables that are read from elsewhere: they name any file of the machine.

    Raises
    ------
    BadInput
    """
    address = f"file:{quote(str(path))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as file:
            made = file.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise BadInput("This is not a map file", f"{path.name}: {error}") from error
    for name, sql in made:
        if _VIRTUAL.match(str(sql)) and not _INDEX.fullmatch(str(sql)):
            detail = f"{path.name}: {name!r} is a virtual table; export the layer into a new GeoPackage"
            raise BadInput("The GeoPackage reads from elsewhere", detail)
