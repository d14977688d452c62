"""SQL over ``staged`` rows of signatures, checks, forms, groups and part time: checks, and the way in."""

from typing import Final

UNKNOWN_WORKERS: Final = """
    SELECT s.row, 'worker', s.worker, 'expected the code of a known worker' FROM staged s
    WHERE NOT EXISTS (SELECT FROM worker w WHERE w.code = s.worker)
"""

BACKWARDS: Final = """
    SELECT s.row, 'last_date', CAST(s.last_date AS text), 'is before ' || s.first_date FROM staged s
    WHERE s.last_date < s.first_date
"""

HALF_A_POSITION: Final = """
    SELECT s.row, 'lon', CAST(coalesce(s.lon, s.lat) AS text), 'expected both lon and lat, or neither'
    FROM staged s WHERE (s.lon IS NULL) <> (s.lat IS NULL)
"""

_COUNT: Final = """
    SELECT count(*) FILTER (WHERE is_new) AS new, count(*) FILTER (WHERE NOT is_new) AS changed FROM merged
"""

MERGE_SIGNATURES: Final = f"""
    WITH merged AS (
        INSERT INTO signature AS stored (worker_id, at, kind, lon, lat, accuracy_m)
        SELECT DISTINCT ON (w.id, s.time, s.kind) w.id, s.time, s.kind, s.lon, s.lat, s.accuracy_m
        FROM staged s JOIN worker w ON w.code = s.worker
        ON CONFLICT (worker_id, at, kind) DO UPDATE
            SET lon = excluded.lon, lat = excluded.lat, accuracy_m = excluded.accuracy_m
        WHERE (stored.lon, stored.lat, stored.accuracy_m)
            IS DISTINCT FROM (excluded.lon, excluded.lat, excluded.accuracy_m)
        RETURNING xmax = 0 AS is_new
    ) {_COUNT}
"""  # noqa: S608 - the constant above

MERGE_CHECKS: Final = f"""
    WITH merged AS (
        INSERT INTO online_check AS stored (worker_id, at, declared_by)
        SELECT DISTINCT ON (w.id, s.time) w.id, s.time, s.checked_by
        FROM staged s JOIN worker w ON w.code = s.worker
        ON CONFLICT (worker_id, at) DO UPDATE SET declared_by = excluded.declared_by
        WHERE stored.declared_by <> excluded.declared_by
        RETURNING xmax = 0 AS is_new
    ) {_COUNT}
"""  # noqa: S608 - the constant above

MERGE_FORMS: Final = f"""
    WITH merged AS (
        INSERT INTO daily_form AS stored (worker_id, local_date, form, filed_at)
        SELECT DISTINCT ON (w.id, s.date, s.form) w.id, s.date, s.form, s.filed_at
        FROM staged s JOIN worker w ON w.code = s.worker
        ON CONFLICT (worker_id, local_date, form) DO UPDATE SET filed_at = excluded.filed_at
        WHERE stored.filed_at <> excluded.filed_at
        RETURNING xmax = 0 AS is_new
    ) {_COUNT}
"""  # noqa: S608 - the constant above

GROUP_SIZES: Final = """
    SELECT min(s.row), 'group', s."group", 'has ' || members.count || ' members, expected 2 to 5'
    FROM staged s
    JOIN (
        SELECT "group", count(DISTINCT worker) FROM (
            SELECT "group", worker FROM staged
            UNION ALL
            SELECT g.code, w.code FROM mutual_aid_member m
            JOIN mutual_aid_group g ON g.id = m.group_id
            JOIN worker w ON w.id = m.worker_id
            WHERE w.code NOT IN (SELECT worker FROM staged)
        ) AS everybody GROUP BY "group"
    ) AS members USING ("group")
    WHERE members.count NOT BETWEEN 2 AND 5
    GROUP BY s."group", members.count
"""

MERGE_GROUPS: Final = (
    """
    INSERT INTO mutual_aid_group (code) SELECT DISTINCT "group" FROM staged ON CONFLICT (code) DO NOTHING
    """,
    f"""
    WITH merged AS (
        INSERT INTO mutual_aid_member AS stored (worker_id, group_id)
        SELECT DISTINCT ON (w.id) w.id, g.id
        FROM staged s JOIN worker w ON w.code = s.worker JOIN mutual_aid_group g ON g.code = s."group"
        ON CONFLICT (worker_id) DO UPDATE SET group_id = excluded.group_id
        WHERE stored.group_id <> excluded.group_id
        RETURNING xmax = 0 AS is_new
    ) {_COUNT}
    """,  # noqa: S608 - the constant above
)

PART_TIME_OVERLAPS: Final = """
    WITH span AS (
        SELECT row, worker, first_date, daterange(first_date, last_date, '[]') AS days FROM staged
        WHERE last_date IS NULL OR last_date >= first_date
    )
    SELECT DISTINCT ON (s.row) s.row, 'first_date', CAST(s.first_date AS text),
           'overlaps another time of ' || s.worker
    FROM span s
    LEFT JOIN span o ON o.worker = s.worker AND o.first_date <> s.first_date AND o.days && s.days
    LEFT JOIN worker w ON w.code = s.worker
    LEFT JOIN part_time p ON p.worker_id = w.id AND p.valid && s.days AND lower(p.valid) <> s.first_date
        AND NOT EXISTS (SELECT FROM span n WHERE n.worker = s.worker AND n.first_date = lower(p.valid))
    WHERE o.row IS NOT NULL OR p.worker_id IS NOT NULL
"""

MERGE_PART_TIME: Final = """
    WITH incoming AS (
        SELECT DISTINCT ON (w.id, s.first_date) w.id AS worker_id,
               daterange(s.first_date, s.last_date, '[]') AS days
        FROM staged s JOIN worker w ON w.code = s.worker
    ), updated AS (
        UPDATE part_time p SET valid = i.days FROM incoming i
        WHERE p.worker_id = i.worker_id AND lower(p.valid) = lower(i.days) AND p.valid <> i.days
        RETURNING 1
    ), added AS (
        INSERT INTO part_time (worker_id, valid)
        SELECT i.worker_id, i.days FROM incoming i
        WHERE NOT EXISTS (
            SELECT FROM part_time p WHERE p.worker_id = i.worker_id AND lower(p.valid) = lower(i.days)
        )
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM added) AS new, (SELECT count(*) FROM updated) AS changed
"""
