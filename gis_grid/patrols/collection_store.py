"""SQL of the rows of the collections of patrols, of tracks and of hours by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Connection

# Of the latest judgement of each week; where somebody walked is not told here. A patrol begins in its week.
PATROLS: Final = """
    SELECT patrol.id, worker.code AS worker_code, patrol.local_date, patrol.starts_at, patrol.ends_at,
        patrol.known_s, patrol.unknown_s, patrol.lower_s, patrol.best_s, patrol.upper_s, patrol.verdicts,
        judgement.iso_week, judgement.revision, judgement.provisional,
        CAST(NULL AS geometry(Geometry, 4326)) AS geom
    FROM judgement JOIN patrol ON patrol.judgement_id = judgement.id
    JOIN worker ON worker.id = judgement.worker_id
    WHERE NOT EXISTS (
        SELECT FROM judgement AS later
        WHERE later.worker_id = judgement.worker_id AND later.iso_week = judgement.iso_week
            AND later.revision > judgement.revision)
"""
# Whose weeks are seen at all is asked for once, so that an index finds them.
OF_SEEN_WORKERS: Final = (
    "judgement.worker_id = ANY (ARRAY(SELECT gis_grid_workers() UNION ALL SELECT CAST(:own AS bigint)))"
)
FROM_WEEK: Final = "judgement.iso_week >= :first"
UNTIL_WEEK: Final = "judgement.iso_week <= :last"

# A track is made of sealed and of stored fixes, and cleaned: the program has it, an array a column.
TRACK_POINTS: Final = """
    SELECT CAST(:worker AS text) || '/' || to_char(time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
            || '/' || nth AS id,
        ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS geom, CAST(:worker AS text) AS worker, time,
        nullif(accuracy, 'NaN') AS accuracy, nullif(speed, 'NaN') AS speed_mps,
        nullif(heading, 'NaN') AS heading_deg, nullif(altitude, 'NaN') AS altitude_m,
        CAST(:names AS jsonb) -> CAST(bits AS text) AS flags, used
    FROM unnest(
        CAST(:t_ms AS bigint[]), CAST(:nth AS integer[]), CAST(:lon AS float8[]), CAST(:lat AS float8[]),
        CAST(:accuracy AS float8[]), CAST(:speed AS float8[]), CAST(:heading AS float8[]),
        CAST(:altitude AS float8[]), CAST(:bits AS integer[]), CAST(:used AS boolean[])
    ) AS fix (t_ms, nth, lon, lat, accuracy, speed, heading, altitude, bits, used),
    LATERAL (SELECT timestamptz 'epoch' + t_ms * interval '1 millisecond' AS time) AS moment
"""

TRACK_LINES: Final = """
    SELECT CAST(:worker AS text) || '/'
            || to_char(starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS id,
        ST_GeomFromWKB(line, 4326) AS geom, CAST(:worker AS text) AS worker, class, starts_at,
        starts_at + (end_ms - start_ms) * interval '1 millisecond' AS ends_at,
        CAST((end_ms - start_ms) / 1000.0 AS float8) AS seconds, fixes, length AS length_m
    FROM unnest(
        CAST(:start_ms AS bigint[]), CAST(:end_ms AS bigint[]), CAST(:class AS text[]),
        CAST(:fixes AS integer[]), CAST(:length AS float8[]), CAST(:line AS bytea[])
    ) AS run (start_ms, end_ms, class, fixes, length, line),
    LATERAL (SELECT timestamptz 'epoch' + start_ms * interval '1 millisecond' AS starts_at) AS moment
"""
LINE_COLUMNS: Final = ("start_ms", "end_ms", "class", "fixes", "length", "line")

# The entries of the table of hours as they are: nothing finer is kept, and nothing is added up.
COVERAGE_CELLS: Final = """
    SELECT to_char(week, 'IYYY"-W"IW') || '-' || grid.id || '-' || to_hex(cell) AS id,
        ST_GeomFromWKB(outline, 4326) AS geom, to_char(week, 'IYYY"-W"IW') AS iso_week, week AS first_day,
        week + 6 AS last_day, grid.code AS grid_code, to_hex(cell) AS cell,
        CAST(round(CAST(seconds / 3600 AS numeric), 3) AS float8) AS hours
    FROM patrol_effort JOIN grid ON grid.id = grid_id
    JOIN unnest(CAST(:cells AS bigint[]), CAST(:outlines AS bytea[])) AS drawn (cell, outline) USING (cell)
    WHERE week BETWEEN :first AND :last
        AND (CAST(:areas AS bigint[]) IS NULL OR grid.area_id = ANY(CAST(:areas AS bigint[])))
"""


def cells_told(conn: Connection, first: date, last: date, areas: list[int] | None) -> Sequence[int]:
    """Return the cells of which hours are told in the weeks from one Monday to another."""
    query = text("""
        SELECT DISTINCT cell FROM patrol_effort JOIN grid ON grid.id = grid_id
        WHERE week BETWEEN :first AND :last
            AND (CAST(:areas AS bigint[]) IS NULL OR grid.area_id = ANY(CAST(:areas AS bigint[])))
    """)
    return conn.execute(query, {"first": first, "last": last, "areas": areas}).scalars().all()
