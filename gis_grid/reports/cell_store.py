"""SQL of the rows of the collections of cells: the program counts and draws them."""

from __future__ import annotations

from typing import Final

HEAT_CELLS: Final = """
    SELECT to_hex(cell) AS id, ST_GeomFromWKB(outline, 4326) AS geom, to_hex(cell) AS cell,
        count, open, weight, worst, category,
        CAST(:first AS date) AS first_day, CAST(:last AS date) AS last_day
    FROM unnest(
        CAST(:cells AS bigint[]), CAST(:outlines AS bytea[]), CAST(:count AS bigint[]),
        CAST(:open AS bigint[]), CAST(:weight AS float8[]), CAST(:worst AS integer[]),
        CAST(:category AS text[])
    ) AS counted (cell, outline, count, open, weight, worst, category)
"""

VISIT_CELLS: Final = """
    SELECT to_hex(cell) AS id, ST_GeomFromWKB(outline, 4326) AS geom, to_hex(cell) AS cell, targets,
        CAST(:first AS date) AS first_day, CAST(:last AS date) AS last_day
    FROM unnest(CAST(:cells AS bigint[]), CAST(:outlines AS bytea[]), CAST(:targets AS bigint[]))
        AS counted (cell, outline, targets)
"""
