"""What came of the rows of a track file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gis_grid.kit.errors import RowError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.tracks.decoders import TrackBlock

MAX_ERRORS: Final = 100


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of a track file's rows.

    Attributes
    ----------
    read, added, off_duty
        Usable fixes in the file; new ones of them; those outside duty, dropped.
    left_out, errors
        Broken rows, and the first 100 of them.
    without_zone
        Rows whose time named no zone.
    untimed
        GPX points without a time in a file whose others have one: a planned route beside a track.
    overlapping
        Recordings that share time with another one of the file; where they take turns nothing is known.
    """

    read: int = 0
    added: int = 0
    off_duty: int = 0
    left_out: int = 0
    without_zone: int = 0
    untimed: int = 0
    overlapping: int = 0
    errors: list[RowError] = field(default_factory=list)

    @property
    def known(self) -> int:
        """Fixes that were there before, or stand in the file twice."""
        return self.read - self.off_duty - self.added

    def take(self, block: TrackBlock) -> None:
        """Count what the decoder says of a block."""
        self.leave_out([RowError(p.row, p.field, p.value, f"expected {p.expected}") for p in block.problems])
        self.without_zone += block.without_zone
        self.untimed += block.untimed

    def leave_out(self, errors: Sequence[RowError], count: int | None = None) -> None:
        """Count broken rows; a file may have millions, and of `count` only the first are given."""
        self.left_out += len(errors) if count is None else count
        self.errors += errors[: MAX_ERRORS - len(self.errors)]
