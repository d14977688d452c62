"""The file that an import reads: opened once, its bytes in pieces, its digest, its name as text."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final

from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_CHUNK_BYTES: Final = 1 << 20


class SourceFile:
    """The bytes of an open file in pieces; knows their digest in the end.

    Attributes
    ----------
    stream : binary file
        The same file, for a format that is read in any order once all pieces were.
    """

    def __init__(self, path: Path, stream: BinaryIO, progress: Callable[[int], None] | None) -> None:
        self.stream = stream
        self._path = path
        self._progress = progress
        self._hasher = hashlib.sha256()

    @property
    def name(self) -> str:
        r"""The file's name as text: a byte of it that is none becomes ``\xff``."""
        return self._path.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")

    @property
    def sha256(self) -> str:
        """Digest of the bytes so far, in hexadecimal."""
        return self._hasher.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._read():
            self._hasher.update(piece)
            if self._progress is not None:
                self._progress(len(piece))
            yield piece

    def _read(self) -> bytes:
        try:
            return self.stream.read(_CHUNK_BYTES)
        except OSError as error:
            raise _unreadable(self._path, error) from error


@contextmanager
def opened(path: Path, progress: Callable[[int], None] | None = None) -> Iterator[SourceFile]:
    """Open a file to import.

    Parameters
    ----------
    progress
        Called with the bytes read since the last call.

    Raises
    ------
    BadInput
        When it is not there or cannot be read.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from error
    with stream:
        yield SourceFile(path, stream, progress)


def _unreadable(path: Path, error: OSError) -> BadInput:
    return BadInput("The track file cannot be read", error.strerror or type(error).__name__, where=str(path))
