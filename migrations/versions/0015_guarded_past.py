"""What was in force is not changed by a planner; which ground has changed; what was decided by whom."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# The program's clock may be a little behind: a publication begins at its "now". A transaction that is kept
# open does not keep the past open.
PAST = """
CREATE FUNCTION gis_grid_over() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT greatest(now(), clock_timestamp() - interval '10 minutes') - interval '1 minute'
$$;
COMMENT ON FUNCTION gis_grid_over() IS 'what lies before it is over: planners do not change it any more';

CREATE FUNCTION gis_grid_keep_past() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    past tstzrange := tstzrange(NULL, gis_grid_over());
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT NEW.valid && past THEN
            RETURN NEW;
        END IF;
    ELSIF OLD.valid * past = NEW.valid * past
        AND (OLD.grid_id IS NOT DISTINCT FROM NEW.grid_id OR NOT OLD.valid && past) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was in force is not changed' USING ERRCODE = 'GG001';
END $$;

CREATE FUNCTION gis_grid_keep_past_publication() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.valid_from >= gis_grid_over() AND NEW.withdrawn_at IS NULL THEN
            RETURN NEW;
        END IF;
    ELSIF OLD.valid_from > now() AND OLD.withdrawn_at IS NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was in force is not changed' USING ERRCODE = 'GG001';
END $$;

