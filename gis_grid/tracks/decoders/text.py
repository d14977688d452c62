"""Bytes of a file as UTF-8, whatever it was written in."""

from __future__ import annotations

import codecs
from itertools import chain
from typing import TYPE_CHECKING, Final

from gis_grid.core.errors import BadTrack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


HEAD_BYTES: Final = 512
"""So much of a file's beginning shows what it is."""


def take_head(pieces: Iterator[bytes]) -> bytes:
    """Take pieces until they are enough to see what a file is; all of a file that is shorter."""
    head = b""
    while len(head) < HEAD_BYTES:
        piece = next(pieces, b"")
        if not piece:
            break
        head += piece
    return head


def as_utf8(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces as UTF-8: UTF-16 by its mark, UTF-8 where it fits, else GB18030, which Chinese programs write.

    The mark is dropped; empty pieces are left out. Raises BadTrack for bytes that are none of these.
    """
    pieces: Iterator[bytes] = filter(None, chunks)
    first = take_head(pieces)
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield from recoded(chain([first], pieces), "utf-16")
        return
    pieces = chain([first.removeprefix(codecs.BOM_UTF8)], pieces)
    rest, is_utf8 = b"", False
    for piece in chain(pieces, [b""]):
        whole = rest + piece
        try:
            text, used = codecs.utf_8_decode(whole, "strict", not piece)
        except UnicodeDecodeError as error:
            if is_utf8:
                raise BadTrack("the file begins as UTF-8 but does not stay so", field="encoding") from error
            yield from recoded(chain([whole], pieces), "gb18030")
            return
        is_utf8 = is_utf8 or len(text) != used
        rest = whole[used:]
        if used:
            yield whole[:used]


def recoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Pieces in one encoding, none empty, as pieces in UTF-8, none empty."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chain(chunks, [b""]):
            text = decoder.decode(chunk, final=not chunk)
            if text:
                yield text.encode()
    except UnicodeDecodeError as error:
        message = f"the file is text neither in UTF-8 nor in {encoding.upper()}"
        raise BadTrack(message, field="encoding") from error


def with_newlines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces whose lines end with LF or CRLF; the lone CR of old Macintosh programs becomes LF."""
    pieces = filter(None, chunks)
    head = take_head(pieces)
    # A CR at the very end of the head may be the first half of a CRLF.
    lone = b"\r" in head[:-1] and b"\n" not in head
    for piece in chain([head] if head else [], pieces):
        yield piece.replace(b"\r", b"\n") if lone else piece


def line_blocks(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Pieces cut anew, each of whole lines and at most `size` bytes."""
    pending = bytearray()
    for chunk in chunks:
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
