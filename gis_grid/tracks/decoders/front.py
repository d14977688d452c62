"""The front door: picks the decoder by how a file begins, and by its name when that does not say."""

from __future__ import annotations

import codecs
import datetime as dt
from collections import deque
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, Final

from gis_grid.core.errors import BadTrack
from gis_grid.tracks.decoders.delimited import decode_csv
from gis_grid.tracks.decoders.geojson import decode_geojson
from gis_grid.tracks.decoders.geoparquet import MAGIC, decode_geoparquet
from gis_grid.tracks.decoders.gpx import decode_gpx
from gis_grid.tracks.decoders.text import take_head

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gis_grid.tracks.decoders.block import TrackBlock

_CSV: Final = "csv"
_GPX: Final = "gpx"
_JSON: Final = "json"

_BY_SUFFIX: Final = {
    "csv": _CSV,
    "tsv": _CSV,
    "txt": _CSV,
    "gpx": _GPX,
    "geojson": _JSON,
    "json": _JSON,
}


def decode(
    name: str,
    chunks: Iterable[bytes] | bytes | str,
    *,
    zone: dt.tzinfo = dt.UTC,
    columns: Mapping[str, str] | None = None,
    file: BinaryIO | None = None,
) -> Iterator[TrackBlock]:
    """Decode a track file of any known format; the beginning of the file tells which it is.

    Parameters
    ----------
    name : str
        File name; its ending (csv, tsv, txt, gpx, geojson, json) counts for text that tells nothing.
    chunks : iterable of bytes, or bytes, or str
        What is in the file, in pieces of any size.
    zone : tzinfo
        Zone of times that name none. GPX times without a zone are UTC, as its definition says.
    columns : mapping of str to str, optional
        Columns of a CSV or GeoParquet file by what they hold: ``t``, ``lon``, ``accuracy_m``, ...; one that
        is not said is found by its name.
    file : binary file, optional
        The same bytes, to be read in any order. Only GeoParquet needs it; without, its pieces are gathered
        in memory.

    Yields
    ------
    TrackBlock

    Raises
    ------
    BadTrack
        Before the first block for an empty file, an unknown format, missing columns, no times; later where
        the file breaks off.
    """
    pieces = filter(None, _pieces(chunks))
    first = take_head(pieces)
    if not first.strip():
        raise BadTrack("the file is empty", where=name)
    whole = chain([first], pieces)
    if first.startswith(MAGIC):
        return decode_geoparquet(_in_any_order(whole, file), zone, columns)
    kind = _kind(name, first)
    if kind == _CSV:
        return decode_csv(whole, zone, columns)
    return decode_gpx(whole, zone) if kind == _GPX else decode_geojson(whole, zone)


def _pieces(chunks: Iterable[bytes] | bytes | str) -> Iterable[bytes]:
    """Whatever was given as pieces of bytes."""
    if isinstance(chunks, str):
        return [chunks.encode()]
    return [chunks] if isinstance(chunks, bytes) else chunks


def _in_any_order(pieces: Iterable[bytes], file: BinaryIO | None) -> BinaryIO:
    """Return the whole as a file; whoever counts the pieces has seen all of them."""
    if file is None:
        return BytesIO(b"".join(pieces))
    deque(pieces, maxlen=0)
    return file


def _kind(name: str, first: bytes) -> str:
    """Tell the format of a text by how it begins, else by the ending of the name."""
    utf_16 = first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    begin = first.decode("utf-16", "replace").encode() if utf_16 else first.removeprefix(codecs.BOM_UTF8)
    begin = begin.lstrip()
    if begin.startswith(b"<"):
        return _GPX
    if begin.startswith((b"{", b"[")):
        return _JSON
    suffix = name.rpartition(".")[2].lower()
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    if b"\n" in begin and b"\0" not in begin:
        return _CSV
    message = f"{name!r} is no track format known here: CSV, GPX, GeoJSON, MF-JSON or GeoParquet"
    raise BadTrack(message, where=name)
