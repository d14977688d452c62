"""Two grids side by side and a worker each: the least that incidents and visits can happen in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection

WEST, BORDER, EAST = 118.780, 118.785, 118.790
SOUTH, NORTH = 32.050, 32.055
FOUNDED = "2026-11-01T00:00+08:00"
SPLIT = "2026-11-05T12:00+08:00"


def build(conn: Connection) -> None:
    """Make one community with the grids G1 (west) and G2 (east) and the workers W1 and W2."""
    conn.execute(
        text("""
            INSERT INTO area (code, name, kind, geom)
            VALUES ('C1', '示范社区', 'community', ST_Multi(ST_MakeEnvelope(:w, :s, :e, :n, 4326)))
        """),
        {"w": WEST, "s": SOUTH, "e": EAST, "n": NORTH},
    )
    for code, name, west, east in (("G1", "第一网格", WEST, BORDER), ("G2", "第二网格", BORDER, EAST)):
        conn.execute(
            text(
                "INSERT INTO grid (code, name, area_id) SELECT :code, :name, id FROM area WHERE code = 'C1'"
            ),
            {"code": code, "name": name},
        )
        add_boundary(conn, code, west, east, f"[{FOUNDED},)")
    conn.execute(text("INSERT INTO worker (code, name) VALUES ('W1', '甲'), ('W2', '乙')"))


def add_boundary(conn: Connection, grid: str, west: float, east: float, valid: str) -> int:
    """Put a grid's boundary in force for a range of time and return its id."""
    return conn.execute(
        text("""
            INSERT INTO boundary (grid_id, households, buildings, valid, geom)
            SELECT id, 400, 20, CAST(:valid AS tstzrange), ST_Multi(ST_MakeEnvelope(:w, :s, :e, :n, 4326))
            FROM grid WHERE code = :grid
            RETURNING id
        """),
        {"grid": grid, "valid": valid, "w": west, "s": SOUTH, "e": east, "n": NORTH},
    ).scalar_one()


def end_boundary(conn: Connection, grid: str, at: str) -> None:
    """End the boundary of a grid that is in force without an end."""
    conn.execute(
        text("""
            UPDATE boundary SET valid = tstzrange(lower(valid), CAST(:at AS timestamptz))
            WHERE upper_inf(valid) AND grid_id = (SELECT id FROM grid WHERE code = :grid)
        """),
        {"grid": grid, "at": at},
    )
