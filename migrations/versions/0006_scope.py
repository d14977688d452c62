"""Row level security: the service sees the scope that its caller has entered, and nothing else."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# The ground: what lies in an area.
GROUND = """
ALTER TABLE incident ADD COLUMN area_id bigint REFERENCES area (id);
CREATE INDEX incident_area_id_idx ON incident (area_id);
ALTER TABLE visit_target ADD COLUMN area_id bigint REFERENCES area (id);
CREATE INDEX visit_target_area_id_idx ON visit_target (area_id);
CREATE INDEX building_area_id_idx ON building (area_id);
CREATE INDEX grid_area_id_idx ON grid (area_id);
CREATE INDEX boundary_grid_id_idx ON boundary (grid_id);

-- The community that covers a point; on the border of two the one with the lower code, always the same one.
CREATE FUNCTION gis_grid_community(place geometry) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT id FROM area WHERE kind = 'community' AND ST_Covers(geom, place) ORDER BY code LIMIT 1
$$;

-- Puts what happened and what is visited into areas: that of the grid where there is one, else the community.
CREATE FUNCTION gis_grid_place_events() RETURNS void LANGUAGE sql VOLATILE AS $$
    UPDATE incident SET area_id = placed.area_id
    FROM (
        SELECT incident.id, coalesce(grid.area_id, gis_grid_community(incident.geom)) AS area_id
        FROM incident LEFT JOIN boundary ON boundary.id = incident.boundary_id
        LEFT JOIN grid ON grid.id = boundary.grid_id
    ) AS placed
    WHERE placed.id = incident.id AND incident.area_id IS DISTINCT FROM placed.area_id;
    UPDATE visit_target SET area_id = placed.area_id
    FROM (SELECT id, gis_grid_community(geom) AS area_id FROM visit_target) AS placed
    WHERE placed.id = visit_target.id AND visit_target.area_id IS DISTINCT FROM placed.area_id;
$$;
SELECT gis_grid_place_events();

-- These take the areas now; the program makes them anew.
DROP FUNCTION IF EXISTS gis_grid_tile_areas(integer, integer, integer),
    gis_grid_tile_buildings(integer, integer, integer), gis_grid_tile_roads(integer, integer, integer),
    gis_grid_tile_water(integer, integer, integer);
"""

# People: a worker is seen as long as an assignment to a grid of one's areas lasts. All these times are one
# set of ranges of numbers, in which a worker's times begin at the id times 1e12: a row costs one binary
# search and no query of its own.
PEOPLE = """
CREATE FUNCTION gis_grid_moment(worker_id bigint, at timestamptz) RETURNS numeric LANGUAGE sql STABLE
RETURN worker_id * 1e12 + least(greatest(extract(epoch FROM at), -1e11), 3e11);

CREATE FUNCTION gis_grid_span(worker_id bigint, during tstzrange) RETURNS numrange LANGUAGE sql STABLE
RETURN numrange(
    gis_grid_moment(worker_id, coalesce(lower(during), '-infinity')),
    gis_grid_moment(worker_id, coalesce(upper(during), 'infinity')));

-- Local days are days of a zone that the database does not know. At ten o'clock UTC nearly all the world
-- writes the same date: whoever takes over a grid at midnight does not see the week before.
CREATE FUNCTION gis_grid_days(first date, last date) RETURNS tstzrange LANGUAGE sql STABLE
RETURN tstzrange((first + time '10:00') AT TIME ZONE 'UTC', (last + time '10:00:01') AT TIME ZONE 'UTC');

CREATE FUNCTION gis_grid_week(iso_week text) RETURNS tstzrange LANGUAGE sql STABLE
RETURN gis_grid_days(to_date(iso_week, 'IYYY"-W"IW'), to_date(iso_week, 'IYYY"-W"IW') + 6);

-- A month (2026-11) or a quarter (2026-Q4).
CREATE FUNCTION gis_grid_period(period text) RETURNS tstzrange LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT gis_grid_days(first, (first + length - interval '1 day')::date)
    FROM (
        SELECT to_date(period, 'YYYY-MM') AS first, interval '1 month' AS length WHERE period !~ 'Q'
        UNION ALL
        SELECT make_date(left(period, 4)::int, right(period, 1)::int * 3 - 2, 1), interval '3 months'
        WHERE period ~ 'Q'
    ) AS named;
