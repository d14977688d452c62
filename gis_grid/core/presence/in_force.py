"""Which outline is in force when."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import shapely

from gis_grid.core.geometry.boundary import Boundary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Era:
    """A span of time in which one outline is in force."""

    start_ms: int
    end_ms: int
    boundary: Boundary


def eras(boundaries: Sequence[Boundary], start_ms: int, end_ms: int) -> Iterator[Era]:
    """Cut a span of time where the boundary in force changes; time without any is left out.

    Boundaries in force together count as one area.
    """
    changes = (t for b in boundaries for t in (b.valid_from_ms, b.valid_to_ms) if t is not None)
    cuts = sorted({start_ms, end_ms, *(t for t in changes if start_ms < t < end_ms)})
    for start, end in itertools.pairwise(cuts):
        together = tuple(b for b in boundaries if _is_in_force(b, start, end))
        if together:
            yield Era(start, end, together[0] if len(together) == 1 else _union(together))


def _is_in_force(boundary: Boundary, start_ms: int, end_ms: int) -> bool:
    """Whether a boundary is in force throughout a span in which nothing changes."""
    return (boundary.valid_from_ms is None or boundary.valid_from_ms <= start_ms) and (
        boundary.valid_to_ms is None or boundary.valid_to_ms >= end_ms
    )


@lru_cache(maxsize=256)
def _union(boundaries: tuple[Boundary, ...]) -> Boundary:
    """Return one outline around several; kept, because the same ones come for every week."""
    return Boundary.of(shapely.union_all([boundary.area for boundary in boundaries]))
