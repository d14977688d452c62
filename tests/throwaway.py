"""A PostGIS cluster for one test run: its own folder, gone afterwards whatever ends the run."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from gis_grid.kit.cluster import Cluster
from gis_grid.kit.file_lock import FileLock

if TYPE_CHECKING:
    from collections.abc import Iterator

SPEED_OVER_SAFETY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
}
_PREFIX = "gis-grid-test-"

_MEMORY: Final = Path("/dev/shm")
_ROOM: Final = 4 << 30
"""Bytes that must be free for a cluster to be kept in memory: more than those of four processes come to."""


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """Yield an empty data folder that the database's account can enter too; pytest's own are closed to it."""
    folder = Path(tempfile.mkdtemp(prefix="gis-grid-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        Cluster(folder).stop()
        shutil.rmtree(folder)


@contextmanager
def throwaway_cluster() -> Iterator[Cluster]:
    """Yield a running cluster nobody else has; clusters of runs that were killed are removed first."""
    with folder_for_cluster() as folder:
        cluster = Cluster(folder, settings=SPEED_OVER_SAFETY)
        cluster.start()
        yield cluster


@contextmanager
def folder_for_cluster() -> Iterator[Path]:
    """Yield a folder for a cluster; it is stopped afterwards."""
    folder, alive = _new_folder()
    try:
        yield folder
    finally:
        Cluster(folder).stop()
        shutil.rmtree(folder)
        alive.release()


@contextmanager
def one_at_a_time() -> Iterator[Path]:
    """Keep other runs and processes of tests out; yield the folder of temporary files."""
    base = Path(tempfile.gettempdir())
    gate = FileLock(base / f"{_PREFIX}gate-{os.getuid()}")
    gate.acquire(patience_s=60)
    try:
        yield base
    finally:
        gate.release()


def _new_folder() -> tuple[Path, FileLock]:
    with one_at_a_time() as base:
        for folder in (*base.glob(f"{_PREFIX}run-*"), *_MEMORY.glob(f"{_PREFIX}run-*")):
            _remove_if_abandoned(folder)
        place = _MEMORY if _has_room_in_memory() else base
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}run-", dir=place))
        folder.chmod(0o755)
        alive = FileLock(folder / "alive")
        assert alive.acquire_if_free()
        return folder, alive


def _has_room_in_memory() -> bool:
    """Return whether databases may be files in memory: a copy of one takes a tenth there."""
    if not os.access(_MEMORY, os.W_OK):
        return False
    return min(shutil.disk_usage(_MEMORY).free, psutil.virtual_memory().available) > _ROOM


def _remove_if_abandoned(folder: Path) -> None:
    alive = FileLock(folder / "alive")
    try:
        abandoned = alive.acquire_if_free()
    except (FileNotFoundError, PermissionError):
        return
    if abandoned:
        Cluster(folder).stop()
        shutil.rmtree(folder)
        alive.release()
