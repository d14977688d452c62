"""SQL of a list of visit targets: rows staged, placed in areas, held against what is stored, merged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from gis_grid.kit.database import copy_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Row

_COLUMNS: Final = {
    "row": "int4", "reference": "text", "visit_class": "text", "since": "date", "until": "date",
    "lon": "float8", "lat": "float8",
}  # fmt: skip

_TABLES = """
    DROP TABLE IF EXISTS target_listed, target_placed, target_checked;
    CREATE TEMPORARY TABLE target_listed (
        row int, reference text, visit_class text, since date, until date, lon float8, lat float8
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE target_placed (
        row int, reference text, visit_class text, since date, until date, geom geometry, area_id bigint,
        is_in_grid boolean, areas bigint[], nth int
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE target_checked (
        LIKE target_placed, target_id bigint, was_class text, was_since date, was_until date,
        was_geom geometry, is_undated boolean, is_moved boolean, is_other boolean, ends_otherwise boolean,
        problem text
    ) ON COMMIT DROP;
"""

# Areas: the community around the point, and those of the grids that cover it, of now or to come.
_PLACE = text("""
    INSERT INTO target_placed
    SELECT s.row, s.reference, s.visit_class, s.since, s.until, point, around.area_id,
           covering.areas <> '{}', array_append(covering.areas, coalesce(around.area_id, -1)),
           row_number() OVER (PARTITION BY s.reference ORDER BY s.row)
    FROM target_listed s
    CROSS JOIN LATERAL ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326) AS point
    CROSS JOIN LATERAL (SELECT gis_grid_community(point) AS area_id) AS around
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(DISTINCT g.area_id), '{}') AS areas
        FROM boundary b JOIN grid g ON g.id = b.grid_id
        WHERE ST_Covers(b.geom, point) AND (upper_inf(b.valid) OR upper(b.valid) > :at)
    ) AS covering
""")

# A place that is nearer than a metre is the same: systems and digits of files differ by that.
_CHECK = text("""
    INSERT INTO target_checked
    WITH meant AS (
        SELECT p.row, p.reference, p.visit_class,
               CASE WHEN t.id IS NULL THEN coalesce(p.since, CAST(:since AS date))
                    ELSE coalesce(p.since, t.since) END AS since,
               CASE WHEN :has_until THEN p.until ELSE t.until END AS until,
               p.geom, p.area_id, p.is_in_grid, p.areas, p.nth, t.id AS target_id,
               t.visit_class AS was_class, t.since AS was_since, t.until AS was_until, t.geom AS was_geom,
               t.id IS NULL AND p.since IS NULL AS is_undated,
               coalesce(ST_DistanceSphere(t.geom, p.geom) >= 1, false) AS is_moved
        FROM target_placed p LEFT JOIN visit_target t ON t.reference = p.reference
    )
    SELECT *,
        visit_class <> was_class OR is_moved OR since IS DISTINCT FROM was_since AS is_other,
        until IS DISTINCT FROM was_until AS ends_otherwise,
        CASE
            WHEN EXISTS (
                SELECT FROM unnest(CAST(:areas AS bigint[]), CAST(:classes AS text[]))
                    AS counted (area_id, visit_class)
                WHERE counted.area_id = ANY (meant.areas) AND counted.visit_class = meant.visit_class
            ) THEN 'counted'
            WHEN nth > 1 THEN 'twice'
            WHEN NOT is_in_grid OR area_id IS NULL THEN 'outside'
            WHEN until <= since THEN 'days'
            WHEN (visit_class <> was_class OR is_moved) AND (
                EXISTS (SELECT FROM visit v WHERE v.target_id = meant.target_id)
                OR EXISTS (SELECT FROM visit_appointment a WHERE a.target_id = meant.target_id)
            ) THEN CASE WHEN visit_class <> was_class THEN 'class' ELSE 'place' END
        END AS problem
    FROM meant
