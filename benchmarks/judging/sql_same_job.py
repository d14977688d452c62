"""Time inside, its bounds and its intervals in PostGIS SQL: the program's own job, written for speed.

All geometry is in one plane of metres a grid, so that nothing is transformed per segment. Each fix is
measured against the border once; by the triangle inequality those two distances settle most segments, inside
or not and near or not, without looking at the border again. For the rest `ST_Intersection` with the grid
gives the crossings, and with a buffer around the piece of border beside the segment the part that is near;
`ST_LineLocatePoint` turns both into moments. Sets of moments are multiranges: certain = inside - near,
possible = inside + near, cut to duty; sums and interval lists over each patrol, local day and ISO week.
"""

from __future__ import annotations

from typing import Final

# Pieces of an arc in a quarter turn: its chords lie at most r (1 - cos(pi / 512)) within it. Where the box
# cuts the border off it is out of reach, so no round end is needed; where its ring begins it is put together.
BUFFER: Final = "quad_segs=128 endcap=flat"

SETTINGS: Final = "SET LOCAL work_mem = '256MB'; SET LOCAL jit = off"

TABLE: Final = """
CREATE TABLE sql_verdict (
    worker_id bigint, scope text, begins timestamptz, ends timestamptz NOT NULL,
    known_s float8 NOT NULL, unknown_s float8 NOT NULL,
    lower_s float8 NOT NULL, best_s float8 NOT NULL, upper_s float8 NOT NULL,
    verdicts jsonb NOT NULL,
    PRIMARY KEY (worker_id, scope, begins)
)
"""

GRIDS: Final = """
CREATE TEMPORARY TABLE sql_grid ON COMMIT DROP AS
WITH own AS (
    SELECT worker_id, geom, ST_Centroid(ST_Envelope(geom)) AS middle
    FROM assignment JOIN boundary USING (grid_id)
    WHERE worker_id = ANY(:workers) AND assignment.valid @> CAST(:start AS timestamptz)
        AND boundary.valid @> CAST(:start AS timestamptz)
), measured AS (
    SELECT worker_id, geom, ST_X(middle) AS lon, ST_Y(middle) AS lat,
           1000 * ST_Distance(middle::geography, ST_Translate(middle, 0.001, 0)::geography) AS east_m,
           1000 * ST_Distance(middle::geography, ST_Translate(middle, 0, 0.001)::geography) AS north_m
    FROM own
)
SELECT worker_id, lon, lat, east_m, north_m,
       ST_SetSRID(ST_Scale(ST_Translate(geom, -lon, -lat), east_m, north_m), 0) AS grid
FROM measured
"""

FIXES: Final = """
CREATE TEMPORARY TABLE sql_fix ON COMMIT DROP AS
WITH outline AS MATERIALIZED (
    SELECT worker_id, ST_Boundary(grid) AS border, ST_Multi(grid) AS grid FROM sql_grid
), fit AS (
    SELECT DISTINCT ON (worker_id, t) worker_id, t, coalesce(accuracy_m, 0)::float8 AS accuracy_m,
           (fix.lon - sql_grid.lon) * east_m AS x, (fix.lat - sql_grid.lat) * north_m AS y
    FROM fix JOIN sql_grid USING (worker_id)
    WHERE worker_id = ANY(:workers) AND t >= :start AND t < :end
        AND NOT mock AND coalesce(accuracy_m, 0) <= 100
    ORDER BY worker_id, t, fix.accuracy_m
), stepped AS (
    SELECT *, lag(t) OVER track AS t_before, lag(x) OVER track AS x_before, lag(y) OVER track AS y_before
    FROM fit WINDOW track AS (PARTITION BY worker_id ORDER BY t)
), clean AS (
    SELECT worker_id, t, accuracy_m, x, y FROM stepped
    WHERE t_before IS NULL
        OR sqrt((x - x_before) * (x - x_before) + (y - y_before) * (y - y_before))
            <= 50 * date_part('epoch', t - t_before)
)
SELECT worker_id, t, accuracy_m, x, y, ST_Distance(border, ST_MakePoint(x, y)) AS border_m,
       ST_Covers(grid, ST_MakePoint(x, y)) AS is_inside
FROM clean JOIN outline USING (worker_id)
"""

# NULL: only the geometry can tell. A millionth of a metre is left to rounding.
SEGMENTS: Final = """
CREATE TEMPORARY TABLE sql_segment ON COMMIT DROP AS
WITH paired AS (
    SELECT *, lead(t) OVER track AS t_next, lead(x) OVER track AS x_next, lead(y) OVER track AS y_next,
           border_m + lead(border_m) OVER track AS border_2m,
           greatest(accuracy_m, lead(accuracy_m) OVER track) AS radius_m
    FROM sql_fix WINDOW track AS (PARTITION BY worker_id ORDER BY t)
), joined AS (
    SELECT *, sqrt((x_next - x) * (x_next - x) + (y_next - y) * (y_next - y)) AS length_m
    FROM paired WHERE t_next - t <= interval '300 s'
), settled AS (
    SELECT *, CASE WHEN length_m = 0 OR border_2m > length_m + 1e-6 THEN is_inside END AS inside,
           CASE WHEN radius_m = 0 OR border_2m - length_m > 2 * radius_m + 1e-6 THEN false
                WHEN border_2m + length_m <= 2 * radius_m THEN true
                WHEN length_m = 0 THEN false END AS near
    FROM joined
)
SELECT worker_id, t, t_next, radius_m, inside, near,
       CASE WHEN inside IS NULL OR near IS NULL
            THEN ST_MakeLine(ST_MakePoint(x, y), ST_MakePoint(x_next, y_next)) END AS line
FROM settled
"""