END;

-- When whom: the times of the workers that may be seen.
CREATE FUNCTION gis_grid_seen() RETURNS nummultirange
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT range_agg(gis_grid_span(assignment.worker_id, assignment.valid))
    FROM public.assignment JOIN public.grid ON grid.id = assignment.grid_id
    WHERE grid.area_id = ANY ((SELECT gis_grid_people())::bigint[])
$$;

-- Everyone who is or was assigned to a grid of the areas whose workers may be seen.
CREATE FUNCTION gis_grid_workers() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT assignment.worker_id
    FROM public.assignment JOIN public.grid ON grid.id = assignment.grid_id
    WHERE grid.area_id = ANY ((SELECT gis_grid_people())::bigint[])
$$;

-- Absences in which the worker that the caller is stood in: the absent colleague's grid is walked then.
CREATE FUNCTION gis_grid_own_stand_ins() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT absence_id FROM public.stand_in WHERE worker_id = (SELECT gis_grid_self())
$$;

-- Assignments of the worker that the caller is, and of those whom the caller stood in for.
CREATE FUNCTION gis_grid_own_assignments() RETURNS TABLE (id bigint, grid_id bigint) ROWS 10
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT id, grid_id FROM public.assignment
    WHERE worker_id = (SELECT gis_grid_self()) OR worker_id IN (
        SELECT worker_id FROM public.absence WHERE id IN (SELECT gis_grid_own_stand_ins()))
$$;
"""

GRANTS = """
REVOKE ALL ON FUNCTION gis_grid_seen(), gis_grid_workers(), gis_grid_own_stand_ins(),
    gis_grid_own_assignments(), gis_grid_place_events() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_seen(), gis_grid_workers(), gis_grid_own_stand_ins(),
    gis_grid_own_assignments() TO gis_grid_service;
