"""Which atoms touch along a line, for how long, and what lies there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.core.plan.atoms import Borders
from gis_grid.core.plan.lines import CLASSES, LineClass
from gis_grid.core.plan.segments import sides

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.atoms import Atoms
    from gis_grid.core.plan.ground import Ground
    from gis_grid.core.plan.segments import Sides

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

ALONG_M: Final = 0.01
"""A side whose middle is this near a line lies along it: snapping moves lines by less."""


def borders(atoms: Atoms, ground: Ground) -> Borders:
    """Measure the shared borders of atoms by the class of line along each.

    Parameters
    ----------
    atoms
        An exact coverage.
    ground
        Its lines alone are looked at. Where several lie along a border, the lowest class counts.
    """
    return measured(sides(atoms.polygon), len(atoms), ground)


def measured(side: Sides, count: int, ground: Ground) -> Borders:
    """Measure the borders that sides of `count` polygons add up to."""
    length_m, shared = side.length_m, side.second >= 0
    outer_m = np.bincount(side.first[~shared], weights=length_m[~shared], minlength=count)
    kind = line_classes(side.middle_m[shared], ground)
    pair, number = np.unique(side.first[shared] * count + side.second[shared], return_inverse=True)
    each = np.bincount(number * CLASSES + kind, weights=length_m[shared], minlength=len(pair) * CLASSES)
    return Borders(
        pair // max(count, 1),
        pair % max(count, 1),
        each.reshape(len(pair), CLASSES).astype(np.float64),
        outer_m.astype(np.float64),
    )


def line_classes(place_m: Floats, ground: Ground) -> Whole:
    """Return the class of line at each place (p, 2); `INSIDE` where there is none."""
    kind = np.full(len(place_m), LineClass.INSIDE, dtype=np.int64)
    straight, line_class = ground.straight
    place, near = straight.query(shapely.points(place_m), predicate="dwithin", distance=ALONG_M)
    np.minimum.at(kind, place, line_class[near])
    return kind
