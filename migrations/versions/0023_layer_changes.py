"""When each layer changed, area by area, so that tiles and pages know their version."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# Rows are only added, so that writers side by side wait for nobody. Of two of them the one that began later
# may commit first: a version that is the last row's number would then stand for two contents. A sum of steps
# above zero grows with every commit, whatever their order. Steps are random, so that a database that went
# back to a copy of itself does not give an old version to new content either.
CHANGES = """
CREATE TABLE layer_change (
    layer   text NOT NULL,
    area_id bigint,
    since   timestamptz NOT NULL DEFAULT '-infinity',
    step    bigint NOT NULL DEFAULT 1 + floor(random() * 1e9)::bigint CHECK (step > 0)
);
CREATE INDEX layer_change_layer_area_id_idx ON layer_change (layer, area_id) INCLUDE (since, step);
COMMENT ON TABLE layer_change IS
    'a row for each statement that changed a table of the map and each area touched';
COMMENT ON COLUMN layer_change.area_id IS 'null: what lies in no community, or is of no area';
COMMENT ON COLUMN layer_change.since IS
    'from when on it counts: boundaries begin and end without a statement';
ALTER TABLE layer_change ENABLE ROW LEVEL SECURITY;

-- Its argument selects the areas, and moments, of the rows that a statement touched.
CREATE FUNCTION gis_grid_note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE 'INSERT INTO public.layer_change (layer, area_id, since) SELECT DISTINCT $1, area_id, since'
        ' FROM (' || TG_ARGV[0] || ') AS touched (area_id, since)' USING TG_TABLE_NAME;
    RETURN NULL;
END $$;

-- Whatever ever had rows of the table has none now.
CREATE FUNCTION gis_grid_note_emptied() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.layer_change (layer, area_id)
    SELECT DISTINCT layer, area_id FROM public.layer_change WHERE layer = TG_TABLE_NAME;
    RETURN NULL;
END $$;

-- The version, at a moment, of what the caller's scope shows of some layers. What changes elsewhere does not
-- change it: else it would tell that something happened there.
CREATE FUNCTION gis_grid_layers_version(layers text[], at timestamptz) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    scope jsonb := gis_grid_scope();
    areas bigint[];
    steps numeric;
BEGIN
    IF scope -> 'areas' = 'null' THEN
        SELECT sum(step) INTO steps FROM public.layer_change WHERE layer = ANY (layers) AND since <= at;
    ELSE
        areas := ARRAY(SELECT jsonb_array_elements_text(scope -> 'areas')::bigint);
        SELECT sum(step) INTO steps FROM public.layer_change
        WHERE layer = ANY (layers) AND since <= at
            AND (area_id = ANY (areas) OR area_id IS NULL AND layer IN ('road', 'water'));
    END IF;
    RETURN encode(
        sha256(convert_to(concat_ws(' ', layers, scope - 'account' - 'name', steps), 'UTF8')), 'hex');
END $$;

REVOKE ALL ON FUNCTION gis_grid_note_change(), gis_grid_note_emptied(),
    gis_grid_layers_version(text[], timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_layers_version(text[], timestamptz) TO gis_grid_service;
"""

_NOW = "'-infinity'::timestamptz"

# The clocks of the program and of the database may differ: moments just passed are noted too.
TOUCHED = {
    "area": f"SELECT id, {_NOW} FROM {{rows}}",
    "building": f"SELECT area_id, {_NOW} FROM {{rows}}",
    "road": f"SELECT NULL::bigint, {_NOW} FROM {{rows}}",
    "water": f"SELECT NULL::bigint, {_NOW} FROM {{rows}}",
    "grid": f"SELECT area_id, {_NOW} FROM {{rows}}",
    "boundary": "SELECT grid.area_id, moment FROM {rows} AS one"
    " JOIN public.grid ON grid.id = one.grid_id"
    f" CROSS JOIN LATERAL (VALUES ({_NOW}), (lower(valid)), (upper(valid))) AS turn (moment)"
    f" WHERE moment = {_NOW} OR (moment > now() - interval '1 day' AND moment < 'infinity')",
    "lineage": f"SELECT grid.area_id, {_NOW} FROM {{rows}} AS one"
    " JOIN public.boundary ON boundary.id IN (parent_boundary_id, child_boundary_id)"
    " JOIN public.grid ON grid.id = boundary.grid_id",
}
"""Of each table: the areas that rows of it belong to, and from when on."""

ROWS = {
    "INSERT": ("NEW TABLE AS came", ("came",)),
    "DELETE": ("OLD TABLE AS went", ("went",)),
    "UPDATE": ("OLD TABLE AS went NEW TABLE AS came", ("went", "came")),
}


def upgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    execute(CHANGES)
    # It takes a box now; the program makes it anew.
    execute("DROP FUNCTION IF EXISTS gis_grid_tile_shape(geometry, integer, integer, integer)")
    for table, touched in TOUCHED.items():
        for event, (rows, names) in ROWS.items():
            query = " UNION ALL ".join(touched.format(rows=name) for name in names)
            quoted = query.replace("'", "''")
            execute(
                f"CREATE TRIGGER {table}_noted_{event.lower()} AFTER {event} ON {table} REFERENCING {rows}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION gis_grid_note_change('{quoted}')"
            )
        execute(
            f"CREATE TRIGGER {table}_noted_truncate AFTER TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION gis_grid_note_emptied()"
        )
        there = touched.format(rows=f"public.{table}")
        execute(
            "INSERT INTO layer_change (layer, area_id, since)"
            f" SELECT DISTINCT '{table}', area_id, since FROM ({there}) AS there (area_id, since)"
        )


def downgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    for table in TOUCHED:
        for event in (*ROWS, "TRUNCATE"):
            execute(f"DROP TRIGGER {table}_noted_{event.lower()} ON {table}")
    execute(
        "DROP FUNCTION IF EXISTS gis_grid_tile_grids, gis_grid_tile_boundaries, gis_grid_tile_incidents,"
        " gis_grid_tile_communities, gis_grid_tile_shape, gis_grid_tile_box;"
        " DROP FUNCTION gis_grid_layers_version, gis_grid_note_emptied, gis_grid_note_change;"
        " DROP TABLE layer_change"
    )
