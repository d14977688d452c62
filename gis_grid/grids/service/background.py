"""The quiet map under a report: water, roads and the outlines of the grids, no larger than asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.grids.store import background as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

_ROUGHER = (
    (0.5, ("main", "lane", "path", "rail")),
    (2.0, ("main", "lane", "rail")),
    (8.0, ("main", "lane", "rail")),
    (30.0, ("main", "rail")),
    (120.0, ("main",)),
    (500.0, ()),
)
"""Tolerance in metres and road classes, tried one after the other until the map is small enough."""

_DEGREES_PER_METRE = 1 / 111_320.0


def background(
    conn: Connection, at: datetime, max_bytes: int, areas: Sequence[int] | None = None
) -> dict[str, str]:
    """Return GeoJSON geometry text by layer, around the grids in force at an aware time.

    Layers are ``water``, ``stream``, ``main``, ``lane``, ``path``, ``rail`` and ``grid``, in the order in
    which they are drawn; one without content is not there. When even the roughest form is larger than
    `max_bytes`, only the grids' outlines are left of it. Grids of some areas only, where they are given.
    """
    for tolerance_m, road_classes in _ROUGHER:
        found = {
            row.layer: row.geojson
            for row in store.layers(conn, at, areas, road_classes, tolerance_m * _DEGREES_PER_METRE)
        }
        if sum(map(len, found.values())) <= max_bytes:
            break
    else:
        found = {layer: geometry for layer, geometry in found.items() if layer == "grid"}
    order = ("water", "stream", "path", "lane", "rail", "main", "grid")
    return {layer: found[layer] for layer in order if layer in found}


def names_at(
    conn: Connection,
    at: datetime,
    lon: Sequence[float],
    lat: Sequence[float],
    areas: Sequence[int] | None = None,
) -> list[str | None]:
    """Return the name of the grid in force at each position (degrees), ``None`` where there is none."""
    return store.names(conn, at, areas, lon, lat)
