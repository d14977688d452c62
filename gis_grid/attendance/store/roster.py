"""SQL over ``staged`` rows of workers: who there is, and who has which grid from when on."""

from typing import Final

_STARTS: Final = """
    SELECT s.row, s.worker, s.name, s.grid, g.id AS grid_id, w.id AS worker_id, w.name AS known_as,
        CASE WHEN s.first_date IS NOT NULL
            THEN CAST(s.first_date AS timestamp) AT TIME ZONE CAST(:timezone AS text)
            ELSE (SELECT min(lower(b.valid)) FROM boundary b WHERE b.grid_id = g.id) END AS start
    FROM staged s LEFT JOIN grid g ON g.code = s.grid LEFT JOIN worker w ON w.code = s.worker
"""
"""Without a day somebody has a grid from its beginning on."""

_HAS_IT: Final = """
    EXISTS (SELECT FROM assignment a
        WHERE a.worker_id = r.worker_id AND a.grid_id = r.grid_id AND a.valid @> r.start)
"""

UNKNOWN_GRIDS: Final = """
    SELECT s.row, 'grid', s.grid, 'expected the code of a known grid' FROM staged s
    WHERE s.grid IS NOT NULL AND NOT EXISTS (SELECT FROM grid g WHERE g.code = s.grid)
"""

ANOTHER_GRID: Final = f"""
    SELECT r.row, 'first_date', coalesce(CAST(r.start AS text), ''),
           'has another grid by then or later: expected a later first_date'
    FROM ({_STARTS}) r
    WHERE r.grid_id IS NOT NULL AND NOT {_HAS_IT} AND EXISTS (
        SELECT FROM assignment a WHERE a.worker_id = r.worker_id AND (
            coalesce(lower(a.valid), '-infinity') >= coalesce(r.start, '-infinity')))
"""  # noqa: S608 - the constants above

MERGE: Final = (
    f"""
    CREATE TEMPORARY TABLE roster ON COMMIT DROP AS
    SELECT DISTINCT ON (r.worker) r.worker, r.name, r.grid_id, r.start, r.worker_id IS NULL AS is_new,
        r.grid_id IS NOT NULL AND NOT {_HAS_IT} AS takes_grid,
        r.worker_id IS NOT NULL AND r.name IS DISTINCT FROM r.known_as AS is_renamed
    FROM ({_STARTS}) r ORDER BY r.worker, r.row
    """,  # noqa: S608 - the constants above
    """
    INSERT INTO worker (code, name) SELECT worker, name FROM roster WHERE is_new OR is_renamed
    ON CONFLICT (code) DO UPDATE SET name = excluded.name
    """,
    """
    UPDATE assignment a SET valid = tstzrange(lower(a.valid), r.start)
    FROM roster r JOIN worker w ON w.code = r.worker
    WHERE r.takes_grid AND a.worker_id = w.id AND a.valid @> r.start
    """,
    """
    INSERT INTO assignment (worker_id, grid_id, valid)
    SELECT w.id, r.grid_id, tstzrange(r.start, NULL)
    FROM roster r JOIN worker w ON w.code = r.worker WHERE r.takes_grid
    """,
    """
    WITH told AS (DELETE FROM roster RETURNING is_new, is_renamed OR takes_grid AS is_changed)
    SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE is_changed AND NOT is_new) FROM told
    """,
)
"""The grid that somebody had until then ends where the new one begins."""
