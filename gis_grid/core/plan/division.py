"""A division: which draft grid holds which atom; and changes of it, which can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.atoms import Atoms
    from gis_grid.core.plan.ground import Buildings

    Whole = NDArray[np.int64]

GAP: Final = -1
"""The label of an atom that no grid holds."""


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """A state of a plan.

    Parameters
    ----------
    label : (n,)
        int64, the draft grid of each atom by row, or `GAP`. Labels are never given twice in a plan.
    locked
        Draft grids that nothing may change.
    next_key, next_label
        What the next new atom and the next new draft grid are called.
    """

    atoms: Atoms
    label: Whole
    locked: frozenset[int] = field(default_factory=frozenset)
    next_key: int = 0
    next_label: int = 0

    def labels(self) -> Whole:
        """Return the draft grids there are, rising."""
        found: Whole = np.unique(self.label)
        return found[found != GAP]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What one operation did: rows that were, and rows that are instead. Its inverse has the sides swapped.

    Parameters
    ----------
    before, after
        The atoms that were changed, cut or relabelled, with their labels; the same key on both sides means
        the same ground under another label.
    """

    before: Atoms
    before_label: Whole
    after: Atoms
    after_label: Whole
    locked_before: frozenset[int]
    locked_after: frozenset[int]
    next_before: tuple[int, int]
    next_after: tuple[int, int]

    def inverted(self) -> Change:
        """Return the change that takes this one back."""
        return Change(
            self.after,
            self.after_label,
            self.before,
            self.before_label,
            self.locked_after,
            self.locked_before,
            self.next_after,
            self.next_before,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What operations work on: a division, with the buildings that must not be cut."""

    division: Division
    buildings: Buildings
