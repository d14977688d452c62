"""The front door: picks the decoder by the file's name, and by its first bytes when the name does not say."""

from __future__ import annotations

import datetime as dt
from itertools import chain
from typing import TYPE_CHECKING, Final

from gis_grid.core.errors import BadTrack
from gis_grid.tracks.decoders.delimited import decode_csv
from gis_grid.tracks.decoders.geojson import decode_geojson
from gis_grid.tracks.decoders.gpx import decode_gpx
from gis_grid.tracks.decoders.text import take_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gis_grid.tracks.decoders.block import TrackBlock

    Decoder = Callable[[Iterable[bytes], dt.tzinfo], Iterator[TrackBlock]]

_BY_SUFFIX: Final[dict[str, Decoder]] = {
    "csv": decode_csv,
    "tsv": decode_csv,
    "txt": decode_csv,
    "gpx": decode_gpx,
    "geojson": decode_geojson,
    "json": decode_geojson,
}


def decode(
    name: str, chunks: Iterable[bytes] | bytes | str, *, zone: dt.tzinfo = dt.UTC
) -> Iterator[TrackBlock]:
    """Decode a track file of any known format.

    Parameters
    ----------
    name : str
        File name; its ending chooses the decoder (csv, tsv, txt, gpx, geojson, json).
    chunks : iterable of bytes, or bytes, or str
        What is in the file, in pieces of any size.
    zone : tzinfo
        Zone of times that name none. GPX times without a zone are UTC, as its definition says.

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
    return _decoder(name, first)(chain([first], pieces), zone)


def _pieces(chunks: Iterable[bytes] | bytes | str) -> Iterable[bytes]:
    """Whatever was given as pieces of bytes."""
    if isinstance(chunks, str):
        return [chunks.encode()]
    return [chunks] if isinstance(chunks, bytes) else chunks


def _decoder(name: str, first: bytes) -> Decoder:
    """By the ending of the name, else by how the file begins."""
    suffix = name.rpartition(".")[2].lower()
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    begin = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin.startswith(b"<"):
        return decode_gpx
    if begin.startswith((b"{", b"[")):
        return decode_geojson
    if b"\n" in begin and b"\0" not in begin:
        return decode_csv
    message = f"{name!r} is no track format known here: CSV, GPX or GeoJSON"
    raise BadTrack(message, where=name)
