"""A ZIP as an answer: it lies on the disk without a name, and is sent block by block."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final
from urllib.parse import quote

from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK: Final = 1 << 16


class Zip(StreamingResponse):
    """A ZIP file."""

    media_type = "application/zip"


@dataclass(slots=True)
class ZipFile:
    """What is written before it is sent: a year of positions is too much for memory."""

    file: IO[bytes]
    _open: ExitStack = field(repr=False)

    def answer(self, name: str) -> Zip:
        """Send it under a name; it is gone afterwards. A cache that kept it would hide a look."""
        left = self._open.pop_all()
        self.file.seek(0)
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}.zip",
            "Cache-Control": "no-store",
        }
        blocks = iter(lambda: self.file.read(_BLOCK), b"")
        return Zip(blocks, headers=headers, background=BackgroundTask(left.close))


@contextmanager
def zip_file() -> Iterator[ZipFile]:
    """Make a file to write; it is gone when writing fails."""
    with ExitStack() as stack:
        yield ZipFile(stack.enter_context(TemporaryFile()), stack)
