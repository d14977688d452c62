"""A division: which draft grid holds which atom; and changes of it, which can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.plan.errors import BadPlan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gis_grid.core.plan.atoms import Atoms

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
    exceptions
        Draft grids that may lie outside the limits, and why: a planner's words or a machine's code.
    """

    atoms: Atoms
    label: Whole
    locked: frozenset[int] = field(default_factory=frozenset)
    next_key: int = 0
    next_label: int = 0
    exceptions: Mapping[int, str] = field(default_factory=dict)

    def labels(self) -> Whole:
        """Return the draft grids there are, rising."""
        found: Whole = np.unique(self.label)
        held: Whole = found[found != GAP]
        return held

    def rows(self, label: int) -> Whole:
        """Return the rows of the atoms that a draft grid holds; an unknown one is a `BadPlan`."""
        rows: Whole = np.flatnonzero(self.label == label)
        if label == GAP or not rows.size:
            raise BadPlan("no such draft grid", field="grid", value=label)
        return rows

    def rows_of(self, keys: Whole) -> Whole:
        """Return the rows of atoms by their keys; an unknown one is a `BadPlan`."""
        rows: Whole = np.searchsorted(self.atoms.key, keys).astype(np.int64)
        known = rows < len(self.atoms)
        known[known] = self.atoms.key[rows[known]] == np.asarray(keys)[known]
        if not known.all():
            raise BadPlan("no such atom", field="atoms", value=np.asarray(keys)[~known].tolist())
        return rows

    def relabelled(self, label: Whole) -> Division:
        """Return the same atoms under other labels; what was said of grids that are no more is forgotten."""
        left = frozenset(np.unique(label).tolist())
        return replace(
            self,
            label=label,
            locked=self.locked & left,
            next_label=max(self.next_label, int(label.max(initial=GAP)) + 1),
            exceptions={grid: why for grid, why in self.exceptions.items() if grid in left},
        )


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What one operation did: rows that were, and rows that are instead. Its inverse has the sides swapped.

    Parameters
    ----------
    before, after
        The atoms that were changed, cut or relabelled, with their labels, by rising key. The same key on both
        sides means the same ground: under another label, or with a vertex more where a neighbour was cut.
    """

    before: Atoms
    before_label: Whole
    after: Atoms
    after_label: Whole
    locked_before: frozenset[int]
    locked_after: frozenset[int]
    next_before: tuple[int, int]
    next_after: tuple[int, int]
    exceptions_before: Mapping[int, str] = field(default_factory=dict)
    exceptions_after: Mapping[int, str] = field(default_factory=dict)

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
            self.exceptions_after,
            self.exceptions_before,
        )

    def grids(self) -> Whole:
        """Return the draft grids that held or hold an atom of it, rising."""
        found: Whole = np.unique(np.concatenate([self.before_label, self.after_label]))
        held: Whole = found[found != GAP]
        return held
