"""Time inside and bounds in PostGIS SQL as a good author would write them first.

Clean by accuracy, by the same moment and by speed with window functions; segments by `lead()`; gaps of more
than 300 s are unknown; time inside by `ST_Covers`, else by the length of `ST_Intersection`; uncertain is what
comes as near to the border as the accuracy; sums by day and week; verdict rows are inserted. A whole segment
near the border is uncertain, not only the part that is near, and there is neither a patrol nor an interval.
"""

from __future__ import annotations

from typing import Final

TABLE: Final = """
CREATE TABLE sql_coarse (
    worker_id bigint, scope text, begins date, lower_s float8, best_s float8, upper_s float8,
    known_s float8, unknown_s float8, outcome text
)
"""

# A table of its own and not a subquery: the planner then knows how many segments there are.
SEGMENTS: Final = """
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

GRIDS: Final = """
CREATE TEMPORARY TABLE sql_grid ON COMMIT DROP AS
SELECT assignment.worker_id, boundary.geom, ST_Transform(ST_Boundary(boundary.geom), 32650) AS border
FROM assignment JOIN boundary USING (grid_id)
WHERE assignment.worker_id = ANY(:workers) AND assignment.valid @> CAST(:start AS timestamptz)
    AND boundary.valid @> CAST(:start AS timestamptz)
"""

VERDICTS: Final = """
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
INSERT INTO sql_coarse
SELECT worker_id, scope, begins, lower_s, best_s, upper_s, known_s, unknown_s,
       CASE WHEN best_s >= required THEN 'met' WHEN upper_s + unknown_s < required THEN 'short'
            ELSE 'review' END
FROM spans
"""

STATEMENTS: Final = (SEGMENTS, "ANALYZE sql_segment", GRIDS, "ANALYZE sql_grid", VERDICTS)
