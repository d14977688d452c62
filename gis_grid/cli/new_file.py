"""A new file for what not everybody may read."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Yield a new file for its owner's eyes; it is removed when what is to be in it cannot be made.

    Raises
    ------
    BadInput
        When it is there already, or cannot be made.
    """
    try:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
    except OSError as error:
        raise BadInput("The file cannot be written", error.strerror or "", where=str(path)) from error
    try:
        with file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise
