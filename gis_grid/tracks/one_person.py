"""Whose rows of a track file are taken: a file of several people names one, or is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.tracks.decoders import TrackBlock


class OnePerson:
    """Chooses the rows of one person, block by block.

    Parameters
    ----------
    only
        Take only the rows of this one; by default the file is of one person.
    option
        How `only` is said, for messages.
    """

    def __init__(self, only: str | None, *, option: str, where: str) -> None:
        self._only = only
        self._option = option
        self._where = where
        self._found: set[str] = set()

    def of(self, block: TrackBlock) -> NDArray[np.bool_]:
        """Return which rows of a block to take.

        Raises
        ------
        BadInput
            When the file holds several people and none was named, or one was and it names nobody.
        """
        if self._only is None:
            if block.workers is not None:
                self._found.update(np.unique(block.workers).tolist())
                self._refuse_many()
            return np.ones(len(block.fixes), np.bool_)
        if block.workers is None:
            raise BadInput(
                "The file does not say whose fixes it holds",
                f"{self._option} {self._only} can choose none; leave it out",
                where=self._where,
            )
        return np.asarray(block.workers == self._only, np.bool_)

    def _refuse_many(self) -> None:
        if len(self._found) > 1:
            raise BadInput(
                "The file holds tracks of several people",
                f"{', '.join(sorted(self._found)[:10])}; import one at a time ({self._option})",
                where=self._where,
            )
