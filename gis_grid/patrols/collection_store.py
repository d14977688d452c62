"""SQL of the rows of the collections of patrols and of tracks."""

from __future__ import annotations

from typing import Final

# Of the latest judgement of each week; where somebody walked is not told here.
PATROLS: Final = """
    SELECT judgement.id || '-' || CAST(extract(epoch FROM patrol.starts_at) AS bigint) AS id,
        worker.code AS worker_code, patrol.local_date, patrol.starts_at, patrol.ends_at, patrol.known_s,
        patrol.unknown_s, patrol.lower_s, patrol.best_s, patrol.upper_s, patrol.verdicts, judgement.iso_week,
        judgement.revision, judgement.provisional, CAST(NULL AS geometry(Geometry, 4326)) AS geom
    FROM judgement JOIN patrol ON patrol.judgement_id = judgement.id
    JOIN worker ON worker.id = judgement.worker_id
    WHERE NOT EXISTS (
        SELECT FROM judgement AS later
        WHERE later.worker_id = judgement.worker_id AND later.iso_week = judgement.iso_week
            AND later.revision > judgement.revision)
"""

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
