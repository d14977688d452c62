"""How far a file is that is taken in while nobody waits: a small file, which every process can read."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from gis_grid.accounts.secrets import new_secret
from gis_grid.kit.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_PREFIX: Final = "up_"
_ID: Final = re.compile(rf"{_PREFIX}[A-Za-z0-9_-]{{20,60}}")
_KEPT_S: Final = 24 * 3600
_SILENT_S: Final = 3600
_OVER: Final = frozenset({"done", "failed"})


class Progress:
    """Says how far one file is.

    Parameters
    ----------
    folder
        Where such states are; older ones than a day are removed.
    """

    def __init__(self, folder: Path, device_id: int, size: int, at: datetime) -> None:
        self.id = new_secret(_PREFIX)
        self._path = folder / f"{self.id}.json"
        self._state: dict[str, Any] = {"device": device_id, "size": size, "bytes": 0, "rows": 0}
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _forget_old(folder, at)
            self.tell("waiting")
        except OSError as error:
            raise Unavailable("The state of the file cannot be kept", error.strerror or "") from error

    def tell(self, state: str, **more: object) -> None:
        """Note a state; who reads at the same moment sees it or the one before."""
        self._state |= {"state": state, **more}
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps(self._state), "ascii")
        new.replace(self._path)


def progress_of(folder: Path, upload_id: str, device_id: int, at: datetime) -> dict[str, Any]:
    """Return the state of a file that this device sent.

    Raises
    ------
    NotFound
        When there is none, or it is another device's, or older than a day.
    """
    unknown = NotFound("No such file", "none of this device, or older than a day")
    if not _ID.fullmatch(upload_id):
        raise unknown
    path = folder / f"{upload_id}.json"
    try:
        state: dict[str, Any] = json.loads(path.read_text("ascii"))
        silent_s = at.timestamp() - path.stat().st_mtime
    except FileNotFoundError:
        raise unknown from None
    if state.pop("device") != device_id:
        raise unknown
    if state["state"] not in _OVER and silent_s > _SILENT_S:
        state |= {"state": "lost"}
    return state


def _forget_old(folder: Path, at: datetime) -> None:
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if at.timestamp() - path.stat().st_mtime > _KEPT_S:
                path.unlink()
