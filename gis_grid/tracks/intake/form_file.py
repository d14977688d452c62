"""The file of a form: the part that a browser sends it as, taken out of the body while it comes in."""

from __future__ import annotations

from email.message import Message
from enum import Enum, auto
from typing import Final

_MOST_HEADER_BYTES: Final = 16 * 1024
_FIELD: Final = "file"


class _At(Enum):
    """Where the body has been read to."""

    ELSEWHERE = auto()
    HEADERS = auto()
    FILE = auto()
    END = auto()


def boundary_of(content_type: str) -> bytes | None:
    """Return what parts the body of a form; ``None`` when it is none."""
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_param("boundary")
    if header.get_content_type() != "multipart/form-data" or not isinstance(boundary, str) or not boundary:
        return None
    return boundary.encode("utf-8", "surrogateescape")


class FormFile:
    """Finds the file in a body of ``multipart/form-data``: the first part that has a file name.

    Attributes
    ----------
    name : str
        Name of the file, once its part has begun.
    """

    def __init__(self, boundary: bytes) -> None:
        self.name = ""
        self._line = b"\r\n--" + boundary
        # The first boundary begins the body: it is found like all others.
        self._pending = b"\r\n"
        self._at = _At.ELSEWHERE

    @property
    def fault(self) -> str | None:
        """What is wrong with the form, once all of it was read."""
        if self._at is _At.END:
            return None
        return (
            "the form breaks off" if self._at is _At.FILE else f"the form has no part {_FIELD!r} with a file"
        )

    def feed(self, data: bytes) -> bytes:
        """Take some bytes of the body, and return those of the file."""
        self._pending += data
        taken = bytearray()
        while self._at is not _At.END and self._step(taken):
            pass
        if self._at is _At.END:
            self._pending = b""
        return bytes(taken)

    def _step(self, taken: bytearray) -> bool:
        """Read up to the next boundary or the end of headers; say whether there may be more to read."""
        if self._at is _At.HEADERS:
            return self._read_headers()
        before, found, after = self._pending.partition(self._line)
        if not found:
            # What is left may be the beginning of a boundary.
            kept = len(self._line) - 1
            before, after = self._pending[:-kept], self._pending[-kept:]
        if self._at is _At.FILE:
            taken += before
        self._pending = after
        if found:
            self._at = _At.END if self._at is _At.FILE else _At.HEADERS
        return bool(found)

    def _read_headers(self) -> bool:
        head, found, after = self._pending.partition(b"\r\n\r\n")
        if not found:
            if len(head) > _MOST_HEADER_BYTES:
                self._at, self._pending = _At.ELSEWHERE, b""
            return False
        self._pending = after
        name = _file_name(head)
        self._at = _At.ELSEWHERE if name is None else _At.FILE
        self.name = name or ""
        return True


def _file_name(head: bytes) -> str | None:
    """Return the name of the file that a part holds; ``None`` when it holds none."""
    for line in head.decode("utf-8", "replace").split("\r\n"):
        key, _, value = line.partition(":")
        if key.strip().lower() == "content-disposition":
            header = Message()
            header["Content-Disposition"] = value.strip()
            name = header.get_filename()
            if name is None and header.get_param("name", header="content-disposition") == _FIELD:
                return _FIELD
            return name
    return None
