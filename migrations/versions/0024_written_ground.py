"""Buildings written one by one and in files, by those who may."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# The sums that drafts look at, and the counts of boundaries, follow from what is written: whoever may write a
# building need not write them.
FOLLOWS = """
INSERT INTO role_may VALUES ('planner', 'edit_map', 'ground');

ALTER FUNCTION gis_grid_count_buildings() SECURITY DEFINER;
REVOKE ALL ON FUNCTION gis_grid_count_buildings() FROM PUBLIC;

-- Counts boundaries again, as an import counts all (grids/store/grids.py): those in and around some areas, or
-- of them only those that hold one of some places.
CREATE FUNCTION gis_grid_recount_in(of_areas bigint[], places geometry) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT (pg_has_role(gis_grid_login(), current_user, 'MEMBER')
        OR coalesce(gis_grid_asked() = 'edit_map', false)) THEN
        RAISE EXCEPTION 'only who may write buildings counts them' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- One after the other, each with a snapshot of its own: two writers would each miss the other's building.
    PERFORM FROM public.area WHERE id = ANY (of_areas) ORDER BY id FOR NO KEY UPDATE;
    WITH wanted AS MATERIALIZED (
        SELECT DISTINCT boundary.id, boundary.geom
        FROM public.area JOIN public.boundary ON boundary.geom && area.geom
        WHERE area.id = ANY (of_areas) AND boundary.valid && tstzrange(now(), NULL)
            AND (places IS NULL OR boundary.geom && places AND ST_Intersects(boundary.geom, places))
    ), lasting AS MATERIALIZED (
        SELECT DISTINCT boundary.id, boundary.valid, grid.code, boundary.geom
        FROM wanted JOIN public.boundary ON boundary.geom && wanted.geom
        JOIN public.grid ON grid.id = boundary.grid_id
        WHERE boundary.valid && tstzrange(now(), NULL)
    ), covered AS MATERIALIZED (
        SELECT lasting.id, lasting.valid, lasting.code, building.id AS building, building.households
        FROM lasting JOIN public.building ON ST_Covers(lasting.geom, building.point)
    ), held AS (
        SELECT id, households FROM covered AS mine
        WHERE NOT EXISTS (
            SELECT FROM covered AS other
            WHERE other.building = mine.building AND other.code < mine.code AND other.valid && mine.valid)
    ), counted AS (
        SELECT wanted.id, count(held.id) AS buildings, coalesce(sum(held.households), 0) AS households
        FROM wanted LEFT JOIN held USING (id) GROUP BY wanted.id
    )
    UPDATE public.boundary SET households = counted.households, buildings = counted.buildings
    FROM counted WHERE boundary.id = counted.id
        AND (boundary.households, boundary.buildings) <> (counted.households, counted.buildings);
END $$;
REVOKE ALL ON FUNCTION gis_grid_recount_in(bigint[], geometry) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_recount_in(bigint[], geometry) TO gis_grid_service;

-- Takes buildings of the caller's areas away: whoever may delete may also lock a table for everybody.
CREATE FUNCTION gis_grid_remove_buildings(ids bigint[]) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH gone AS (
        DELETE FROM public.building WHERE id = ANY (ids) AND gis_grid_asked() = 'edit_map'
            AND (gis_grid_everywhere() OR area_id = ANY (gis_grid_areas()::bigint[]))
        RETURNING id
    )
    SELECT count(*) FROM gone
