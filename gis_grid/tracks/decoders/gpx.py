"""GPX 1.0 and 1.1 tracks, read as a stream.

Every ``trkseg`` is a recording of its own: the time between two is never bridged. Way points and routes are
no tracks.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from gis_grid.core.errors import BadTrack
from gis_grid.tracks.decoders.rows import Rows
from gis_grid.tracks.decoders.text import recoded, take_head

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from xml.sax.xmlreader import AttributesImpl, IncrementalParser

    from gis_grid.tracks.decoders.block import TrackBlock

_COLUMNS: Final = {
    name: index
    for index, name in enumerate(("t", "lon", "lat", "altitude_m", "speed_mps", "heading_deg", "segment"))
}
_CHILDREN: Final = {"time": "t", "ele": "altitude_m", "speed": "speed_mps", "course": "heading_deg"}
_BLOCK_POINTS: Final = 65_536
_MOST_DEPTH: Final = 100
_MOST_TEXT: Final = 1000
_MOST_SILENT_BYTES: Final = 8 << 20
_CHINESE: Final = re.compile(rb"""^\s*<\?xml[^>]*encoding=["'](gb[\w-]+)["'][^>]*\?>""", re.IGNORECASE)


def decode_gpx(chunks: Iterable[bytes], zone: dt.tzinfo) -> Iterator[TrackBlock]:
    """Decode a GPX file. See :func:`~gis_grid.tracks.decoders.decode`.

    `zone` is not asked: by the definition of GPX a time without a zone is UTC.
    """
    del zone
    points = _TrackPoints()
    parser = defusedxml.sax.make_parser()
    parser.setContentHandler(points)
    first_row = 1
    silent = 0
    try:
        for chunk in _readable(chunks):
            points.heard = False
            _feed(parser, chunk)
            silent = 0 if points.heard else silent + len(chunk)
            if silent > _MOST_SILENT_BYTES:
                raise BadTrack(f"the file has a tag of more than {_MOST_SILENT_BYTES:,} bytes: is it GPX?")
            if len(points.cells) >= _BLOCK_POINTS:
                yield _block(points, first_row)
                first_row += len(points.cells)
                points.cells.clear()
        parser.close()
    except SAXParseException as error:
        message = f"the file is not whole XML: {error.getMessage()} in line {error.getLineNumber()}"
        raise BadTrack(message, where=error.getLineNumber()) from error
    if not points.is_gpx:
        raise BadTrack("the file is XML, but not GPX")
    if points.cells:
        yield _block(points, first_row)


def _feed(parser: IncrementalParser, chunk: bytes) -> None:
    """Give a piece to the parser, which does not know every encoding that a file may name."""
    try:
        parser.feed(chunk)
    except DefusedXmlException as error:
        raise BadTrack(f"the file holds XML that may do harm: {error}") from error
    except (LookupError, ValueError) as error:
        raise BadTrack(f"the file's encoding cannot be read: {error}", field="encoding") from error


def _readable(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces that the XML parser can read: it knows no Chinese encoding, so these become UTF-8."""
    pieces = filter(None, chunks)
    first = take_head(pieces)
    declared = _CHINESE.match(first)
    if declared is None:
        yield from chain([first], pieces)
    else:
        yield from recoded(chain([first[declared.end() :]], pieces), "gb18030")


def _block(points: _TrackPoints, first_row: int) -> TrackBlock:
    """Points so far as a block; a file in which nothing has a time is refused as a whole."""
    if not points.has_times:
        message = (
            f"the GPX file has no times: {len(points.cells)} points, none with <time>; nothing can be judged"
        )
        raise BadTrack(message, field="t")
    block = Rows(_COLUMNS, len(_COLUMNS), dt.UTC, skip_untimed=True).read(
        enumerate(points.cells, start=first_row)
    )
    return replace(block, without_zone=0)  # GPX says which zone that is: nothing was assumed


class _TrackPoints(ContentHandler):
    """Collects the points of all track segments as cells of text."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[list[str]] = []
        self.has_times = False
        self.is_gpx = False
        self.heard = False
        self._open: list[str] = []
        self._point: list[str] | None = None
        self._text: list[str] | None = None
        self._segment = -1

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - SAX calls it so
        """Enter an element."""
        self.heard = True
        if len(self._open) >= _MOST_DEPTH:
            raise BadTrack(f"the file's tags are nested more than {_MOST_DEPTH} deep: is it GPX?")
        local = name.rpartition(":")[2]
        if local == "trkpt":
            self._point = ["", attrs.get("lon", ""), attrs.get("lat", ""), "", "", "", str(self._segment)]
        elif local == "trkseg":
            self._segment += 1
        elif not self._open:
            self.is_gpx = local == "gpx"
        elif self._point is not None and self._open[-1] == "trkpt" and local in _CHILDREN:
            self._text = []
        self._open.append(local)

    def characters(self, content: str) -> None:
        """Collect the text of a point's child; what is longer than any value is broken, and cut."""
        self.heard = True
        if self._text is not None and len(self._text) < _MOST_TEXT:
            self._text.append(content[:_MOST_TEXT])

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX calls it so
        """Leave an element."""
        self.heard = True
        local = self._open.pop()
        if self._text is not None and self._point is not None and local in _CHILDREN:
            self._point[_COLUMNS[_CHILDREN[local]]] = "".join(self._text).strip()
            self._text = None
        elif local == "trkpt" and self._point is not None:
            self.has_times = self.has_times or bool(self._point[0])
            self.cells.append(self._point)
            self._point = None
