"""METIS: multilevel k-way partitioning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pymetis

from planning.region import SEED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planning.region import Region


def divide(region: Region, *, weighted: bool = True) -> Sequence[int]:
    """Divide into contiguous parts; plain counts borders, weighted their cost."""
    starts, head, cost = region.compressed()
    found = pymetis.part_graph(
        region.parts,
        adjacency=pymetis.CSRAdjacency(starts, head),
        vweights=region.households,
        eweights=cost if weighted else np.ones_like(cost),
        recursive=False,
        options=pymetis.Options(ufactor=50 if weighted else 30, contig=1, seed=SEED),
    )
    return found.vertex_part  # type: ignore[no-any-return]
