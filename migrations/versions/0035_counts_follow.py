"""Counts of grids follow each building that is written by what it changes, not by counting all again."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

# Its argument selects what a statement took away (-1) and brought (+1). An import counts all at its end.
#
# A building counts in the boundary that covers its point. Of several in force together it is that of the
# lower grid code (grids/store/grids.py), and which one it was before depends on who has ended since: there
# all is counted again, and so it is where a count would fall below none.
FOLLOWED = """
CREATE FUNCTION gis_grid_follow_buildings() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    change text := '(' || TG_ARGV[0] || ') AS change (area_id, point, households, sign)';
    changes bigint;
    of_areas bigint[];
    places geometry;
BEGIN
    IF coalesce(gis_grid_asked() <> 'edit_map', true) THEN
        RETURN NULL;
    END IF;
    EXECUTE 'SELECT count(*), array_agg(DISTINCT area_id) FROM ' || change INTO changes, of_areas;
    IF changes = 0 THEN
        RETURN NULL;
    END IF;
    -- One after the other, each with a snapshot of its own, as whoever divides an area does.
    PERFORM FROM public.area WHERE id = ANY (of_areas) ORDER BY id FOR NO KEY UPDATE;
    EXECUTE $delta$
        WITH change AS MATERIALIZED (
            SELECT row_number() OVER () AS n, * FROM $delta$ || change || $delta$
        ), covering AS MATERIALIZED (
            SELECT n, boundary.id, boundary.valid, point, sign, change.households,
                boundary.valid && tstzrange(now(), NULL) AS lasts
            FROM change JOIN public.boundary
                ON boundary.geom && change.point AND ST_Covers(boundary.geom, change.point)
        ), doubtful AS (
            SELECT one.id FROM covering AS one JOIN covering AS other USING (n)
            WHERE one.id <> other.id AND one.lasts AND one.valid && other.valid
        ), delta AS (
            SELECT id, sum(sign) AS buildings, sum(sign * households) AS households
            FROM covering WHERE lasts GROUP BY id
        ), followed AS (
            UPDATE public.boundary SET households = boundary.households + delta.households,
                buildings = boundary.buildings + delta.buildings
            FROM delta WHERE boundary.id = delta.id AND delta.id NOT IN (SELECT id FROM doubtful)
                AND (delta.households, delta.buildings) <> (0, 0)
                AND boundary.households + delta.households >= 0
                AND boundary.buildings + delta.buildings >= 0
            RETURNING boundary.id
        )
        SELECT ST_Collect(point) FROM covering JOIN delta USING (id)
        WHERE id NOT IN (SELECT id FROM followed)
            AND (id IN (SELECT id FROM doubtful) OR (delta.households, delta.buildings) <> (0, 0))
    $delta$ INTO places;
    IF places IS NOT NULL THEN
        PERFORM gis_grid_recount_in(of_areas, places);
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION gis_grid_follow_buildings() FROM PUBLIC;
"""

_ROW = "SELECT area_id, point, households, {sign} FROM {rows}"
_WENT, _CAME = (f"{rows}.area_id, {rows}.point, {rows}.households" for rows in ("went", "came"))
_CHANGED = (
    f"SELECT turn.* FROM went JOIN came USING (id) CROSS JOIN LATERAL (VALUES ({_WENT}, -1), ({_CAME}, 1))"
    f" AS turn WHERE ({_WENT}) IS DISTINCT FROM ({_CAME})"
)
CHANGES = {
    "INSERT": ("NEW TABLE AS came", _ROW.format(sign=1, rows="came")),
    "DELETE": ("OLD TABLE AS went", _ROW.format(sign=-1, rows="went")),
    "UPDATE": ("OLD TABLE AS went NEW TABLE AS came", _CHANGED),
}


def upgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    execute(FOLLOWED)
    for event, (rows, change) in CHANGES.items():
        execute(
            f"CREATE TRIGGER building_followed_{event.lower()} AFTER {event} ON building REFERENCING {rows}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION gis_grid_follow_buildings('{change}')"
        )


def downgrade() -> None:
    op.get_bind().exec_driver_sql("DROP FUNCTION gis_grid_follow_buildings() CASCADE")
