"""SQL over ``staged`` rows of absences and their stand-ins: checks, and the way in.

One row a stand-in: an absence with two of them stands in two rows. Times that are left out are the local
midnights around the absence.
"""

from typing import Final

_SPANS: Final = """
    SELECT row, worker, first_date, last_date, stand_in, stand_in_from, stand_in_until,
           coalesce(stand_in_from, CAST(first_date AS timestamp) AT TIME ZONE :timezone) AS since,
           coalesce(stand_in_until, CAST(last_date + 1 AS timestamp) AT TIME ZONE :timezone) AS until,
           CAST(first_date AS timestamp) AT TIME ZONE :timezone AS earliest,
           CAST(last_date + 1 AS timestamp) AT TIME ZONE :timezone AS latest
    FROM staged
    WHERE stand_in IS NOT NULL AND last_date >= first_date
"""

OVERLAPS: Final = """
    WITH span AS (
        SELECT row, worker, first_date, daterange(first_date, last_date, '[]') AS days FROM staged
        WHERE last_date >= first_date
    )
    SELECT DISTINCT ON (s.row) s.row, 'first_date', CAST(s.first_date AS text),
           'overlaps another absence of ' || s.worker
    FROM span s
    LEFT JOIN span o ON o.worker = s.worker AND o.first_date <> s.first_date AND o.days && s.days
    LEFT JOIN worker w ON w.code = s.worker
    LEFT JOIN absence a ON a.worker_id = w.id AND a.first_date <> s.first_date
        AND daterange(a.first_date, a.last_date, '[]') && s.days
        AND NOT EXISTS (SELECT FROM span n WHERE n.worker = s.worker AND n.first_date = a.first_date)
    WHERE o.row IS NOT NULL OR a.id IS NOT NULL
"""

STAND_INS: Final = """
    SELECT s.row, 'stand_in', s.stand_in,
           CASE WHEN c.id IS NULL THEN 'expected the code of a known worker'
                WHEN c.id = w.id THEN 'expected somebody else'
                ELSE 'is not in the mutual-aid group of ' || s.worker END
    FROM staged s
    LEFT JOIN worker w ON w.code = s.worker
    LEFT JOIN worker c ON c.code = s.stand_in
    LEFT JOIN mutual_aid_member mine ON mine.worker_id = w.id
    LEFT JOIN mutual_aid_member theirs ON theirs.worker_id = c.id
    WHERE s.stand_in IS NOT NULL
        AND (c.id IS NULL OR c.id = w.id
             OR (mine.group_id IS NOT NULL AND mine.group_id IS DISTINCT FROM theirs.group_id))
"""

STAND_IN_TIMES: Final = f"""
    WITH span AS ({_SPANS})
    SELECT s.row, 'stand_in_from', CAST(s.stand_in_from AS text),
           'expected a time within the absence and before its end' FROM span s
    WHERE s.since >= s.until OR s.since < s.earliest OR s.until > s.latest
    UNION ALL
    SELECT DISTINCT ON (s.row) s.row, 'stand_in', s.stand_in,
           'stands in row ' || o.row || ' for the same time'
    FROM span s JOIN span o ON o.row < s.row AND o.worker = s.worker AND o.first_date = s.first_date
        AND o.stand_in = s.stand_in AND (o.since, o.until) <> (s.since, s.until)
        AND o.since < s.until AND s.since < o.until
"""  # noqa: S608 - the constant above

MERGE: Final = (
    "DROP TABLE IF EXISTS incoming_absence, incoming_stand_in",
    """
    CREATE TEMPORARY TABLE incoming_absence ON COMMIT DROP AS
    SELECT DISTINCT ON (w.id, s.first_date) w.id AS worker_id, s.first_date, s.last_date, s.approved_by,
           a.id AS stored_id,
           coalesce((a.last_date, a.approved_by) <> (s.last_date, s.approved_by), false) AS changed
    FROM staged s
    JOIN worker w ON w.code = s.worker
    LEFT JOIN absence a ON a.worker_id = w.id AND a.first_date = s.first_date
    """,
    """
    UPDATE absence a SET last_date = i.last_date, approved_by = i.approved_by
    FROM incoming_absence i WHERE a.id = i.stored_id AND i.changed
    """,
    """
    INSERT INTO absence (worker_id, first_date, last_date, approved_by)
    SELECT worker_id, first_date, last_date, approved_by FROM incoming_absence WHERE stored_id IS NULL
    """,
    f"""
    CREATE TEMPORARY TABLE incoming_stand_in ON COMMIT DROP AS
    SELECT DISTINCT a.id AS absence_id, c.id AS worker_id, tstzrange(s.since, s.until) AS during
    FROM ({_SPANS}) AS s
    JOIN worker w ON w.code = s.worker
    JOIN absence a ON a.worker_id = w.id AND a.first_date = s.first_date
    JOIN worker c ON c.code = s.stand_in
    """,  # noqa: S608 - the constant above
    """
    WITH mine AS (
        SELECT a.id, i.stored_id IS NULL AS is_new, i.changed
        FROM incoming_absence i JOIN absence a ON (a.worker_id, a.first_date) = (i.worker_id, i.first_date)
    ), ended AS (
        DELETE FROM stand_in t USING mine
        WHERE t.absence_id = mine.id
            AND (t.absence_id, t.worker_id, t.during) NOT IN (SELECT * FROM incoming_stand_in)
        RETURNING t.absence_id
    ), begun AS (
        SELECT * FROM incoming_stand_in EXCEPT SELECT absence_id, worker_id, during FROM stand_in
    )
    UPDATE incoming_absence i SET changed = true
    FROM mine
    WHERE mine.id IN (SELECT absence_id FROM ended UNION SELECT absence_id FROM begun)
        AND i.stored_id = mine.id
    """,
    """
    INSERT INTO stand_in (absence_id, worker_id, during)
    SELECT * FROM incoming_stand_in EXCEPT SELECT absence_id, worker_id, during FROM stand_in
    """,
    """
    SELECT count(*) FILTER (WHERE stored_id IS NULL) AS new,
           count(*) FILTER (WHERE stored_id IS NOT NULL AND changed) AS changed
    FROM incoming_absence
    """,
)
