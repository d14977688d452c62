"""Each point of a tiling is in one grid: the same for locating, imported incidents and time inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import lattice
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from gis_grid.core.geometry.slabs import Slabs
from gis_grid.core.presence.seconds import seconds_inside
from gis_grid.grids.service import locating
from gis_grid.incidents import service as incidents
from gis_grid.incidents.rows import IncidentRows

if TYPE_CHECKING:
    from sqlalchemy import Connection

AT_MS = 1_800_000_000_000


@st.composite
def tilings(draw):
    """A tiling, and points of it: its vertices, points of its borders, and others."""
    areas, grid = draw(lattice.tilings())
    corners = np.unique(np.vstack([shapely.get_coordinates(area) for area in areas]), axis=0)
    drawn = draw(lattice.places(grid, 12))
    return areas, np.vstack([corners, drawn])


@pytest.fixture
def community(conn: Connection) -> Connection:
    conn.exec_driver_sql(
        "INSERT INTO area (code, name, kind, geom) "
        "SELECT 'C', 'C', 'community', ST_Multi(ST_MakeEnvelope(-179, -89, 179, 89, 4326))"
    )
    return conn


def publish(conn: Connection, areas) -> list[int]:
    """Put a tiling in force and return the ids of its boundaries."""
    statement = text("""
        WITH made AS (
            INSERT INTO grid (code, name, area_id) SELECT :code, :code, id FROM area WHERE code = 'C'
            RETURNING id
        )
        INSERT INTO boundary (grid_id, households, buildings, valid, geom)
        SELECT id, 0, 0, '[2020-01-01,)', ST_Multi(ST_GeomFromWKB(:wkb, 4326)) FROM made RETURNING id
    """)
    return [
        conn.execute(statement, {"code": f"G{n}", "wkb": shapely.to_wkb(area)}).scalar_one()
        for n, area in enumerate(areas)
    ]


def imported(conn: Connection, lon: list[float], lat: list[float]) -> list[int | None]:
    """Return the boundaries that incidents at the points are given."""
    n = len(lon)
    columns = {name: [None] * n for name in ("worker_code", "deadline", "closed_at")}
    rows = IncidentRows(
        code=[f"I{k}" for k in range(n)],
        kind=["hazard"] * n,
        category=["x"] * n,
        title=["x"] * n,
        state=["reported"] * n,
        severity=[1] * n,
        reported_at=[AT_MS] * n,
        lon=lon,
        lat=lat,
        **columns,
    )
    incidents.load_incidents(conn, rows)
    return list(conn.execute(text("SELECT boundary_id FROM incident ORDER BY id")).scalars())


def stood_in(areas, lon: float, lat: float) -> list[int]:
    """Return the areas that have the time of standing at a point for ten seconds."""
    n = len(areas)
    starts, one = np.arange(n + 1) * 2, np.full(2 * n, 1.0)
    inside_s, _ = seconds_inside(
        np.tile([0, 10_000], n), lon * one, lat * one, starts, np.arange(n), Slabs.of(areas)
    )
    return np.flatnonzero(inside_s == 10.0).tolist()


@given(tilings())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_point_is_in_one_grid_and_all_three_name_the_same(community: Connection, case) -> None:
    areas, places = case
    with community.begin_nested() as undone:
        ids = publish(community, areas)
        few = locating.locate(community, *places.T, AT_MS * 1000)
        times = np.full(-(-2 * locating.FEW // len(places)) * len(places), AT_MS * 1000)
        many = locating.locate(
            community, *np.tile(places.T, len(times) // len(places)), times
        )  # by the index that is kept
        given_to = imported(community, *places.T.tolist())
        undone.rollback()
    assert many[: len(places)].tolist() == few.tolist()
    assert [-1 if one is None else one for one in given_to] == few.tolist()
    square = shapely.total_bounds(areas)
    for (lon, lat), found in zip(places.tolist(), few.tolist(), strict=True):
        stood = [ids[k] for k in stood_in(areas, lon, lat)]
        # The rim of the square belongs, by the same rule, to it in the east and south alone.
        on_rim = lon == square[0] or lat == square[3]
        assert stood == ([] if on_rim else [found])
        assert (found < 0) == on_rim
