"""The judging of `judge.py` as a good author would write it in PostGIS SQL.

Clean by accuracy, by the same moment and by speed with window functions; segments by `lead()`; gaps of more
than 300 s are unknown; time inside by `ST_Covers`, else by the length of `ST_Intersection`; uncertain is what
comes as near to the border as the accuracy; sums by day and week; verdict rows are inserted. It is coarser
than the program in what costs most: a whole segment near the border is uncertain, not the part that is near;
no fix is believed again after a jump; and there is neither a sign, nor a patrol, nor a sentence, nor an
interval. It reads the same table by the same index, and may use both cores.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import text

from gis_grid.kit.database import transaction
from gis_grid.kit.days import instants
from judging.city import MONDAY, TZ, City

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

TABLE = """
CREATE TEMPORARY TABLE sql_verdict (
    worker_id bigint, scope text, begins date, lower_s float8, best_s float8, upper_s float8,
    known_s float8, unknown_s float8, outcome text
)
"""

# A table of its own and not a subquery: the planner then knows how many segments there are.
SEGMENTS = """
CREATE TEMPORARY TABLE sql_segment ON COMMIT DROP AS
WITH fit AS (
    SELECT DISTINCT ON (worker_id, t)
           worker_id, t, accuracy_m, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS place
    FROM fix
    WHERE worker_id = ANY(:workers) AND t >= :start AND t < :end
        AND NOT mock AND coalesce(accuracy_m, 0) <= 100
    ORDER BY worker_id, t, accuracy_m
), stepped AS (
    SELECT *, lag(t) OVER track AS before, lag(place) OVER track AS place_before
    FROM fit WINDOW track AS (PARTITION BY worker_id ORDER BY t)
), clean AS (
    SELECT worker_id, t, accuracy_m, place FROM stepped
    WHERE before IS NULL OR ST_DistanceSphere(place_before, place) <= 50 * extract(epoch FROM t - before)
), paired AS (
    SELECT worker_id, t, lead(t) OVER track AS t_next, place, lead(place) OVER track AS place_next,
           greatest(accuracy_m, lead(accuracy_m) OVER track) AS accuracy_m
    FROM clean WINDOW track AS (PARTITION BY worker_id ORDER BY t)
)
SELECT paired.worker_id, (t AT TIME ZONE :tz)::date AS local_date,
       extract(epoch FROM t_next - t)::float8 AS seconds, accuracy_m,
       ST_MakeLine(place, place_next) AS line
FROM paired
JOIN duty ON duty.worker_id = paired.worker_id
    AND lower(during) <= t AND upper(during) >= t_next
WHERE t_next - t <= interval '300 s'
"""

GRIDS = """
CREATE TEMPORARY TABLE sql_grid ON COMMIT DROP AS
SELECT assignment.worker_id, boundary.geom, ST_Transform(ST_Boundary(boundary.geom), 32650) AS border
FROM assignment JOIN boundary USING (grid_id)
WHERE assignment.worker_id = ANY(:workers) AND assignment.valid @> CAST(:start AS timestamptz)
    AND boundary.valid @> CAST(:start AS timestamptz)
"""

VERDICTS = """
WITH measured AS (
    SELECT worker_id, local_date, seconds,
           seconds * CASE
               WHEN ST_Covers(geom, line) THEN 1
               WHEN ST_Intersects(geom, line)
                   THEN coalesce(ST_Length(ST_Intersection(line, geom)) / nullif(ST_Length(line), 0), 0)
               ELSE 0 END AS inside_s,
           ST_DWithin(ST_Transform(line, 32650), border, accuracy_m) AS uncertain
    FROM sql_segment JOIN sql_grid USING (worker_id)
), on_duty AS (
    SELECT worker_id, (lower(during) AT TIME ZONE :tz)::date AS local_date,
           sum(extract(epoch FROM upper(during) - lower(during)))::float8 AS seconds
    FROM duty WHERE worker_id = ANY(:workers) AND during && tstzrange(:start, :end) GROUP BY 1, 2
), days AS (
    SELECT worker_id, local_date, sum(seconds) AS known_s, sum(inside_s) AS best_s,
           sum(inside_s) FILTER (WHERE NOT uncertain) AS lower_s,
           sum(CASE WHEN uncertain THEN seconds ELSE inside_s END) AS upper_s
    FROM measured GROUP BY 1, 2
), known AS (
    SELECT worker_id, local_date, coalesce(lower_s, 0) AS lower_s, coalesce(best_s, 0) AS best_s,
           coalesce(upper_s, 0) AS upper_s, coalesce(known_s, 0) AS known_s,
           on_duty.seconds - coalesce(known_s, 0) AS unknown_s
    FROM on_duty LEFT JOIN days USING (worker_id, local_date)
), spans AS (
    SELECT worker_id, 'day' AS scope, local_date AS begins, 7200 AS required, lower_s, best_s, upper_s,
           known_s, unknown_s FROM known
    UNION ALL
    SELECT worker_id, 'week', date_trunc('week', local_date)::date, 36000, sum(lower_s), sum(best_s),
           sum(upper_s), sum(known_s), sum(unknown_s) FROM known GROUP BY 1, 3
)
INSERT INTO sql_verdict
SELECT worker_id, scope, begins, lower_s, best_s, upper_s, known_s, unknown_s,
       CASE WHEN best_s >= required THEN 'met' WHEN upper_s + unknown_s < required THEN 'short'
            ELSE 'review' END
FROM spans
"""

OURS = """
SELECT worker_id, local_date, best_s FROM day_verdict JOIN judgement ON judgement.id = judgement_id
WHERE revision = 1 AND worker_id = ANY(:workers) AND local_date <= :last
ORDER BY 1, 2
"""


def compare(engine: Engine, city: City, share: int, ours_s_a_fix: float) -> None:
    """Judge one worker in `share` in SQL, check that both agree, and print the ratio of seconds a fix."""
    workers = list(range(1, city.workers + 1, share))
    fixes = city.fixes // city.workers * len(workers)
    start, end = instants(MONDAY, city.last_day, TZ)
    values = {"workers": workers, "start": start, "end": end, "tz": TZ.key}
    with transaction(engine) as conn:
        conn.execute(text(TABLE))
        started = time.perf_counter()
        for statement in (SEGMENTS, "ANALYZE sql_segment", GRIDS, "ANALYZE sql_grid", VERDICTS):
            conn.execute(text(statement), values)
        seconds = time.perf_counter() - started
        apart_s = _apart_s(conn, workers, city)
    print(f"{'PostGIS SQL, 1/' + str(share):<26}{seconds:>8.1f}{'':>8}{fixes / seconds:>12,.0f}")
    print(
        f"ratio: {seconds / fixes / ours_s_a_fix:.1f} x the fixes/s of PostGIS SQL; "
        f"seconds inside are at most {apart_s:.1e} s apart"
    )
    assert apart_s < 1e-3, "both do not agree"


def _apart_s(conn: Connection, workers: list[int], city: City) -> float:
    """Return the largest difference of a worker's seconds inside on a day."""
    ours = conn.execute(text(OURS), {"workers": workers, "last": city.last_day}).all()
    theirs = conn.execute(
        text("SELECT worker_id, begins, best_s FROM sql_verdict WHERE scope = 'day' ORDER BY 1, 2")
    ).all()
    assert [tuple(row[:2]) for row in ours] == [tuple(row[:2]) for row in theirs]
    return float(np.abs(np.array([row[2] for row in ours]) - [row[2] for row in theirs]).max())
