"""A few features of each kind, at places and times where asking for them goes wrong most easily."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from signed_in import signed_in

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection, Engine

# A square wound clockwise with too many decimals, points without a name and with a difficult one, two beside
# the antimeridian; a place that has no position, and moments one microsecond apart.
TOWN = """
    INSERT INTO area (code, name, kind, geom)
    VALUES ('C', '社区 C', 'community', ST_Multi(ST_MakeEnvelope(118.77, 32.04, 118.79, 32.06, 4326)));

    INSERT INTO building
        (source, source_ref, kind, name, floors, households, estimated, area_id, geom, point)
    SELECT 't', ref, one.kind, one.name, floors, households, estimated, area.id, one.geom,
        ST_PointOnSurface(one.geom)
    FROM area, (VALUES
        ('a', 'apartments', '一号楼', 6, 12, false, ST_GeomFromText(
            'POLYGON((118.78 32.05, 118.78 32.0512345678, 118.781 32.0512345678, 118.781 32.05,'
            ' 118.78 32.05))',
            4326)),
        ('b', 'house', NULL, NULL, 1, true, ST_SetSRID(ST_MakePoint(118.785, 32.055), 4326)),
        ('c', 'house', 'O''Neill "x" \\ 楼', 1.5, 3, false, ST_SetSRID(ST_MakePoint(118.79, 32.06), 4326)),
        ('east', 'house', 'east', 1, 1, false, ST_SetSRID(ST_MakePoint(179.5, 10), 4326)),
        ('west', 'house', 'west', 1, 1, false, ST_SetSRID(ST_MakePoint(-179.5, 10), 4326))
    ) AS one (ref, kind, name, floors, households, estimated, geom)
    WHERE area.code = 'C';

    INSERT INTO incident
        (code, kind, category, title, state, severity, reported_at, h3_r9, h3_r10, h3_r11, geom)
    SELECT code, 'incident', 'x', code, 'reported', severity, at::timestamptz, cell, cell, cell, place
    FROM (VALUES
        ('first', 1, '2026-11-02T00:00:00Z', 1, ST_SetSRID(ST_MakePoint(118.78, 32.05), 4326)),
        ('nowhere', 2, '2026-11-02T16:00:00Z', NULL, NULL),
        ('last', 3, '2026-11-03T16:00:00.000001Z', 1, ST_SetSRID(ST_MakePoint(10, 10), 4326))
    ) AS one (code, severity, at, cell, place);

    INSERT INTO grid (code, name, area_id)
    SELECT one.code, one.code, area.id FROM area, (VALUES ('G1'), ('G2'), ('G3')) AS one (code)
    WHERE area.code = 'C';
    INSERT INTO boundary (grid_id, households, buildings, valid, geom)
    SELECT grid.id, households, 1, valid::tstzrange, area.geom
    FROM (VALUES
        ('G1', 400, '[,2026-01-01)'), ('G1', 300, '[2026-01-01,2026-06-01)'),
        ('G2', 200, '[2026-06-01,)'), ('G3', 600, '[2026-06-01,)')
    ) AS one (code, households, valid)
    JOIN grid ON grid.code = one.code JOIN area ON area.code = 'C'
    ORDER BY grid.id, valid;
    INSERT INTO lineage (parent_boundary_id, child_boundary_id, kind, households, area_m2)
    SELECT parent.id, child.id, 'split', 100, 1
    FROM boundary AS parent JOIN boundary AS child ON upper(parent.valid) = lower(child.valid)
    WHERE parent.grid_id <> child.grid_id;
"""


def build(conn: Connection) -> None:
    """Make the town."""
    conn.exec_driver_sql(TOWN)


@contextmanager
def served(engine: Engine) -> Iterator[tuple[Connection, TestClient]]:
    """Yield the town and a client who sees all of it; nothing stays."""
    from answering import client_on  # the program takes a while to import

    with engine.connect() as conn, conn.begin() as transaction, client_on(conn) as client:
        build(conn)
        client.cookies.set(COOKIE, signed_in(conn, "everyone", [(Role.AUDITOR, None)]))
        yield conn, client
        transaction.rollback()


def items(collection: str) -> str:
    """Return the address of the features of a collection."""
    return f"/ogc/collections/{collection}/items"


def names(found: dict[str, Any]) -> list[str]:
    """Return what features of any of the collections are called, as they come."""
    told = ("source_ref", "code", "grid_code")
    return [
        next(one["properties"][name] for name in told if name in one["properties"])
        for one in found["features"]
    ]


def read(client: TestClient, collection: str, **query: Any) -> dict[str, Any]:
    """Return a page of features."""
    given = {name.replace("__", "-"): value for name, value in query.items()}
    answer = client.get(items(collection), params=given)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/geo+json"
    found: dict[str, Any] = answer.json()
    assert found["numberReturned"] == len(found["features"])
    return found
