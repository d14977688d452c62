"""A city as dense as real ones: the land of `standards/land.sql` drawn smaller, a worker in each grid."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, cos, radians, sin, sqrt
from typing import Final

WEST, SOUTH = 112.0, 30.0
COMMUNITIES: Final = 100
COMMUNITY_DEG: Final = 0.04
"""How wide and high a community is: 140 grids in it are some 320 m wide each."""

_DRAWN_DEG: Final = 0.32
_ROUND_M: Final = 60.0
_STEP_RAD: Final = 12.0 / _ROUND_M
_M_PER_DEG: Final = 111_000.0

SHRINK: Final = (
    "SET session_replication_role = replica",
    *(
        f"UPDATE {table} SET geom = ST_Translate(ST_Scale(ST_Translate(geom, {-WEST}, {-SOUTH}),"
        f" {COMMUNITY_DEG / _DRAWN_DEG}, {COMMUNITY_DEG / _DRAWN_DEG}), {WEST}, {SOUTH})"
        for table in ("area", "boundary", "incident")
    ),
    *(
        # A street along the middle, so that there are cells in which one can walk.
        f"""INSERT INTO road (source, source_ref, class, geom)
            SELECT 'land', grid_id || '{way}', 'lane', ST_Multi(ST_MakeLine(
                ST_Point({start}, 4326), ST_Point({end}, 4326)))
            FROM (SELECT grid_id, ST_XMin(geom) AS west, ST_YMin(geom) AS south, ST_XMax(geom) AS east,
                      ST_YMax(geom) AS north FROM boundary) AS one"""
        for way, start, end in (
            ("-along", "west, (south + north) / 2", "east, (south + north) / 2"),
            ("-across", "(west + east) / 2, south", "(west + east) / 2, north"),
        )
    ),
    "RESET session_replication_role",
)
"""Statements that make the land small."""

ASSIGN: Final = """
    INSERT INTO assignment (worker_id, grid_id, valid)
    SELECT worker.id, grid.id, '[2020-01-01,)'
    FROM generate_series(1, 100 * :each) AS n
    JOIN worker ON worker.code = 'W' || n
    JOIN grid ON grid.code = 'C' || (n - 1) / :each || '-' || (n - 1) % :each
"""
"""Gives each worker the grid in which `City.place` lets it walk; `each` is how many a community has."""


@dataclass(frozen=True, slots=True)
class City:
    """So many workers, each in a grid; numbers of both begin at 1."""

    workers: int

    def place(self, worker: int, k: int) -> tuple[float, float]:
        """Return longitude and latitude of a worker's fix number `k`: round and round in the own grid."""
        each = self.workers // COMMUNITIES
        community, number = divmod(worker - 1, each)
        side = ceil(sqrt(each))
        wide = COMMUNITY_DEG / side
        lon = WEST + community % 10 * COMMUNITY_DEG + (number % side + 0.5) * wide
        lat = SOUTH + community // 10 * COMMUNITY_DEG + (number // side + 0.5) * wide
        turn = worker + k * _STEP_RAD
        return (
            lon + _ROUND_M * cos(turn) / _M_PER_DEG / cos(radians(lat)),
            lat + _ROUND_M * sin(turn) / _M_PER_DEG,
        )


def box_of(community: int) -> str:
    """Return the box of a community, counted from 0, as the API takes it."""
    west, south = WEST + community % 10 * COMMUNITY_DEG, SOUTH + community // 10 * COMMUNITY_DEG
    return f"{west:.4f},{south:.4f},{west + COMMUNITY_DEG:.4f},{south + COMMUNITY_DEG:.4f}"
