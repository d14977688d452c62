"""The track to check: all of a file's fixes, or none and the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.errors import CoreError
from gis_grid.core.geometry.datum import Datum
from gis_grid.core.track.fixes import Fixes
from gis_grid.core.track.recordings import RecordingSpans
from gis_grid.kit.encoding import chunks
from gis_grid.kit.errors import BadInput, RowError
from gis_grid.tracks.decoders import decode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from gis_grid.tracks.decoders import TrackBlock

_TITLE = "The track cannot be used"
_MAX_ERRORS = 1000
_MAX_NAMED = 5


@dataclass(frozen=True, slots=True)
class Track:
    """Fixes of one worker, and what the reader should know about how they were read."""

    fixes: Fixes
    without_zone: int
    untimed: int
    overlapping: int


def read_track(path: Path, zone: ZoneInfo, worker: str | None, datum: Datum = Datum.WGS84) -> Track:
    """Read the fixes of one worker from a file of any known format.

    Parameters
    ----------
    path : Path
    zone : ZoneInfo
        Zone of times that name none.
    worker : str, optional
        Whose fixes to take from a file that holds several workers'.
    datum : Datum
        What the positions of the file mean.

    Returns
    -------
    Track

    Raises
    ------
    BadInput
        For a file that cannot be read, any broken row (each with its line), no fix at all, several workers
        and none named, or one named in a file that names nobody: a verdict on half a track, on two people's,
        or on somebody else's would be wrong.
    """
    blocks = list(_blocks(path, zone))
    problems = [problem for block in blocks for problem in block.problems]
    if problems:
        rows = [RowError(p.row, p.field, p.value, f"expected {p.expected}") for p in problems[:_MAX_ERRORS]]
        count = "1 row" if len(problems) == 1 else f"{len(problems)} rows"
        raise BadInput(_TITLE, f"{count} cannot be read", where=path.name, errors=rows)
    _check_one_worker(blocks, worker, path)
    fixes = Fixes.concat([_of_worker(block, worker) for block in blocks]).read_as(datum)
    if not len(fixes):
        whose = "" if worker is None else f" of worker {worker}"
        raise BadInput(_TITLE, f"the file holds no track point{whose}", where=path.name)
    return Track(
        fixes,
        without_zone=sum(block.without_zone for block in blocks),
        untimed=sum(block.untimed for block in blocks),
        overlapping=RecordingSpans([fixes]).overlapping(),
    )


def _blocks(path: Path, zone: ZoneInfo) -> Iterator[TrackBlock]:
    """Decode the file; what the decoder refuses is bad input."""
    try:
        yield from decode(path.name, chunks(path), zone=zone)
    except CoreError as error:
        raise BadInput(_TITLE, error.message, where=path.name) from error


def _of_worker(block: TrackBlock, worker: str | None) -> Fixes:
    """Take the fixes of one worker where the file names workers."""
    if worker is None or block.workers is None:
        return block.fixes
    return block.fixes.take(block.workers == worker)


def _check_one_worker(blocks: list[TrackBlock], worker: str | None, path: Path) -> None:
    """Refuse to judge two people as one, and somebody as the one who was named."""
    if worker is not None and any(block.workers is None for block in blocks):
        raise BadInput(
            _TITLE,
            f"the file does not say whose fixes it holds, so --worker {worker} can choose none; leave it out",
            where=path.name,
        )
    found = sorted(
        {str(name) for block in blocks if block.workers is not None for name in np.unique(block.workers)}
    )
    if worker is None and len(found) > 1:
        some = ", ".join(found[:_MAX_NAMED]) + (", ..." if len(found) > _MAX_NAMED else "")
        raise BadInput(
            _TITLE, f"the file holds {len(found)} workers ({some}); choose one with --worker", where=path.name
        )