-- A planner hands on who is there: the new assignment begins where one of the same community ends.
CREATE FUNCTION gis_grid_hand_on() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.assignment AS had JOIN public.grid AS held ON held.id = had.grid_id
        JOIN public.grid AS given ON given.id = NEW.grid_id AND given.area_id = held.area_id
        WHERE had.worker_id = NEW.worker_id AND upper(had.valid) = lower(NEW.valid)
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'planners assign nobody of elsewhere' USING ERRCODE = 'insufficient_privilege';
END $$;
"""

_SERVICE = "FOR EACH ROW WHEN (current_user = 'gis_grid_service') EXECUTE FUNCTION"
TRIGGERS = {
    **{
        f"{table}_keep_past": (table, "INSERT OR UPDATE", "gis_grid_keep_past")
        for table in ("boundary", "assignment", "grid_atom")
    },
    "publication_keep_past": ("publication", "INSERT OR UPDATE", "gis_grid_keep_past_publication"),
    "assignment_worker_handed_on": ("assignment", "INSERT", "gis_grid_hand_on"),
}
"""On which table, before what, and the function: for the service alone, not for imports."""

# Whoever may delete of a table may lock it for everybody, as long as one likes: the service may not, but
# calls these.
TAKING_AWAY = """
CREATE FUNCTION gis_grid_owns() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT pg_has_role(gis_grid_login(), current_user, 'MEMBER')
$$;
CREATE FUNCTION gis_grid_plans(of_area bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT gis_grid_owns() OR coalesce(gis_grid_asked() = 'plan'
        AND (gis_grid_everywhere() OR of_area = ANY (gis_grid_areas())), false)
$$;
REVOKE ALL ON FUNCTION gis_grid_owns(), gis_grid_plans(bigint) FROM PUBLIC;

CREATE FUNCTION gis_grid_plan_take_away(of_area bigint, begun timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT gis_grid_plans(of_area) THEN
        RAISE EXCEPTION 'only planners of an area take away' USING ERRCODE = 'insufficient_privilege';
    ELSIF begun <= now() AND NOT gis_grid_owns() THEN
        RAISE EXCEPTION 'what was in force is not changed' USING ERRCODE = 'GG001';
    END IF;
    DELETE FROM public.lineage USING public.boundary AS child, public.grid
    WHERE child.id = child_boundary_id AND lower(child.valid) = begun
        AND grid.id = child.grid_id AND grid.area_id = of_area;
    DELETE FROM public.boundary USING public.grid
    WHERE lower(valid) = begun AND grid.id = grid_id AND grid.area_id = of_area;
    DELETE FROM public.grid_atom USING public.atom
    WHERE lower(valid) = begun AND atom.id = atom_id AND atom.area_id = of_area;
END $$;
COMMENT ON FUNCTION gis_grid_plan_take_away(bigint, timestamptz) IS
    'takes away what begins in an area at a moment to come';

CREATE FUNCTION gis_grid_plan_unassign(ids bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM public.assignment JOIN public.grid ON grid.id = grid_id
               WHERE assignment.id = ANY (ids) AND NOT gis_grid_plans(grid.area_id)) THEN
        RAISE EXCEPTION 'only planners of an area take away' USING ERRCODE = 'insufficient_privilege';
    ELSIF NOT gis_grid_owns() AND EXISTS (
        SELECT FROM public.assignment WHERE id = ANY (ids) AND valid && tstzrange(NULL, now(), '[]')) THEN
        RAISE EXCEPTION 'what was in force is not changed' USING ERRCODE = 'GG001';
    END IF;
    DELETE FROM public.assignment WHERE id = ANY (ids);
END $$;
COMMENT ON FUNCTION gis_grid_plan_unassign(bigint[]) IS 'takes away assignments that have not begun';

CREATE FUNCTION gis_grid_plan_drop_edits(of_scenario bigint, beyond integer) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM public.scenario WHERE id = of_scenario AND NOT gis_grid_plans(area_id)) THEN
        RAISE EXCEPTION 'only planners of an area take away' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM public.scenario_edit USING public.scenario
    WHERE scenario_id = of_scenario AND n > beyond
        AND scenario.id = of_scenario AND scenario.state IN ('draft', 'review', 'withdrawn');
END $$;
COMMENT ON FUNCTION gis_grid_plan_drop_edits(bigint, integer) IS
    'forgets the edits of a draft that were taken back';

REVOKE ALL ON FUNCTION gis_grid_plan_take_away(bigint, timestamptz), gis_grid_plan_unassign(bigint[]),
    gis_grid_plan_drop_edits(bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_plan_take_away(bigint, timestamptz), gis_grid_plan_unassign(bigint[]),
    gis_grid_plan_drop_edits(bigint, integer) TO gis_grid_service;
"""

# What buildings, roads, water and outlines an import writes, area by area. Rows are only added, so that
# imports side by side wait for nobody: a draft keeps the sums that it saw when it looked at the ground.
GROUND = """
CREATE TABLE ground_change (
    area_id   bigint NOT NULL REFERENCES area (id),
    buildings bigint NOT NULL DEFAULT 0,
    lines     bigint NOT NULL DEFAULT 0
);
CREATE INDEX ground_change_area_id_idx ON ground_change (area_id);
COMMENT ON TABLE ground_change IS
    'how many buildings of an area, and lines in or beside it, a statement added, changed or took away';

CREATE FUNCTION gis_grid_count_buildings() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO public.ground_change (area_id, buildings)
        SELECT either.area_id, count(DISTINCT touched.id)
        FROM touched JOIN was USING (id)
        CROSS JOIN LATERAL (VALUES (was.area_id), (touched.area_id)) AS either (area_id)
        WHERE either.area_id IS NOT NULL
            AND (was.area_id, was.households, was.people, was.kind, was.geom) IS DISTINCT FROM
                (touched.area_id, touched.households, touched.people, touched.kind, touched.geom)
        GROUP BY either.area_id;
    ELSE
        INSERT INTO public.ground_change (area_id, buildings)
        SELECT area_id, count(*) FROM touched WHERE area_id IS NOT NULL GROUP BY area_id;
    END IF;
    RETURN NULL;
END $$;

-- As near as the lines that a community is divided along.
CREATE FUNCTION gis_grid_count_lines() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO public.ground_change (area_id, lines)
        SELECT area.id, count(DISTINCT touched.id)
        FROM touched JOIN was USING (id)
        CROSS JOIN LATERAL (VALUES (was.geom), (touched.geom)) AS either (geom)
        JOIN public.area ON area.kind = 'community' AND ST_DWithin(either.geom, area.geom, 1e-4)
        WHERE was.geom IS DISTINCT FROM touched.geom
            OR to_jsonb(was) -> 'class' IS DISTINCT FROM to_jsonb(touched) -> 'class'
        GROUP BY area.id;
    ELSE
        INSERT INTO public.ground_change (area_id, lines)
        SELECT area.id, count(*)
        FROM touched
        JOIN public.area ON area.kind = 'community' AND ST_DWithin(touched.geom, area.geom, 1e-4)
        GROUP BY area.id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION gis_grid_count_outlines() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.ground_change (area_id, lines)
    SELECT touched.id, 1 FROM touched JOIN was USING (id)
    WHERE touched.kind = 'community' AND was.geom IS DISTINCT FROM touched.geom;
    RETURN NULL;
END $$;

ALTER TABLE scenario ADD COLUMN ground_seen jsonb NOT NULL DEFAULT '{"buildings": 0, "lines": 0}',
    ADD COLUMN changed_by text;
UPDATE scenario SET changed_by = coalesce(reviewed_by, writer);
COMMENT ON COLUMN scenario.ground_seen IS 'sums of ground_change when the ground was looked at';
COMMENT ON COLUMN scenario.changed_by IS 'who made the draft what it is, by an edit or a decision';
ALTER TABLE scenario_edit ADD COLUMN ground_seen jsonb;
COMMENT ON COLUMN scenario_edit.ground_seen IS 'the same, where the edit looked at the ground anew';
GRANT UPDATE (changed_by) ON scenario TO gis_grid_service;
"""

COUNTED = {
    **dict.fromkeys(("road", "water"), "gis_grid_count_lines"),
    "building": "gis_grid_count_buildings",
}
TRANSITIONS = {
    "INSERT": "NEW TABLE AS touched",
    "DELETE": "OLD TABLE AS touched",
    "UPDATE": "OLD TABLE AS was NEW TABLE AS touched",
}

# The working data of drafts that ended long ago are forgotten; what was published of them is not.
FORGETTING = """
ALTER TABLE scenario ALTER COLUMN ground DROP NOT NULL, ADD COLUMN forgotten_at timestamptz;
ALTER TABLE scenario_edit ALTER COLUMN change DROP NOT NULL;
COMMENT ON COLUMN scenario.forgotten_at IS
    'since then ground, atoms and changes are gone: the draft is shown in lists and no more';
"""

_PLANS = "(SELECT gis_grid_asked()) = 'plan'"
_IN_AREAS = "((SELECT gis_grid_everywhere()) OR {column} = ANY ((SELECT gis_grid_areas())::bigint[]))"
_ITS_GRID = (
    "EXISTS (SELECT FROM grid AS parent WHERE parent.id = grid_id"
    f" AND {_IN_AREAS.format(column='parent.area_id')})"
)
_CHILD = "EXISTS (SELECT FROM boundary AS parent WHERE parent.id = lineage.child_boundary_id{more})"
DELETED = {
    "scenario_edit": f"{_PLANS} AND EXISTS (SELECT FROM scenario AS parent"
    " WHERE parent.id = scenario_edit.scenario_id)",
    "grid_atom": f"{_PLANS} AND EXISTS (SELECT FROM atom AS parent WHERE parent.id = grid_atom.atom_id)"
    " AND lower(valid) > now()",
    "lineage": f"{_PLANS} AND {_CHILD.format(more='')}",
    "boundary": f"{_PLANS} AND {_ITS_GRID} AND lower(valid) > now()",
    "assignment": f"{_PLANS} AND {_ITS_GRID} AND lower(valid) > now()",
}
"""What the service could delete by itself before."""


def upgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    for statements in (PAST, TAKING_AWAY, GROUND, FORGETTING):
        execute(statements)
    for name, (table, event, function) in TRIGGERS.items():
        execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {_SERVICE} {function}()")
    for table in DELETED:
        execute(
            f"REVOKE DELETE ON {table} FROM gis_grid_service; DROP POLICY {table}_planned_delete ON {table}"
        )
    _lineage_of(" AND lower(parent.valid) >= gis_grid_over()")
    for table, function in COUNTED.items():
        for event, rows in TRANSITIONS.items():
            execute(
                f"CREATE TRIGGER {table}_counted_{event.lower()} AFTER {event} ON {table}"
                f" REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )
    execute(
        "CREATE TRIGGER area_counted_update AFTER UPDATE ON area"
        " REFERENCING OLD TABLE AS was NEW TABLE AS touched"
        " FOR EACH STATEMENT EXECUTE FUNCTION gis_grid_count_outlines();"
        " ALTER TABLE ground_change ENABLE ROW LEVEL SECURITY;"
        " CREATE POLICY ground_change_in_scope ON ground_change FOR SELECT TO gis_grid_service"
        f" USING ({_PLANS} AND {_IN_AREAS.format(column='area_id')});"
        " GRANT SELECT ON ground_change TO gis_grid_service"
    )


def _lineage_of(more: str) -> None:
    """Let planners write what children came from, of those that `more` allows."""
    op.get_bind().exec_driver_sql(
        "DROP POLICY lineage_planned_insert ON lineage;"
        " CREATE POLICY lineage_planned_insert ON lineage FOR INSERT TO gis_grid_service"
        f" WITH CHECK ({_PLANS} AND {_CHILD.format(more=more)})"
    )


def downgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    for table in COUNTED:
        for event in TRANSITIONS:
            execute(f"DROP TRIGGER {table}_counted_{event.lower()} ON {table}")
    for name, (table, *_) in TRIGGERS.items():
        execute(f"DROP TRIGGER {name} ON {table}")
    _lineage_of("")
    for table, condition in DELETED.items():
        execute(
            f"CREATE POLICY {table}_planned_delete ON {table} FOR DELETE TO gis_grid_service"
            f" USING ({condition}); GRANT DELETE ON {table} TO gis_grid_service"
        )
    execute(
        "DROP TRIGGER area_counted_update ON area;"
        " DROP TABLE ground_change;"
        " ALTER TABLE scenario DROP COLUMN ground_seen, DROP COLUMN changed_by, DROP COLUMN forgotten_at;"
        " ALTER TABLE scenario_edit DROP COLUMN ground_seen;"
        " DELETE FROM scenario_edit WHERE change IS NULL;"
        " ALTER TABLE scenario_edit ALTER COLUMN change SET NOT NULL;"
        " UPDATE scenario SET ground = '' WHERE ground IS NULL;"
        " ALTER TABLE scenario ALTER COLUMN ground SET NOT NULL;"
        " DROP FUNCTION gis_grid_plan_take_away, gis_grid_plan_unassign, gis_grid_plan_drop_edits,"
        " gis_grid_plans, gis_grid_owns, gis_grid_keep_past, gis_grid_keep_past_publication,"
        " gis_grid_hand_on, gis_grid_over, gis_grid_count_buildings, gis_grid_count_lines,"
        " gis_grid_count_outlines"
    )