PARTS: Final = f"""
CREATE TEMPORARY TABLE sql_part ON COMMIT DROP AS
WITH outline AS MATERIALIZED (
    SELECT worker_id, ST_Boundary(grid) AS border, ST_Multi(grid) AS grid FROM sql_grid
), cut AS (
    SELECT 'inside' AS kind, worker_id, t, t_next, line, ST_Intersection(line, grid) AS part
    FROM sql_segment JOIN outline USING (worker_id) WHERE inside IS NULL
    UNION ALL
    SELECT 'near', worker_id, t, t_next, line,
           ST_Intersection(line, ST_Buffer(
               ST_LineMerge(ST_ClipByBox2D(border, ST_Expand(CAST(line AS box2d), radius_m))),
               radius_m, '{BUFFER}'))
    FROM sql_segment JOIN outline USING (worker_id)
    WHERE near IS NULL AND ST_DWithin(line, border, radius_m)
), located AS (
    SELECT kind, worker_id, t, t_next - t AS lasts,
           ST_LineLocatePoint(line, ST_StartPoint(dumped.geom)) AS one,
           ST_LineLocatePoint(line, ST_EndPoint(dumped.geom)) AS other
    FROM cut CROSS JOIN LATERAL ST_Dump(part) AS dumped
    WHERE ST_Dimension(dumped.geom) = 1
)
SELECT kind, worker_id, tstzrange(t + least(one, other) * lasts, t + greatest(one, other) * lasts) AS during
FROM located
UNION ALL SELECT 'inside', worker_id, tstzrange(t, t_next) FROM sql_segment WHERE inside
UNION ALL SELECT 'near', worker_id, tstzrange(t, t_next) FROM sql_segment WHERE near
UNION ALL SELECT 'known', worker_id, tstzrange(t, t_next) FROM sql_segment
"""

SETS: Final = """
CREATE TEMPORARY TABLE sql_set ON COMMIT DROP AS
WITH duties AS (
    SELECT worker_id, range_agg(during) AS on_duty FROM duty
    WHERE worker_id = ANY(:workers) AND during && tstzrange(:start, :end) GROUP BY worker_id
), found AS (
    SELECT worker_id,
           coalesce(range_agg(during) FILTER (WHERE kind = 'inside'), '{}') AS inside,
           coalesce(range_agg(during) FILTER (WHERE kind = 'near'), '{}') AS near,
           coalesce(range_agg(during) FILTER (WHERE kind = 'known'), '{}') AS known
    FROM sql_part GROUP BY worker_id
)
SELECT worker_id, on_duty, on_duty * inside AS inside, on_duty * (inside - near) AS certain,
       on_duty * (inside + near) AS possible, on_duty * known AS known, on_duty - known AS unknown
FROM duties JOIN found USING (worker_id)
"""


def _seconds(moments: str) -> str:
    """Return SQL of the seconds of a set within a span."""
    return (
        "(SELECT coalesce(sum(date_part('epoch', upper(one) - lower(one))), 0)"
        f" FROM unnest({moments} * tstzmultirange(span)) AS one)"
    )


VERDICTS: Final = f"""
WITH days AS (
    SELECT CAST(:start AS timestamptz) AT TIME ZONE :tz + n * interval '1 day' AS day
    FROM generate_series(0, :days - 1) AS n
), spans AS (
    SELECT worker_id, 'patrol' AS scope, during AS span, 'XY-2' AS rule, 5400 AS required_s
    FROM duty WHERE worker_id = ANY(:workers) AND during && tstzrange(:start, :end)
    UNION ALL
    SELECT worker_id, 'day', tstzrange(day AT TIME ZONE :tz, (day + interval '1 day') AT TIME ZONE :tz),
           'BASE-3', 7200
    FROM sql_set CROSS JOIN days
    UNION ALL
    SELECT worker_id, 'week', tstzrange(week AT TIME ZONE :tz, (week + interval '7 days') AT TIME ZONE :tz),
           'BASE-4', 36000
    FROM sql_set CROSS JOIN (SELECT DISTINCT date_trunc('week', day) AS week FROM days) AS weeks
), summed AS (
    SELECT worker_id, scope, span, rule, required_s, {_seconds("known")} AS known_s,
           {_seconds("unknown")} AS unknown_s, {_seconds("certain")} AS lower_s,
           {_seconds("inside")} AS best_s, {_seconds("possible")} AS upper_s,
           (SELECT coalesce(jsonb_agg(jsonb_build_array(lower(one), upper(one))), '[]')
            FROM unnest(inside * tstzmultirange(span)) AS one) AS intervals
    FROM spans JOIN sql_set USING (worker_id)
)
INSERT INTO sql_verdict
SELECT worker_id, scope, lower(span), upper(span), known_s, unknown_s, lower_s, best_s, upper_s,
       jsonb_build_array(jsonb_build_object(
           'rule', rule,
           'outcome', CASE WHEN best_s >= required_s - 0.0005 THEN 'met'
                           WHEN upper_s + unknown_s < required_s - 0.0005 THEN 'short' ELSE 'review' END,
           'unit', 's', 'required_s', required_s, 'lower_s', round(lower_s::numeric, 3),
           'best_s', round(best_s::numeric, 3), 'upper_s', round(upper_s::numeric, 3),
           'unknown_s', round(unknown_s::numeric, 3), 'intervals', intervals))
FROM summed
"""

STATEMENTS: Final = (
    SETTINGS,
    GRIDS,
    "ANALYZE sql_grid (worker_id)",
    FIXES,
    "ANALYZE sql_fix (worker_id, t)",
    SEGMENTS,
    "ANALYZE sql_segment (worker_id, t, inside, near)",
    PARTS,
    "ANALYZE sql_part (worker_id, kind)",
    SETS,
    "ANALYZE sql_set (worker_id)",
    VERDICTS,
)