"""

# (SELECT ...) is asked once a statement, not once a row.
_IN_AREAS = "(SELECT gis_grid_everywhere()) OR {column} = ANY ((SELECT gis_grid_areas())::bigint[])"
_EVERYONE_OR_SELF = "(SELECT gis_grid_everyone()) OR worker_id = (SELECT gis_grid_self())"
_SIGNED_IN = "(SELECT gis_grid_scope()) IS NOT NULL"


def _with(parent: str, column: str, key: str = "id") -> str:
    """Return the condition that the row is seen to which this one belongs."""
    return f"EXISTS (SELECT FROM {parent} AS parent WHERE parent.{key} = {column})"


def _at(column: str) -> str:
    """Return the condition that the worker may be seen at a time."""
    return f"{_EVERYONE_OR_SELF} OR gis_grid_moment(worker_id, {column}) <@ (SELECT gis_grid_seen())"


def _during(times: str) -> str:
    """Return the condition that the worker may be seen at some time of a range."""
    return f"{_EVERYONE_OR_SELF} OR gis_grid_span(worker_id, {times}) && (SELECT gis_grid_seen())"


_WORKER = f"{_EVERYONE_OR_SELF} OR worker_id IN (SELECT gis_grid_workers())"

POLICIES = {
    "area": _IN_AREAS.format(column="id"),
    "building": _IN_AREAS.format(column="area_id"),
    "grid": _IN_AREAS.format(column="area_id") + " OR id IN (SELECT grid_id FROM gis_grid_own_assignments())",
    "boundary": _with("grid", "boundary.grid_id"),
    "incident": _IN_AREAS.format(column="area_id") + " OR reported_by = (SELECT gis_grid_self())",
    "visit_target": _IN_AREAS.format(column="area_id"),
    "visit": _with("visit_target", "visit.target_id") + f" OR {_at('at')}",
    # Base map: no person, and the same for everybody who signs in.
    "road": _SIGNED_IN,
    "water": _SIGNED_IN,
    "import_run": _SIGNED_IN,
    # Workers who are or were in a grid in scope; what is known of them, for that time; of oneself, always.
    "worker": _WORKER.replace("worker_id", "id"),
    "assignment": _EVERYONE_OR_SELF
    + " OR grid_id IN (SELECT id FROM grid WHERE area_id = ANY ((SELECT gis_grid_people())::bigint[]))"
    + " OR id IN (SELECT id FROM gis_grid_own_assignments())",
    "device": _WORKER,
    "fix": _at("t"),
    "duty": _during("during"),
    "off_duty_count": _during("gis_grid_days(local_date, local_date)"),
    "signature": _at("at"),
    "online_check": _at("at"),
    "daily_form": _during("gis_grid_days(local_date, local_date)"),
    "part_time": _during("gis_grid_days(lower(valid), upper(valid) - 1)"),
    "absence": _during("gis_grid_days(first_date, last_date)")
    + " OR id IN (SELECT gis_grid_own_stand_ins())",
    "stand_in": f"{_during('during')} OR {_with('absence', 'stand_in.absence_id')}",
    "mutual_aid_member": _WORKER,
    "mutual_aid_group": _with("mutual_aid_member", "mutual_aid_group.id", "group_id"),
    "track_print": _during("gis_grid_week(iso_week)"),
    "judgement": _during("gis_grid_week(iso_week)"),
    "period_judgement": _during("gis_grid_period(period)"),
    **{
        table: _with("judgement", f"{table}.judgement_id")
        for table in ("day_verdict", "week_verdict", "patrol", "integrity_sign")
    },
}
"""What the service may read of each table. A table that is not here is closed to it."""

TRACKS = ("see_tracks", "take_own_data")
RECORDS = ("see_verdicts", *TRACKS)
ASKED = {
    "fix": TRACKS,
    **dict.fromkeys(
        (
            *("device", "duty", "off_duty_count", "signature", "online_check", "daily_form", "part_time"),
            *("absence", "stand_in", "mutual_aid_member", "mutual_aid_group", "track_print"),
            *("judgement", "period_judgement"),
        ),
        RECORDS,
    ),
}
"""Permissions with which a table is read at all: what shows the map and its workers shows no movements."""

COLUMNS = {"import_run": "(id, at)"}
"""Where it may read only some columns."""

AT_THE_DOOR = ("area", "worker", "device")


def upgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    execute(GROUND)
    execute(PEOPLE)
    execute(GRANTS)
    for table, condition in POLICIES.items():
        asked = f"(SELECT gis_grid_asked()) IN {ASKED[table]} AND " if table in ASKED else ""
        execute(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            f" CREATE POLICY {table}_in_scope ON {table} FOR SELECT TO gis_grid_service"
            f" USING ({asked}({condition}));"
            f" GRANT SELECT {COLUMNS.get(table, '')} ON {table} TO gis_grid_service"
        )
    for table in AT_THE_DOOR:
        execute(f"CREATE POLICY {table}_at_the_door ON {table} FOR SELECT TO gis_grid_door USING (true)")


def downgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    for table in AT_THE_DOOR:
        execute(f"DROP POLICY {table}_at_the_door ON {table}")
    for table in POLICIES:
        execute(
            f"REVOKE ALL ON {table} FROM gis_grid_service; DROP POLICY {table}_in_scope ON {table};"
            f" ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
        )
    execute(
        "DROP FUNCTION gis_grid_seen, gis_grid_workers, gis_grid_own_assignments, gis_grid_own_stand_ins,"
        " gis_grid_period, gis_grid_week, gis_grid_days, gis_grid_span, gis_grid_moment,"
        " gis_grid_place_events, gis_grid_community;"
        " DROP FUNCTION IF EXISTS gis_grid_tile_areas, gis_grid_tile_buildings, gis_grid_tile_roads,"
        " gis_grid_tile_water;"
        " DROP INDEX building_area_id_idx, grid_area_id_idx, boundary_grid_id_idx;"
        " ALTER TABLE incident DROP COLUMN area_id; ALTER TABLE visit_target DROP COLUMN area_id"
    )
