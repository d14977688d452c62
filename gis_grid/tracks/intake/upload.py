"""A track file on its way in: its bytes in a file without a name, which ends with the program."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from gis_grid.kit.errors import Unavailable
from gis_grid.tracks.intake.form_file import FormFile, boundary_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from gis_grid.tracks.phones.message import Message

_AT_ONCE: Final = 1 << 20
_PATIENCE_S: Final = 60
_LONGEST_S: Final = 3600
_SLOWEST: Final = 16 << 10
"""Bytes a second, once the first minute is over: places are few, and who holds one shall use it."""

_MOST_NAME: Final = 200


def file_body(media_types: Iterable[str]) -> dict[str, Any]:
    """Return how OpenAPI describes a request whose body is a file of some types, or a form with one."""
    file = {"type": "string", "format": "binary"}
    form = {"type": "object", "required": ["file"], "properties": {"file": file}}
    return {
        "required": True,
        "content": {
            **{media_type: {"schema": file} for media_type in media_types},
            "multipart/form-data": {"schema": form},
        },
    }


@dataclass(slots=True, eq=False)
class Upload:
    """A file that a device sent.

    Attributes
    ----------
    message : Message
        The request without its body.
    columns : dict of str to str
        What the sender said of its columns, as decoders know them.
    fault : str or None
        What is wrong with the form around the file.
    tell : callable or None
        Called with the bytes and rows that are read, now and then.
    """

    message: Message
    secret_digest: bytes = field(repr=False)
    received_at: datetime
    file: BinaryIO = field(repr=False)
    name: str = "upload"
    columns: Mapping[str, str] = field(default_factory=dict)
    only_user: str | None = None
    size: int = 0
    sha256: str = ""
    fault: str | None = None
    tell: Callable[[int, int], None] | None = None
    _read: int = 0

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes of the file."""
        self.file.seek(0)
        while piece := self.file.read(_AT_ONCE):
            self._read += len(piece)
            yield piece

    def tell_rows(self, rows: int) -> None:
        """Tell whoever wants to know how far it is."""
        if self.tell is not None:
            self.tell(self._read, rows)

    def beginning(self, size: int) -> bytes:
        """Return the first bytes of the file."""
        self.file.seek(0)
        return self.file.read(size)


@contextmanager
def nameless_file(folder: Path) -> Iterator[BinaryIO]:
    """Yield a file that only this program can open: it has no name, and no kill leaves it behind."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed below
    except OSError as error:
        raise _no_room(error) from error
    with file:
        yield file


async def fill(upload: Upload, body: AsyncIterator[bytes]) -> None:
    """Write a body into the upload's file as it comes in; of a form the file that it holds.

    Raises
    ------
    TimeoutError
        When nothing came for a minute, or too little, or not all of it in an hour.
    Unavailable
        When there is no room for it.
    """
    boundary = boundary_of(upload.message.content_type)
    form = None if boundary is None else FormFile(boundary)
    hasher = hashlib.sha256()
    waiting = bytearray()

    def write(piece: bytes) -> None:
        content = piece if form is None else form.feed(piece)
        hasher.update(content)
        upload.file.write(content)
        upload.size += len(content)

    try:
        async for part in _patiently(body):
            waiting += part
            if len(waiting) >= _AT_ONCE:
                await asyncio.to_thread(write, bytes(waiting))
                waiting.clear()
        await asyncio.to_thread(write, bytes(waiting))
        upload.file.flush()
    except OSError as error:
        if isinstance(error, TimeoutError):
            raise
        raise _no_room(error) from error
    upload.sha256 = hasher.hexdigest()
    if form is not None:
        upload.name, upload.fault = plain_name(form.name) or upload.name, form.fault


async def _patiently(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield parts of a body as long as they come, and come fast enough, for an hour at most."""
    begun = asyncio.get_running_loop().time()
    size = 0
    while True:
        until = min(_PATIENCE_S + size / _SLOWEST, _LONGEST_S)
        async with asyncio.timeout(_PATIENCE_S), asyncio.timeout_at(begun + until):
            try:
                part = await anext(body)
            except StopAsyncIteration:
                return
        size += len(part)
        yield part


def plain_name(name: str) -> str:
    """Return the last part of a file's name, as far as it is text that can be shown."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[:_MOST_NAME].strip()


def _no_room(error: OSError) -> Unavailable:
    return Unavailable("The file cannot be kept while it comes in", error.strerror or type(error).__name__)
