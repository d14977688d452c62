"""Text files as they come: strict UTF-8 where it fits, else GB18030, which Chinese programs write."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_CHUNK = 1 << 20


def detect(path: Path) -> str:
    """Return ``utf-8`` when every byte of a text file fits it, else ``gb18030``; memory stays flat.

    Raises
    ------
    BadInput
        When the file is neither.
    """
    for encoding in ("utf-8", "gb18030"):
        if fits(chunks(path), encoding):
            return encoding
    raise BadInput(
        "The text encoding is not known",
        f"{path.name} is neither UTF-8 nor GB18030; name it with --encoding",
    )


def require_known(encoding: str) -> None:
    """Refuse a name that no encoding has.

    Raises
    ------
    BadInput
        With two that exist.
    """
    try:
        " ".encode(encoding)  # a codec of bytes, such as base64, has no text
    except (LookupError, UnicodeError) as error:
        raise BadInput(
            "The encoding is not known", f"{encoding!r}; expected e.g. utf-8 or gb18030"
        ) from error


def fits(parts: Iterable[bytes], encoding: str) -> bool:
    """Whether the bytes, taken as one text, decode without an error."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for part in parts:
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def write_utf8(path: Path, encoding: str, target: Path) -> None:
    """Copy a text file into UTF-8, piece by piece.

    Raises
    ------
    BadInput
        When the encoding does not fit, with the place in the file.
    """
    done = 0
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with target.open("w", encoding="utf-8", newline="") as file:
            for part in chunks(path):
                file.write(decoder.decode(part))
                done += len(part)
            file.write(decoder.decode(b"", final=True))
    except LookupError as error:
        raise BadInput(
            "The encoding is not known", f"{encoding!r}; expected e.g. utf-8 or gb18030"
        ) from error
    except UnicodeError as error:
        near = done + (error.start if isinstance(error, UnicodeDecodeError) else 0)
        raise BadInput(
            "The encoding does not fit", f"{path.name} is not {encoding} near byte {near:,}"
        ) from error


def chunks(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes in pieces of 1 MiB."""
    with path.open("rb") as file:
        while part := file.read(_CHUNK):
            yield part
