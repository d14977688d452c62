"""Ways to divide the same atoms: ours, and what one would use instead.

Each peer gets what ours works on: for each region that can be divided the walkable borders with their costs,
households and places of its nodes, and into how many grids. Settings are those with which it does best.
"""

from __future__ import annotations

import importlib
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gis_grid.core.plan.partition import partition
from planning.region import SEED, by_region

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from gis_grid.core.plan.atoms import Atoms, Borders
    from gis_grid.core.plan.limits import Limits

    Whole = NDArray[np.int64]

_RECOM_STEPS: Final = 100


class Contender(NamedTuple):
    """What a table calls it, and the module of `peers` with its settings; none is ours."""

    name: str
    peer: str = ""
    settings: Mapping[str, Any] = {}

    def loaded(self) -> Callable[[Atoms, Borders, Limits], Whole]:
        """Return the way to divide atoms; `ModuleNotFoundError` where the library is not installed."""
        if not self.peer:
            return ours
        divide = importlib.import_module(f"planning.peers.{self.peer}").divide
        return partial(by_region, partial(divide, **self.settings))


def ours(atoms: Atoms, borders: Borders, limits: Limits) -> Whole:
    """Divide by the project's own code."""
    return partition(atoms, borders, limits, seed=SEED).label


CONTENDERS: Final[dict[str, Contender]] = {
    "ours": Contender("ours"),
    "metis": Contender("METIS, weighted", "metis"),
    "metis-plain": Contender("METIS, plain", "metis", {"weighted": False}),
    "kahip": Contender("KaHIP, strong", "kahip"),
    "tree": Contender("GerryChain, tree", "gerrychain"),
    "recom": Contender(
        f"GerryChain, {_RECOM_STEPS} ReCom steps a grid", "gerrychain", {"steps": _RECOM_STEPS}
    ),
    "maxp": Contender("spopt, MaxP", "spopt"),
}
