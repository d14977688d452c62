"""Files named by their own SHA-256, outside of the database: written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from gis_grid.kit.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

_NAME: Final = 64


def keep(folder: Path, content: bytes) -> str:
    """Write a file, unless it is there, and return its SHA-256.

    Raises
    ------
    Unavailable
        When there is no room for it.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    path = _path(folder, sha256)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            path.touch()  # so that it is not swept before this one is committed
        else:
            _write(path, content)
    except OSError as error:
        raise Unavailable("The file cannot be kept", error.strerror or type(error).__name__) from error
    return sha256


def find(folder: Path, sha256: str) -> Path | None:
    """Return where a file is, or ``None`` when it is not there."""
    path = _path(folder, sha256)
    return path if path.is_file() else None


def sweep(folder: Path, older_than: float, known: Callable[[Collection[str]], Collection[str]]) -> int:
    """Delete files that no attachment names: of requests that were rolled back or killed.

    Parameters
    ----------
    older_than
        Epoch seconds; younger ones may belong to a request that is not committed yet.
    known
        Which of some hashes an attachment names.

    Returns
    -------
    int
        How many were deleted.
    """
    deleted = 0
    for part in sorted(folder.glob("[0-9a-f][0-9a-f]")):
        old = [path for path in part.iterdir() if path.stat().st_mtime < older_than]
        named = known([path.name for path in old if len(path.name) == _NAME])
        for path in old:
            if path.name not in named:
                path.unlink(missing_ok=True)
                deleted += 1
    return deleted


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f".{secrets.token_hex(8)}")
    try:
        with part.open("xb") as file:
            part.chmod(0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def _path(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256
