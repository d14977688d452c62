"""What planners do to a division: an operation takes a plan and parameters, returns a `Change` or refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.core.plan.operations.merge import merge
from gis_grid.core.plan.operations.move import move_atoms
from gis_grid.core.plan.operations.split_by_line import split_by_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gis_grid.core.plan.division import Change

OPERATIONS: Final[Mapping[str, Callable[..., Change]]] = {
    "merge": merge,
    "move": move_atoms,
    "split_by_line": split_by_line,
}
"""Operations by their names in the API: a plan and parameters by name in, geometries in the plan's frame."""
