"""Communities out of files divided, several processes side by side."""

from __future__ import annotations

from concurrent.futures import as_completed
from typing import TYPE_CHECKING, NamedTuple

from gis_grid.core.errors import CoreError
from gis_grid.core.plan.atomise import make_atoms
from gis_grid.core.plan.borders import borders
from gis_grid.core.plan.partition import partition
from gis_grid.kit.side_by_side import side_by_side
from gis_grid.planning.warm import compile_loops

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gis_grid.core.plan.atoms import Atoms
    from gis_grid.core.plan.ground import Ground
    from gis_grid.core.plan.limits import Limits
    from gis_grid.core.plan.proposal import Proposal


class Divided(NamedTuple):
    """A community with its atoms and its division, or why it cannot be divided."""

    number: int
    atoms: Atoms | None = None
    proposal: Proposal | None = None
    failed: str | None = None


def divide_all(
    grounds: Sequence[Ground], limits: Limits, *, seed: int, processes: int = 1
) -> Iterator[Divided]:
    """Divide each community by itself; yield each, with its place among them, as it is done.

    However many processes there are, each community comes out the same.
    """
    if processes == 1:
        yield from (_divided(number, ground, limits, seed) for number, ground in enumerate(grounds))
        return
    # Else each process would compile the loops for itself, all at once.
    compile_loops()
    with side_by_side(__name__, processes) as pool:
        begun = [pool.submit(_divided, number, ground, limits, seed) for number, ground in enumerate(grounds)]
        for done in as_completed(begun):
            yield done.result()


def _divided(number: int, ground: Ground, limits: Limits, seed: int) -> Divided:
    try:
        atoms = make_atoms(ground).atoms
        return Divided(number, atoms, partition(atoms, borders(atoms, ground), limits, seed=seed))
    except CoreError as error:
        return Divided(number, failed=error.message)
