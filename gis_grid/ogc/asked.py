"""What a reader asks of a collection, once it is understood: the same for pages, counts, exports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Subquery

    from gis_grid.kit.features import Interval


@dataclass(frozen=True, slots=True)
class Asked:
    """Which features of a collection, and what of each.

    Attributes
    ----------
    bbox : tuple of float or None
        West, south, east, north in degrees; west > east goes across the antimeridian.
    interval : Interval or None
        Of time.
    where : callable or None
        Makes the condition of a filter from the rows; it names none but the collection's own properties.
    names : tuple of str or None
        Properties to give out; ``None`` for all.
    srid : int
        In which coordinates.
    flipped : bool
        Latitude comes first, as some coordinate systems have it in documents; files never do.
    """

    bbox: tuple[float, float, float, float] | None = None
    interval: Interval | None = None
    where: Callable[[Subquery], ColumnElement[bool]] | None = None
    names: tuple[str, ...] | None = None
    srid: int = 4326
    flipped: bool = False
