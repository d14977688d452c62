"""Which boundaries came before and after: links from one version of the ground to the next (RFC 5829)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.planning import service as planning

if TYPE_CHECKING:
    from gis_grid.kit.features import Reading


def of_boundary(reading: Reading, fid: str) -> list[tuple[str, str]]:
    """Return links from a boundary to those it came from, and to those that came from it."""
    return _links(reading, int(fid))


def of_grid(reading: Reading, fid: str) -> list[tuple[str, str]]:
    """Return links from a grid, as it was at the moment asked for, to its boundaries before and after."""
    at = reading.now if reading.interval is None else reading.interval.end or reading.now
    boundary = planning.boundary_in_force(reading.conn, int(fid), at)
    return [] if boundary is None else _links(reading, boundary)


def _links(reading: Reading, boundary_id: int) -> list[tuple[str, str]]:
    before, after = planning.versions_beside(reading.conn, boundary_id)
    return [
        *(("predecessor-version", f"boundaries/items/{one}") for one in before),
        *(("successor-version", f"boundaries/items/{one}") for one in after),
    ]
