"""What planners do to a division: an operation takes a plan and parameters, returns a `Change` or refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.core.plan.operations.border import border
from gis_grid.core.plan.operations.detached import give_detached
from gis_grid.core.plan.operations.draw import draw
from gis_grid.core.plan.operations.fill_gaps import fill_gaps
from gis_grid.core.plan.operations.lock import accept, lock
from gis_grid.core.plan.operations.merge import merge
from gis_grid.core.plan.operations.move import move
from gis_grid.core.plan.operations.partition_grids import partition_grids
from gis_grid.core.plan.operations.split import split
from gis_grid.core.plan.operations.split_by_line import split_by_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gis_grid.core.plan.division import Change

OPERATIONS: Final[Mapping[str, Callable[..., Change]]] = {
    "accept": accept,
    "border": border,
    "detached": give_detached,
    "draw": draw,
    "fill_gaps": fill_gaps,
    "lock": lock,
    "merge": merge,
    "move": move,
    "partition": partition_grids,
    "split": split,
    "split_by_line": split_by_line,
}
"""Operations by their names in the API: a plan and parameters by name in, geometries in the plan's frame."""
