"""A file that is there whole or not at all: written beside its place, then renamed into it."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from gis_grid.kit.errors import BadInput, NotReady

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def replaced_file(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file that takes the place of `path` at the end; before, and after an error, nothing changes.

    Raises
    ------
    BadInput
        When it cannot be made there.
    NotReady
        When the disk is full, or fails.
    """
    try:
        made = tempfile.NamedTemporaryFile(prefix=f".{path.name}.", dir=path.parent, delete=False)  # noqa: SIM115
    except OSError as error:
        raise BadInput("The file cannot be written", error.strerror or "", where=str(path)) from error
    beside = Path(made.name)
    try:
        with made:
            yield made
            made.flush()
            os.fsync(made.fileno())
        beside.replace(path)
    except OSError as error:
        raise NotReady("The file was not written", error.strerror or str(error), where=str(path)) from error
    finally:
        beside.unlink(missing_ok=True)
