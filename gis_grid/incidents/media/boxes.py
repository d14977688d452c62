"""Video and sound in boxes (MP4, MOV, 3GP, M4A): what describes it is blanked in place, so nothing moves.

mutagen takes out the tags of players; phones write the place beside them (`udta`, `meta`), which it leaves.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENTERED: Final = {b"moov", b"trak", b"mdia", b"moof", b"traf"}
_BLANKED: Final = {b"udta", b"meta", b"uuid", b"free", b"skip", b"ID32", b"XMP_"}
_DEEPEST: Final = 16
"""Boxes in boxes; a film has four."""
_EPOCH: Final = datetime(1904, 1, 1, tzinfo=UTC)
_PLACE: Final = re.compile(rb"([+-][0-9]{2}\.[0-9]{1,8})([+-][0-9]{3}\.[0-9]{1,8})")
_MEASURED: Final = "it holds a track of measurements that could not be taken out"


@dataclass(slots=True)
class Film:
    """A file without what describes it, and what that said."""

    content: bytes
    lon: float | None = None
    lat: float | None = None
    taken_at: datetime | None = None
    note: str = ""


def clean(content: bytes) -> Film:
    """Return a file whose descriptions are blank: place, device, comments, cover.

    Raises
    ------
    BadInput
        When its boxes do not fit into each other, or there is no film in it.
    """
    film = Film(content)
    written = bytearray(content)
    names = {name for name, *_ in _boxes(written, 0, len(written))}
    if not {b"ftyp", b"moov"} <= names:
        raise BadInput("The film is broken", "it has no beginning or no table of what is in it")
    _blank(written, 0, len(written), film)
    film.content = bytes(written)
    return film


def _blank(written: bytearray, begin: int, end: int, film: Film, depth: int = 0) -> None:
    if depth > _DEEPEST:
        raise _broken(begin)
    for name, box, inside, until in _boxes(written, begin, end):
        if name in _BLANKED:
            _read_place(bytes(written[inside:until]), film)
            written[box + 4 : box + 8] = b"free"
            written[inside:until] = bytes(until - inside)
        elif name in _ENTERED:
            _blank(written, inside, until, film, depth + 1)
        elif name == b"mvhd":
            film.taken_at = _made(bytes(written[inside:until]))
        elif name == b"hdlr" and written[inside + 8 : inside + 12] == b"meta":
            film.note = _MEASURED


def _boxes(written: bytearray, begin: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Yield (name, where it begins, where its content begins and ends) of boxes beside each other."""
    while begin < end:
        if end - begin < 8:
            raise _broken(begin)
        size, name = struct.unpack_from(">I4s", written, begin)
        inside = begin + 8
        if size == 1:
            if end - begin < 16:
                raise _broken(begin)
            (size,) = struct.unpack_from(">Q", written, inside)
            inside += 8
        until = end if size == 0 else begin + size
        if not inside <= until <= end:
            raise _broken(begin)
        yield name, begin, inside, until
        begin = until


def _read_place(described: bytes, film: Film) -> None:
    found = _PLACE.search(described)
    if found is not None and film.lon is None:
        lat, lon = float(found[1]), float(found[2])
        if abs(lat) <= 90 and abs(lon) <= 180:
            film.lat, film.lon = lat, lon


def _made(header: bytes) -> datetime | None:
    """Return when a film was made, as its header says; many say nothing, which reads as 1904."""
    wide = header[:1] == b"\1"
    if len(header) < (12 if wide else 8):
        return None
    (seconds,) = struct.unpack_from(">Q" if wide else ">I", header, 4)
    return _EPOCH + timedelta(seconds=min(seconds, 2**33)) if seconds else None


def _broken(where: int) -> BadInput:
    return BadInput("The film is broken", f"at byte {where}")
