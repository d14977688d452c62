"""KaHIP: multilevel partitioning with flows between parts, the strong setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import kahip

from planning.region import SEED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planning.region import Region


def divide(region: Region) -> Sequence[int]:
    """Divide; parts may be in pieces."""
    starts, head, cost = region.compressed()
    weight, begin, price, neighbour = (each.tolist() for each in (region.households, starts, cost, head))
    slack = region.limits.most / region.limits.target - 1.05
    _, found = kahip.kaffpa(
        weight,
        begin,
        price,
        neighbour,
        region.parts,
        slack,
        True,
        SEED,
        kahip.STRONG,
    )
    return found  # type: ignore[no-any-return]
