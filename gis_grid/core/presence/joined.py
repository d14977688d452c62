"""Which fixes are joined to the next: as :func:`gis_grid.core.presence.clear.is_joined` says, on arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.track.cleaning import Cleaned
    from gis_grid.core.track.fixes import Fixes


def joined(cleaned: Cleaned, max_gap_s: float) -> tuple[Fixes, NDArray[np.bool_]]:
    """Return the accepted fixes, and for all but the last whether the time to the next is known.

    It is not over a gap, nor where a track starts anew, nor over the antimeridian: a straight line there
    would run round the world.
    """
    good = cleaned.fixes.take(cleaned.accepted)
    near = np.diff(good.t_ms) <= max_gap_s * 1000.0
    beside = np.abs(np.diff(good.lon)) <= 180.0
    return good, near & beside & ~cleaned.starts_anew[cleaned.accepted][1:]
