"""Track files to columns: one decoder a format, all of the same shape.

A decoder is given the bytes of a file in pieces and yields blocks, so memory stays flat whatever the file's
size::

    for block in decode("walk.csv", chunks):
        store(block.fixes, block.workers)
        report(block.problems)

A broken row never stops the rest: it is left out and told of by its line. A file that cannot be read at all
raises :class:`~gis_grid.core.errors.BadTrack`.
"""

from gis_grid.tracks.decoders.block import RowProblem, TrackBlock
from gis_grid.tracks.decoders.front import decode

__all__ = ["RowProblem", "TrackBlock", "decode"]
