"""What planners do to a division: an operation takes a plan and parameters, returns a `Change` or refuses."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from gis_grid.core.plan.errors import Refused
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
    from gis_grid.core.plan.errors import Choice
    from gis_grid.core.plan.state import Plan


def _honest(operation: Callable[..., Change]) -> Callable[..., Change]:
    """Return an operation whose refusals offer only what can be done."""

    @wraps(operation)
    def tried(plan: Plan, **parameters: Any) -> Change:
        try:
            return operation(plan, **parameters)
        except Refused as refused:
            choices = tuple(choice for choice in refused.choices if _possible(plan, choice))
            raise Refused(refused.code, refused.numbers, choices) from None

    return tried


def _possible(plan: Plan, choice: Choice) -> bool:
    try:
        _BY_NAME[choice.operation](plan, **choice.parameters)
    except Refused:
        return False
    return True


_BY_NAME: Final[Mapping[str, Callable[..., Change]]] = {
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

OPERATIONS: Final = {name: _honest(operation) for name, operation in _BY_NAME.items()}
"""Operations by their names in the API: a plan and parameters by name in, geometries in the plan's frame."""
