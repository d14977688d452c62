"""Row level security: the service sees the scope that its caller has entered, and nothing else."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# The ground: what lies in an area.
COLUMNS = """
ALTER TABLE incident ADD COLUMN area_id bigint REFERENCES area (id);
CREATE INDEX incident_area_id_idx ON incident (area_id);
ALTER TABLE visit_target ADD COLUMN area_id bigint REFERENCES area (id);
CREATE INDEX visit_target_area_id_idx ON visit_target (area_id);
CREATE INDEX building_area_id_idx ON building (area_id);
CREATE INDEX grid_area_id_idx ON grid (area_id);
CREATE INDEX boundary_grid_id_idx ON boundary (grid_id);
UPDATE incident SET area_id = grid.area_id
FROM boundary JOIN grid ON grid.id = boundary.grid_id WHERE boundary.id = incident.boundary_id;
UPDATE incident SET area_id = (
    SELECT id FROM area WHERE kind = 'community' AND ST_Covers(area.geom, incident.geom) ORDER BY id LIMIT 1)
WHERE area_id IS NULL;
UPDATE visit_target SET area_id = (
    SELECT id FROM area WHERE kind = 'community' AND ST_Covers(area.geom, visit_target.geom)
    ORDER BY id LIMIT 1);
"""

_GROUND = "(SELECT gis_grid_everywhere()) OR {column} = ANY ((SELECT gis_grid_areas())::bigint[])"
_IN_SIGHT = "{column} IN (SELECT id FROM {table})"

POLICIES = {
    "area": _GROUND.format(column="id"),
    "building": _GROUND.format(column="area_id"),
    "grid": _GROUND.format(column="area_id") + " OR id IN (SELECT gis_grid_own_grids())",
    "boundary": _IN_SIGHT.format(column="grid_id", table="grid"),
    "incident": _GROUND.format(column="area_id"),
    "visit_target": _GROUND.format(column="area_id"),
    "visit": _IN_SIGHT.format(column="target_id", table="visit_target"),
    # Base map: no person, and the same for everybody who signs in.
    "road": "(SELECT gis_grid_scope()) IS NOT NULL",
    "water": "(SELECT gis_grid_scope()) IS NOT NULL",
    "import_run": "(SELECT gis_grid_scope()) IS NOT NULL",
    # People: those who are or were assigned to a grid in scope, and oneself.
    "worker": "(SELECT gis_grid_everyone()) OR id = (SELECT gis_grid_self()) "
    "OR id IN (SELECT gis_grid_workers())",
    **dict.fromkeys(
        (
            "assignment",
            "device",
            "duty",
            "off_duty_count",
            "signature",
            "part_time",
            "absence",
            "online_check",
            "daily_form",
            "fix",
            "judgement",
            "period_judgement",
        ),
        _IN_SIGHT.format(column="worker_id", table="worker"),
    ),
    "stand_in": _IN_SIGHT.format(column="absence_id", table="absence")
    + " OR "
    + _IN_SIGHT.format(column="worker_id", table="worker"),
    **dict.fromkeys(
        ("day_verdict", "week_verdict", "patrol", "integrity_sign"),
        _IN_SIGHT.format(column="judgement_id", table="judgement"),
    ),
    "key_place": "EXISTS (SELECT FROM boundary WHERE boundary.geom && key_place.geom "
    "AND ST_Covers(boundary.geom, key_place.geom))",
    "office": _GROUND.format(column="area_id"),
    "visit_counter": _IN_SIGHT.format(column="grid_id", table="grid"),
}
"""What the service may read of each table. A table that is not here is closed to it."""

PEOPLE = """
-- Everyone who is or was assigned to a grid of the areas whose workers may be seen.
CREATE FUNCTION gis_grid_workers() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT assignment.worker_id
    FROM public.assignment JOIN public.grid ON grid.id = assignment.grid_id
    WHERE grid.area_id = ANY (gis_grid_people())
$$;
-- Grids of the worker that the caller is: seen wherever they lie.
CREATE FUNCTION gis_grid_own_grids() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT grid_id FROM public.assignment WHERE worker_id = gis_grid_self()
$$;
-- Whether a worker may be seen at a time: oneself always, others while assigned to a grid in scope.
CREATE FUNCTION gis_grid_sees_worker(of_worker bigint, during tstzrange) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT gis_grid_everyone() OR of_worker = gis_grid_self() OR EXISTS (
        SELECT FROM public.assignment JOIN public.grid ON grid.id = assignment.grid_id
        WHERE assignment.worker_id = of_worker AND assignment.valid && during
            AND grid.area_id = ANY (gis_grid_people()))
$$;
"""


def upgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    execute(COLUMNS)
    execute(PEOPLE)
    for table, condition in POLICIES.items():
        execute(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            f" CREATE POLICY {table}_in_scope ON {table} FOR SELECT TO gis_grid_service USING ({condition});"
            f" GRANT SELECT ON {table} TO gis_grid_service"
        )
    for table in ("area", "worker", "device"):
        execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        execute(f"CREATE POLICY {table}_at_the_door ON {table} FOR SELECT TO gis_grid_door USING (true)")


def downgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    for table in ("area", "worker", "device"):
        execute(f"DROP POLICY {table}_at_the_door ON {table}")
    for table in POLICIES:
        execute(
            f"REVOKE ALL ON {table} FROM gis_grid_service; DROP POLICY {table}_in_scope ON {table};"
            f" ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
        )
    execute(
        "DROP FUNCTION gis_grid_workers, gis_grid_own_grids, gis_grid_sees_worker;"
        " DROP INDEX building_area_id_idx, grid_area_id_idx, boundary_grid_id_idx;"
        " ALTER TABLE incident DROP COLUMN area_id; ALTER TABLE visit_target DROP COLUMN area_id"
    )
