"""Bytes of a file as UTF-8, whatever it was written in."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from gis_grid.core.errors import BadTrack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def recoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Pieces in one encoding as pieces in UTF-8."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeDecodeError as error:
        raise BadTrack(f"the file is not text in {encoding}: {error.reason}", field="encoding") from error


def line_blocks(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Pieces cut anew, each of whole lines and about `size` bytes; UTF-16 (by its mark) becomes UTF-8."""
    pending = bytearray()
    for chunk in _without_utf16(chunks):
        pending += chunk
        while len(pending) >= size:
            end = pending.rfind(b"\n", 0, size) + 1
            if not end:
                message = f"the file has a line of more than {size} bytes: is it a CSV file?"
                raise BadTrack(message, field="line")
            yield bytes(pending[:end])
            del pending[:end]
    if pending:
        yield bytes(pending)


def _without_utf16(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Look at the first two bytes: UTF-16 has a mark there."""
    pieces = iter(chunks)
    first = next(pieces, b"")
    whole = (piece for part in ([first], pieces) for piece in part)
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield from recoded(whole, "utf-16")
    else:
        yield from whole


class ToUtf8:
    """Blocks of whole lines as UTF-8: what is not UTF-8 from the start is taken for GB18030."""

    def __init__(self) -> None:
        self._encoding: str | None = None

    def __call__(self, block: bytes) -> bytes:
        """One block, in the order of the file; raises BadTrack for bytes that are neither."""
        if block.isascii():
            return block
        for encoding in [self._encoding] if self._encoding else ["utf-8", "gb18030"]:
            try:
                text = block.decode(encoding)
            except UnicodeDecodeError:
                continue
            self._encoding = encoding
            return block if encoding == "utf-8" else text.encode()
        tried = self._encoding or "UTF-8 or GB18030"
        raise BadTrack(f"the file is not text in {tried}", field="encoding")