$$;
REVOKE ALL ON FUNCTION gis_grid_remove_buildings(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_remove_buildings(bigint[]) TO gis_grid_service;
"""

# The service's login makes no temporary tables: one of somebody's own could stand before a real one. This
# one is made for it, always alike, and goes with the transaction.
STAGING = """
CREATE FUNCTION gis_grid_stage_buildings() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF coalesce(gis_grid_asked() <> 'edit_map', true) THEN
        RAISE EXCEPTION 'only who may write buildings stages them' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SET LOCAL client_min_messages = warning;
    DROP TABLE IF EXISTS pg_temp.incoming_building;
    CREATE TEMPORARY TABLE incoming_building (
        n bigint GENERATED ALWAYS AS IDENTITY, source_ref text, wkb bytea, kind text, name text,
        floors float4, households int4, people int4, estimated bool) ON COMMIT DROP;
    GRANT SELECT, INSERT, DELETE ON pg_temp.incoming_building TO gis_grid_service;
END $$;
CREATE FUNCTION gis_grid_staged_buildings() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    ANALYZE pg_temp.incoming_building;
END $$;
REVOKE ALL ON FUNCTION gis_grid_stage_buildings(), gis_grid_staged_buildings() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_stage_buildings(), gis_grid_staged_buildings() TO gis_grid_service;
"""

# A file for which nobody waits is written later within the scope that its sender has then. Only the owner
# calls this, in the transaction that writes.
LATER = """
CREATE FUNCTION gis_grid_enter_as(of_account bigint, asked text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    holding text[] := gis_grid_roles_with(asked, '{ground,people,own}');
    scope jsonb;
BEGIN
    SELECT jsonb_build_object(
        'account', who.id, 'name', who.name, 'asked', asked,
        'areas', gis_grid_reached(who.id, holding),
        'people', gis_grid_reached(who.id, gis_grid_roles_with(asked, '{people}')), 'worker', NULL)
    INTO scope FROM public.account AS who
    WHERE who.id = of_account AND who.disabled_at IS NULL AND EXISTS (
        SELECT FROM public.account_role AS r WHERE r.account_id = who.id AND r.role = ANY (holding));
    IF scope IS NOT NULL THEN
        PERFORM set_config(
            'gis_grid.scope', gis_grid_seal(gis_grid_here() || scope::text) || ' ' || scope::text, true);
    END IF;
    RETURN scope;
END $$;
REVOKE ALL ON FUNCTION gis_grid_enter_as(bigint, text) FROM PUBLIC;

CREATE TABLE bulk_write (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    key        text,
    digest     bytea NOT NULL,
    asked      jsonb NOT NULL,
    state      text NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
    answer     jsonb,
    at         timestamptz NOT NULL,
    ended_at   timestamptz,
    UNIQUE (account_id, key),
    CONSTRAINT bulk_write_ended_at_check CHECK ((state = 'waiting') = (ended_at IS NULL))
);
CREATE INDEX bulk_write_waiting_idx ON bulk_write (at) WHERE state = 'waiting';
COMMENT ON TABLE bulk_write IS
    'files of features that were sent: those that wait, and for a day what was answered of the others';
COMMENT ON COLUMN bulk_write.key IS 'the sender''s own: the same key again gets the same answer';
COMMENT ON COLUMN bulk_write.digest IS 'of the file and of what was asked of it';
"""

_ASKED = "(SELECT gis_grid_asked()) = 'edit_map'"
_HERE = "((SELECT gis_grid_everywhere()) OR area_id = ANY ((SELECT gis_grid_areas())::bigint[]))"
# Its point is that of its outline, and lies in the community that it is counted in.
_LIES = (
    "point ~= ST_PointOnSurface(geom) AND EXISTS (SELECT FROM area AS parent WHERE parent.id = area_id"
    " AND parent.kind = 'community' AND ST_Covers(parent.geom, point))"
)
# An area is what is written before the colon: whoever adds to a source of an area of one's own cannot meet,
# and so cannot find out, an id that somebody else has given elsewhere.
_OWN_SOURCE = "((SELECT gis_grid_everywhere()) OR split_part(source, ':', 1) IN (SELECT code FROM area))"
_MINE = f"{_ASKED} AND account_id = (SELECT (gis_grid_scope() ->> 'account')::bigint)"

WRITTEN = {
    "building": {
        "INSERT": f"WITH CHECK ({_ASKED} AND {_HERE} AND {_LIES} AND {_OWN_SOURCE})",
        "UPDATE": f"USING ({_ASKED} AND {_HERE}) WITH CHECK ({_ASKED} AND {_HERE} AND {_LIES})",
    },
    "bulk_write": {
        "SELECT": f"USING ({_MINE})",
        "INSERT": f"WITH CHECK ({_MINE})",
        "UPDATE": f"USING ({_MINE}) WITH CHECK ({_MINE})",
    },
}
"""What the service may write, for one whose scope was entered in order to write the map."""

_MADE = "kind, name, floors, households, people, estimated, geom, point, area_id"
COLUMNS = {
    ("building", "INSERT"): f"(source, source_ref, {_MADE})",
    ("building", "UPDATE"): f"({_MADE})",
    ("bulk_write", "UPDATE"): "(state, answer, ended_at)",
}
"""Which columns: what a building is known by stays."""


def upgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    for statements in (FOLLOWS, STAGING, LATER):
        execute(statements)
    execute("ALTER TABLE bulk_write ENABLE ROW LEVEL SECURITY")
    for table, ways in WRITTEN.items():
        for way, condition in ways.items():
            execute(
                f"CREATE POLICY {table}_written_{way.lower()} ON {table} FOR {way} TO gis_grid_service"
                f" {condition}; GRANT {way} {COLUMNS.get((table, way), '')} ON {table} TO gis_grid_service"
            )


def downgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    for way in WRITTEN["building"]:
        execute(
            f"DROP POLICY building_written_{way.lower()} ON building;"
            f" REVOKE {way} {COLUMNS.get(('building', way), '')} ON building FROM gis_grid_service"
        )
    execute(
        "DROP TABLE bulk_write;"
        " DROP FUNCTION gis_grid_enter_as, gis_grid_staged_buildings, gis_grid_stage_buildings,"
        " gis_grid_remove_buildings, gis_grid_recount_in;"
        " ALTER FUNCTION gis_grid_count_buildings() SECURITY INVOKER;"
        " GRANT EXECUTE ON FUNCTION gis_grid_count_buildings() TO PUBLIC;"
        " DELETE FROM role_may WHERE permission = 'edit_map'"
    )
