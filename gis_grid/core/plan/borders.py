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
    side = sides(atoms.polygon)
    length_m, shared = side.length_m, side.second >= 0
    outer_m = np.zeros(len(atoms))
    np.add.at(outer_m, side.first[~shared], length_m[~shared])
    kind = line_classes(side.middle_m[shared], ground)
    pair, number = np.unique(side.first[shared] * len(atoms) + side.second[shared], return_inverse=True)
    by_class_m = np.zeros((len(pair), CLASSES))
    np.add.at(by_class_m, (number, kind), length_m[shared])
    return Borders(pair // max(len(atoms), 1), pair % max(len(atoms), 1), by_class_m, outer_m)


def line_classes(place_m: Floats, ground: Ground) -> Whole:
    """Return the class of line at each place (p, 2); `INSIDE` where there is none."""
    kind = np.full(len(place_m), LineClass.INSIDE, dtype=np.int64)
    piece, line = _pieces(ground.line)
    place, near = shapely.STRtree(piece).query(shapely.points(place_m), predicate="dwithin", distance=ALONG_M)
    np.minimum.at(kind, place, ground.line_class[line[near]])
    return kind


def _pieces(line: NDArray[np.object_]) -> tuple[NDArray[np.object_], Whole]:
    """Cut lines into straight pieces, whose boxes hold little but themselves; with the line of each."""
    part, line_of = shapely.get_parts(line, return_index=True)
    coordinates, part_of = shapely.get_coordinates(part, return_index=True)
    joined = part_of[:-1] == part_of[1:]
    piece = np.asarray(
        shapely.linestrings(np.stack([coordinates[:-1][joined], coordinates[1:][joined]], axis=1)),
        dtype=object,
    )
    return piece, line_of[part_of[:-1][joined]]