""")

_MARK = text("""
    INSERT INTO changed_record (grid_id, during)
    SELECT b.grid_id, tstzrange(CAST(min(first) AS timestamp) AT TIME ZONE :timezone, :at)
    FROM target_checked c
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN target_id IS NULL THEN coalesce(since, 'infinity')
            WHEN is_other THEN least(coalesce(since, '-infinity'), coalesce(was_since, '-infinity'))
            WHEN ends_otherwise THEN least(coalesce(until, 'infinity'), coalesce(was_until, 'infinity'))
            ELSE 'infinity' END AS first
    ) AS changed
    CROSS JOIN LATERAL (VALUES (c.geom), (c.was_geom)) AS place (point)
    JOIN boundary b ON ST_Covers(b.geom, place.point)
    WHERE problem IS NULL AND CAST(first AS timestamp) AT TIME ZONE :timezone < :at
    GROUP BY b.grid_id
""")

_UPDATE = text("""
    UPDATE visit_target t SET visit_class = c.visit_class, since = c.since, until = c.until,
        area_id = CASE WHEN c.is_moved THEN c.area_id ELSE t.area_id END,
        geom = CASE WHEN c.is_moved THEN c.geom ELSE t.geom END
    FROM target_checked c
    WHERE t.id = c.target_id AND c.problem IS NULL AND (c.is_other OR c.ends_otherwise)
""")

_INSERT = text("""
    INSERT INTO visit_target (reference, visit_class, area_id, geom, since, until)
    SELECT reference, visit_class, area_id, geom, since, until
    FROM target_checked WHERE problem IS NULL AND target_id IS NULL ORDER BY row
""")


def begin(conn: Connection) -> None:
    """Make the empty tables that rows are staged in; they end with the transaction."""
    conn.execute(text(_TABLES))


def add(conn: Connection, rows: Iterable[Sequence[object]]) -> None:
    """Copy rows into the staged table."""
    copy_rows(conn, "target_listed", list(_COLUMNS), list(_COLUMNS.values()), rows)


def place(conn: Connection, at: datetime) -> list[int]:
    """Find the areas of the staged rows and return all of them; -1 stands for outside of every community.

    Parameters
    ----------
    at
        Grids that are in force then or later are looked at.
    """
    conn.execute(_PLACE, {"at": at})
    return list(conn.execute(text("SELECT DISTINCT unnest(areas) FROM target_placed ORDER BY 1")).scalars())


def check(
    conn: Connection, counted: Mapping[int, Iterable[str]], *, since: date | None, has_until: bool
) -> Sequence[Row[Any]]:
    """Hold the placed rows against what is stored; return (row, reference, lon, lat, since, until, problem).

    Parameters
    ----------
    counted
        For each area the classes that are only counted there.
    since
        Of new targets that name no such day.
    has_until
        Whether the file says until when; else what is stored stays.
    """
    pairs = [(area, word) for area, words in counted.items() for word in words]
    values = {
        "areas": [area for area, _ in pairs], "classes": [word for _, word in pairs], "since": since,
        "has_until": has_until,
    }  # fmt: skip
    conn.execute(_CHECK, values)
    return conn.execute(
        text(
            "SELECT row, reference, ST_X(geom) AS lon, ST_Y(geom) AS lat, since, until, problem "
            "FROM target_checked WHERE problem IS NOT NULL ORDER BY row"
        )
    ).all()


def undated(conn: Connection) -> int:
    """Return how many new targets name no day since."""
    counted = text("SELECT count(*) FROM target_checked WHERE problem IS NULL AND is_undated")
    return int(conn.execute(counted).scalar_one())


def merge(conn: Connection, at: datetime, timezone: str) -> tuple[int, int, int]:
    """Store the checked rows without a problem; return how many were new, changed and the same.

    Whoever has a grid in which a list was changed for days that are over is marked to be judged again.
    """
    conn.execute(_MARK, {"at": at, "timezone": timezone})
    stored = conn.execute(text("SELECT count(*) FROM target_checked WHERE problem IS NULL")).scalar_one()
    changed = conn.execute(_UPDATE).rowcount
    new = conn.execute(_INSERT).rowcount
    return new, changed, stored - new - changed
