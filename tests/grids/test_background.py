"""The quiet map under a report."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import shapely
import two_grids
from sqlalchemy import text

from gis_grid.grids import service as grids

if TYPE_CHECKING:
    from sqlalchemy import Connection

NOW = datetime(2026, 11, 10, tzinfo=UTC)
BEFORE = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture
def town(conn: Connection) -> Connection:
    """Two grids with a main road and a lane through both, and a lake far away."""
    two_grids.build(conn)
    for number, (kind, lat) in enumerate([("main", 32.052), ("lane", 32.053)]):
        wiggly = ", ".join(f"{118.70 + k * 0.0004:.6f} {lat + (k % 2) * 0.00003:.6f}" for k in range(400))
        conn.execute(
            text("""
                INSERT INTO road (source, source_ref, class, geom)
                VALUES ('test', :ref, :class, ST_Multi(ST_GeomFromText(:line, 4326)))
            """),
            {"ref": str(number), "class": kind, "line": f"LINESTRING ({wiggly})"},
        )
    conn.execute(
        text("""
            INSERT INTO water (source, source_ref, geom)
            VALUES ('test', 'far', ST_MakeEnvelope(120, 40, 121, 41, 4326))
        """)
    )
    return conn


def test_what_lies_around_the_grids_in_force_is_drawn_roads_below_outlines(town: Connection) -> None:
    layers = grids.background(town, NOW, 1_000_000)
    assert list(layers) == ["lane", "main", "grid"]
    outlines = shapely.geometry.shape(json.loads(layers["grid"]))
    assert outlines.bounds == (two_grids.WEST, two_grids.SOUTH, two_grids.EAST, two_grids.NORTH)
    west, _, east, _ = shapely.geometry.shape(json.loads(layers["main"])).bounds
    assert two_grids.WEST - 0.01 < west < two_grids.WEST
    assert two_grids.EAST < east < two_grids.EAST + 0.01


def test_a_map_that_is_too_large_gets_rougher_until_only_outlines_are_left(town: Connection) -> None:
    full = sum(map(len, grids.background(town, NOW, 1_000_000).values()))
    rougher = grids.background(town, NOW, full - 1)
    assert sum(map(len, rougher.values())) < full
    assert list(grids.background(town, NOW, 1)) == ["grid"]


def test_before_there_were_grids_there_is_no_map(town: Connection) -> None:
    assert grids.background(town, BEFORE, 1_000_000) == {}


def test_a_position_has_the_name_of_its_grid_or_none(town: Connection) -> None:
    lon, lat = [118.782, 118.788, 118.9, two_grids.BORDER], [32.052] * 4
    assert grids.names_at(town, NOW, lon, lat) == ["第一网格", "第二网格", None, "第一网格"]
    assert grids.names_at(town, BEFORE, lon, lat) == [None] * 4
    assert grids.names_at(town, NOW, [], []) == []
