"""What a grid costs: a long border, households far from its middle, a size far from the target."""

# ruff: noqa: PLR0917 - kernels take arrays and numbers one by one
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from gis_grid.core.kernel import inlined

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gis_grid.core.plan.limits import Limits

    Floats = NDArray[np.float64]

LOAD: Final = 0
"""Column of a node's or a grid's sums: households or people."""
AREA: Final = 1
RIM: Final = 2
"""Metres of outline, each times what a border along its class of line costs."""
EAST: Final = 3
NORTH: Final = 4
"""Sums of load times position, metres from the middle of the community."""
SQUARE: Final = 5
"""Sum of load times squared distance from the middle."""
COLUMNS: Final = 6

SPREAD_WEIGHT: Final = 0.35
BALANCE_WEIGHT: Final = 0.15
"""How much the second and third part of the cost count beside the first; measured, see docs/planning.md."""


class Aim(NamedTuple):
    """Limits as numbers for kernels, in loads."""

    least: float
    most: float
    target: float
    half: float

    @classmethod
    def of(cls, limits: Limits, target: float | None = None) -> Aim:
        """Return the aim of limits, or of another target within them."""
        wanted = limits.target if target is None else target
        return cls(
            float(limits.least), float(limits.most), float(wanted), max(1.0, (limits.most - limits.least) / 2)
        )


@inlined
def cost(load: float, area: float, rim: float, east: float, north: float, square: float, aim: Aim) -> float:
    """Return what a grid of these sums costs; a disc evenly lived in, of the target's size, costs 1.35."""
    area = max(area, 1.0)
    total = rim * rim / (4.0 * math.pi * area)
    if load > 0.0:
        inertia = square - (east * east + north * north) / load
        total += SPREAD_WEIGHT * inertia / (load * area / (2.0 * math.pi))
    off = (load - aim.target) / aim.half
    return total + BALANCE_WEIGHT * off * off


@inlined
def cost_of(sums: Floats, grid: int, aim: Aim) -> float:
    """Return what one grid costs."""
    return cost(
        sums[grid, LOAD],
        sums[grid, AREA],
        sums[grid, RIM],
        sums[grid, EAST],
        sums[grid, NORTH],
        sums[grid, SQUARE],
        aim,
    )


@inlined
def cost_with(sums: Floats, grid: int, own: Floats, node: int, sign: float, shared: float, aim: Aim) -> float:
    """Return what a grid would cost with a node more (sign 1) or less (-1), of which it shares a border."""
    return cost(
        sums[grid, LOAD] + sign * own[node, LOAD],
        sums[grid, AREA] + sign * own[node, AREA],
        sums[grid, RIM] + sign * (own[node, RIM] - 2.0 * shared),
        sums[grid, EAST] + sign * own[node, EAST],
        sums[grid, NORTH] + sign * own[node, NORTH],
        sums[grid, SQUARE] + sign * own[node, SQUARE],
        aim,
    )
